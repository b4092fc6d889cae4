import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfigurationError, parseEnv } from "../../src/config/env.ts";
import { limits } from "../../src/config/limits.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { freshHost } from "../admin/support.ts";
import { withJurisdictions } from "../support/jurisdictions.ts";
import { stubInternet } from "../support/upstream.ts";
import { jsonBody, makeClient, makeRealm, makeUser, obtainCode, redeem, signIn } from "../support/world.ts";
import { enableTotp } from "../two-factor/support.ts";
import { consolePath, makeOperator, type Send, sendAsDeploymentOf } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const api = (send: Send, context: RealmContext, session: string, method: string, path: string, body?: unknown) =>
  send(`${context.realm.issuer}/admin/v1${path}`, {
    method,
    headers: {
      cookie: `qt-auth=${session}`,
      origin: context.realm.issuer,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function deployment() {
  const [own, other] = [await makeRealm(), await makeRealm()];
  return { own, other, send: sendAsDeploymentOf(own, [other]) };
}

async function person(context: RealmContext, roles: string[], mfa: boolean): Promise<string> {
  const session = await signIn(context, await makeUser(context, { roles }));
  return mfa ? (await enableTotp(context, session)).session : session;
}

describe("system administrators of the deployment's own realm (decision 21)", () => {
  it.each([
    ["a sysadmin with two factors", ["sysadmin"], true, 200],
    ["a sysadmin with one", ["sysadmin"], false, 404],
    ["an admin with two", ["admin"], true, 404],
    ["a user with two", ["user"], true, 403],
  ] as [string, string[], boolean, number][])(
    "MR-03 %s: another realm answers as it should",
    async (_, roles, mfa, status) => {
      const { own, other, send } = await deployment();
      const session = await person(own, roles, mfa);
      expect((await api(send, own, session, "GET", `/realms/${other.realm.id}`)).status).toBe(status);
      const made = await api(send, own, session, "POST", "/realms", {
        name: "x",
        domains: [`x${Math.random()}.fresh.test`.replace("0.", "")],
      });
      expect(made.status).toBe(status === 200 ? 201 : 403);
    },
  );

  it("MR-05 choose in the form of a new realm where its objects stay; its page says so, and offers no change", async () => {
    stubInternet();
    withJurisdictions();
    const own = await makeRealm();
    const operator = await makeOperator(own, ["sysadmin"], {
      mfa: true,
      send: sendAsDeploymentOf(own, [], { NEW_REALMS_JURISDICTION: "us" }),
    });
    for (const [chosen, region] of [
      [{ jurisdiction: "us" }, "United States"],
      [{ jurisdiction: "eu" }, "European Union"],
      [{ jurisdiction: "" }, "Anywhere"],
    ] as const) {
      const form = await operator.open("/console/realms/new");
      // What the deployment's realms usually have is chosen beforehand.
      expect(form.html).toMatch(/<option value="us" selected/);
      const made = await operator.submit(form, "new-form", { name: "Far", domains: freshHost(), ...chosen });
      expect([made.status, made.html.includes("problem")]).toEqual([303, false]);
      const page = await operator.open(String(made.location).replace(/\/domains.*$/, ""));
      expect(page.html).toMatch(new RegExp(`<dt>Region of sign-ins</dt><dd[^>]*>${region}</dd>`));
      expect(page.forms.flatMap(({ fields }) => Object.keys(fields))).not.toContain("jurisdiction");
    }
  });

  it("MR-04 a realm that takes the name of the deployment's own is not it", async () => {
    const { own, other } = await deployment();
    const bindings = { ...env, OPERATORS_REALM: own.realm.id };
    expect(parseEnv(bindings).operatorsRealm).toBe(own.realm.id);
    const session = await person(other, ["sysadmin"], true);
    const send = sendAsDeploymentOf(own, [other]);
    expect((await api(send, other, session, "PATCH", `/realms/${other.realm.id}`, { name: own.realm.id })).status).toBe(
      200,
    );
    expect((await api(send, other, session, "GET", `/realms/${own.realm.id}`)).status).toBe(200);
    const answer = await api(send, other, session, "GET", "/realms");
    const { realms } = await answer.json<{ realms: { id: string }[] }>();
    expect(realms.map(({ id }) => id)).toEqual([other.realm.id]);
  });

  it("MR-03 nobody is one where the deployment names no realm, and none is named by a text that is no id", () => {
    expect(parseEnv({ ...env, OPERATORS_REALM: "" }).operatorsRealm).toBeNull();
    for (const text of ["The Daily", "*", "../x", "A", " "])
      expect(() => parseEnv({ ...env, OPERATORS_REALM: text })).toThrow(ConfigurationError);
  });

  it("MR-03 an old sign-in does no more than look and change: what cannot be taken back asks for a new one", async () => {
    const { own, other, send } = await deployment();
    const session = await person(own, ["sysadmin"], true);
    const path = `/realms/${other.realm.id}`;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + limits.recentAuthenticationSeconds * 1000 + 60_000 });
    expect((await api(send, own, session, "PATCH", path, { name: "Renamed" })).status).toBe(200);
    const refused = await api(send, own, session, "DELETE", path);
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([403, "reauthentication-required"]);
    expect((await api(send, own, session, "GET", path)).status).toBe(200);
    expect((await api(send, own, session, "POST", `${path}/users`, { username: "reader" })).status).toBe(201);
    const { id } = await makeUser(other);
    const { clientId } = await makeClient(other);
    const before = await other.users.findById(id);
    const { kid } = other.realm.keys.rows.find(({ status }) => status === "next") ?? { kid: "" };
    for (const [method, below, body] of [
      ["PATCH", `/users/${id}`, { password: "another-good-password-12" }],
      ["PUT", `/users/${id}/roles`, { roles: ["sysadmin"] }],
      ["POST", `/users/${id}/tfa/reset`, undefined],
      ["DELETE", `/users/${id}`, undefined],
      ["POST", `/keys/${kid}/revoke`, undefined],
      // What would outlast the session that was taken over.
      ["POST", "/users", { username: "heir", password: "another-good-password-12", roles: ["sysadmin"] }],
      ["POST", "/users/import", { users: [{ external_id: "x", roles: ["sysadmin"] }], on_conflict: "update" }],
      ["POST", `/users/${id}/password-reset`, { by: "temporary-password" }],
      ["POST", `/clients/${clientId}/api-keys`, undefined],
    ] as const)
      expect([below, (await api(send, own, session, method, `${path}${below}`, body)).status]).toEqual([below, 403]);
    expect(await other.users.findById(id)).toEqual(before);
  });

  it("leads to the sign-in page and back when the console is asked for such a thing", async () => {
    const { own, other, send } = await deployment();
    const operator = await makeOperator(own, ["sysadmin"], { mfa: true, send });
    const page = await operator.open(consolePath(other));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + limits.recentAuthenticationSeconds * 1000 + 60_000 });
    const refused = await operator.submit(page, "delete-form", { confirmation: other.realm.name });
    expect([refused.status, refused.location?.split("?")[0]]).toEqual([303, `${own.realm.issuer}/sign-in`]);
    expect((await operator.open(consolePath(other))).status).toBe(200);
  });

  it.each([
    ["an application that holds their token", true],
    ["a session with one factor", false],
  ])("MR-03 %s makes no other system administrator of them, and takes none over", async (_, byToken) => {
    const { own, send } = await deployment();
    const { id } = await makeUser(own, { roles: ["sysadmin"] });
    const before = await own.users.findById(id);
    const client = await makeClient(own, { scopes: ["openid", "roles"] }, { firstParty: true });
    const session = await person(own, ["sysadmin"], byToken);
    const { code, verifier } = await obtainCode(own, client, session, { scope: "openid roles" });
    const token = byToken ? String((await redeem(own, client, code, verifier)).access_token) : session;
    const path = `/realms/${own.realm.id}/users`;
    const attempts: [string, string, object][] = [
      ["POST", path, { username: "heir", password: "another-good-password-12", roles: ["sysadmin"] }],
      ["POST", `${path}/${id}/password-reset`, { by: "temporary-password" }],
      ["POST", `${path}/${id}/tfa/reset`, {}],
      ["PATCH", `${path}/${id}`, { email: "heir@example.test", email_verified: true }],
    ];
    for (const [method, address, body] of attempts) {
      const answer = await send(`${own.realm.issuer}/admin/v1${address}`, {
        ...jsonBody(body, { authorization: `Bearer ${token}` }),
        method,
      });
      expect([address, answer.status, answer.headers.get("x-error-code")]).toEqual([address, 403, "forbidden"]);
    }
    expect(await own.users.findByUsername("heir")).toBeNull();
    expect(await own.users.findById(id)).toEqual(before);
  });

  it("MR-05 deletes another realm after a recent sign-in, and not the last of its own system administrators", async () => {
    const { own, other, send } = await deployment();
    const operator = await makeOperator(own, ["sysadmin"], { mfa: true, send });
    const self = `/realms/${own.realm.id}/users/${operator.userId}`;
    expect((await api(send, own, operator.session, "DELETE", self)).status).toBe(409);
    const gone = await operator.submit(await operator.open(consolePath(other)), "delete-form", {
      confirmation: other.realm.name,
    });
    expect([gone.status, gone.location]).toEqual([303, "/console/realms?done=removed"]);
    expect((await operator.open(consolePath(other))).status).toBe(404);
  });
});
