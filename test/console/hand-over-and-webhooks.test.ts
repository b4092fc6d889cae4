import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { operate } from "../admin/support.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { deliveriesOf, expectHeard, fresh, makeReceiver, verifiedBy } from "../webhooks/receiver.ts";
import { type ConsoleAnswer, consolePath, makeOperator, type Operator } from "./support.ts";

let context: RealmContext;
let sysadmin: Operator;
beforeAll(async () => {
  context = await makeRealm();
  sysadmin = await makeOperator(context, ["user", "admin", "sysadmin"]);
});
beforeEach(stubInternet);

const at = (rest: string): string => consolePath(context, rest);
const api = async (path: string) => (await operate("GET", `/realms/${context.realm.id}${path}`)).json;
const problemAt = (page: ConsoleAnswer, id: string): string | undefined =>
  new RegExp(`<p id="${id}-problem" class="problem">([^<]*)`).exec(page.html)?.[1];
const codeIn = (page: ConsoleAnswer, id: string): string =>
  new RegExp(`<code id="${id}">([^<]*)</code>`).exec(page.html)?.[1] ?? "";

const secret = "a shared secret of more than 32 bytes";
const jwks = {
  keys: [
    {
      kty: "EC",
      crv: "P-256",
      kid: "one",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    },
  ],
};

describe("main products in the console", () => {
  it.each([
    ["HS256", { secret }, "createHmac"],
    ["ES256", { jwks: JSON.stringify(jwks) }, "importPKCS8"],
    ["RS256", { jwks_uri: "https://product.example.com/jwks" }, "importPKCS8"],
  ])("are asked for what fits %s, and shown how to hand people over", async (algorithm, typed, snippet) => {
    const page = await sysadmin.open(at(`/sources/new?algorithm=${algorithm}`));
    const asked = page.forms.find(({ id }) => id === "new-form")?.fields.map(({ name }) => name) ?? [];
    expect(asked.includes("secret")).toBe(algorithm === "HS256");
    expect(asked.includes("jwks")).toBe(algorithm !== "HS256");
    const name = `product-${algorithm.toLowerCase()}`;
    const issuer = `https://${name}.example.com`;
    const made = await sysadmin.submit(page, "new-form", { name, issuer, ...typed });
    expect([made.status, made.location, made.html]).toEqual([303, `${at(`/sources/${name}`)}?done=created`, ""]);
    expect(await api(`/sources/${name}`)).toMatchObject({ issuer, algorithm, secret_set: algorithm === "HS256" });
    const own = await sysadmin.open(at(`/sources/${name}`));
    expect(codeIn(own, "snippet-token")).toContain(snippet);
    expect(codeIn(own, "snippet-token").split("\n").length).toBeLessThanOrEqual(20);
    expect(codeIn(own, "snippet-form")).toContain(`${context.realm.issuer}/api/v1/auth/jwt`);
    expect(own.html).not.toContain(secret);
  });

  it("MR-11 does not overwrite one there is, and keeps its secret when none is typed", async () => {
    await operate("PUT", `/realms/${context.realm.id}/sources/kept`, {
      issuer: "https://kept.example.com",
      algorithm: "HS256",
      secret,
    });
    const page = await sysadmin.open(at("/sources/new?algorithm=HS256"));
    const taken = await sysadmin.submit(page, "new-form", { name: "kept", issuer: "https://x.example.com", secret });
    expect([taken.status, (await api("/sources/kept")).issuer]).toEqual([412, "https://kept.example.com"]);
    expect(taken.html).not.toContain(secret);
    const own = await sysadmin.open(at("/sources/kept"));
    const changed = await sysadmin.submit(own, "change-form", { label: "Kept", disabled: "true" });
    expect(changed.location).toBe(`${at("/sources/kept")}?done=saved`);
    expect(await api("/sources/kept")).toMatchObject({ label: "Kept", disabled: true, secret_set: true });
    const late = await sysadmin.submit(own, "change-form", { label: "Late" });
    expect([late.status, (await api("/sources/kept")).label]).toEqual([412, "Kept"]);
  });

  it.each([
    ["a short secret", "HS256", { secret: "too short" }, "secret"],
    ["neither keys nor where they are", "ES256", {}, "jwks"],
    ["broken JSON", "ES256", { jwks: "{" }, "jwks"],
    ["keys on a private host", "RS256", { jwks_uri: "https://10.0.0.1/jwks" }, "jwks_uri"],
    ["an origin that is none", "HS256", { secret, origins: "https://a.example.com/path" }, "origins"],
    ["a name that is none", "HS256", { secret, name: "No Name" }, "name"],
  ] as [string, string, Record<string, string>, string][])(
    "say what is wrong with %s beside the field",
    async (_, algorithm, typed, field) => {
      const page = await sysadmin.open(at(`/sources/new?algorithm=${algorithm}`));
      const given = { name: "faulty", issuer: "https://faulty.example.com", ...typed };
      const answer = await sysadmin.submit(page, "new-form", given);
      expect([answer.status, /\S/.test(problemAt(answer, `new-form-${field}`) ?? "")]).toEqual([422, true]);
      expect((await operate("GET", `/realms/${context.realm.id}/sources/faulty`)).status).toBe(404);
    },
  );

  it("MR-07 show a key of their servers once, replace it and withdraw it", async () => {
    await operate("PUT", `/realms/${context.realm.id}/sources/keyed`, {
      issuer: "https://keyed.example.com",
      algorithm: "HS256",
      secret,
    });
    const page = await sysadmin.open(at("/sources/keyed"));
    const none = await sysadmin.submit(page, "key-form", { note: "Nothing" });
    expect([none.status, /\S/.test(problemAt(none, "key-form-scopes") ?? "")]).toEqual([422, true]);
    const ages = await sysadmin.submit(page, "key-form", { "scopes=accounts:read": "true", days: "99999" });
    expect([ages.status, /\S/.test(problemAt(ages, "key-form-days") ?? "")]).toEqual([422, true]);
    const typed = { note: "Server one", "scopes=sessions:verify": "true", days: "30" };
    const made = await sysadmin.submit(page, "key-form", typed);
    const key = codeIn(made, "key-secret");
    expect([made.status, key.length > 30]).toEqual([200, true]);
    const again = await sysadmin.open(at("/sources/keyed"));
    expect(again.html).toContain("Server one");
    expect(again.html).not.toContain(key);
    const works = async (one: string) =>
      (
        await request(`${context.realm.issuer}/api/v1/sessions/verify`, {
          method: "POST",
          headers: { "x-api-key": one, "content-type": "application/json" },
          body: JSON.stringify({ session_id: "x".repeat(22) }),
        })
      ).status !== 401;
    expect(await works(key)).toBe(true);
    const replaced = await sysadmin.submit(again, "rotate-key-form-0");
    const other = codeIn(replaced, "key-secret");
    expect([other !== key, await works(other)]).toEqual([true, true]);
    for (let left = 2; left > 0; left--) {
      const now = await sysadmin.open(at("/sources/keyed"));
      expect((await sysadmin.submit(now, "revoke-key-form-0")).location).toBe(`${at("/sources/keyed")}?done=removed`);
    }
    expect([await works(key), await works(other)]).toEqual([false, false]);
  });

  it("MR-01 of another realm are as if they did not exist", async () => {
    const other = await makeRealm();
    await operate("PUT", `/realms/${other.realm.id}/sources/theirs`, {
      issuer: "https://theirs.example.com",
      algorithm: "HS256",
      secret,
    });
    expect((await sysadmin.open(at("/sources/theirs"))).status).toBe(404);
    const hook = (await operate("POST", `/realms/${other.realm.id}/webhooks`, { url: "https://hears.example.com/" }))
      .json;
    for (const rest of ["", "/deliveries"])
      expect((await sysadmin.open(at(`/webhooks/${hook.id}${rest}`))).status).toBe(404);
  });
});

describe("webhooks in the console", () => {
  it("MR-07 are made with a secret shown once, changed, switched off, and deleted", async () => {
    const page = await sysadmin.open(at("/webhooks/new"));
    const url = "https://hears.example.com/hook";
    const made = await sysadmin.submit(page, "new-form", { url, "events=session.revoked": "true" });
    const first = codeIn(made, "webhook-secret");
    expect([made.status, first]).toEqual([200, expect.stringMatching(/^whsec_/)]);
    const [, id = ""] = /id="onward-link"[^>]*\/webhooks\/([^"]+)"/.exec(made.html) ?? [];
    expect(await api(`/webhooks/${id}`)).toMatchObject({ url, events: ["session.revoked"], description: null });
    const own = await sysadmin.open(at(`/webhooks/${id}`));
    expect(own.html).not.toContain(first);
    const changed = await sysadmin.submit(own, "change-form", { all: "true", description: "For the till" });
    expect(changed.location).toBe(`${at(`/webhooks/${id}`)}?done=saved`);
    expect(await api(`/webhooks/${id}`)).toMatchObject({ events: "all", description: "For the till" });
    await sysadmin.submit(await sysadmin.open(at(`/webhooks/${id}`)), "switch-form");
    expect(await api(`/webhooks/${id}`)).toMatchObject({ disabled: true, disabled_reason: "operator" });
    const rotated = await sysadmin.submit(await sysadmin.open(at(`/webhooks/${id}`)), "rotate-form");
    expect(codeIn(rotated, "webhook-secret")).not.toBe(first);
    const last = await sysadmin.open(at(`/webhooks/${id}`));
    expect((await sysadmin.submit(last, "delete-form", { confirmation: "x" })).status).toBe(422);
    expect((await sysadmin.submit(last, "delete-form", { confirmation: id })).location).toBe(
      `${at("/webhooks")}?done=removed`,
    );
  });

  it.each([
    ["an address on a private host", { url: "https://10.0.0.1/", all: "true" }, "url"],
    ["no event", { url: "https://hears.example.com/" }, "events"],
  ])("say what is wrong with %s beside the field", async (_, typed, field) => {
    const before = await api("/webhooks");
    const answer = await sysadmin.submit(await sysadmin.open(at("/webhooks/new")), "new-form", typed);
    expect([answer.status, /\S/.test(problemAt(answer, `new-form-${field}`) ?? "")]).toEqual([422, true]);
    expect(await api("/webhooks")).toEqual(before);
  });

  it("show what was delivered with every try, and send it again", async () => {
    const own = await makeRealm();
    const operator = await makeOperator(own, ["sysadmin"]);
    const receiver = await makeReceiver(own, { events: ["session.created"] });
    await signIn(await fresh(own), await makeUser(own));
    await expectHeard(receiver, 1);
    const path = consolePath(own, `/webhooks/${receiver.id}/deliveries`);
    const page = await operator.open(path);
    expect(page.html).toMatch(/<code>session\.created<\/code>.*delivered.*1 try.*: 204/s);
    const replayed = await operator.submit(page, "replay-form-0");
    expect([replayed.status, replayed.location]).toEqual([303, `${path}?done=replayed`]);
    await expectHeard(receiver, 2);
    const [first, second] = receiver.heard;
    expect(second?.id).toBe(first?.id);
    if (second !== undefined) expect(verifiedBy(receiver.secret, second)).toMatchObject({ type: "session.created" });
    expect((await operator.open(`${path}?state=dead`)).html).toContain("Nothing here.");
    expect((await operator.submit(page, "replay-all-form")).location).toBe(`${path}?done=replayed`);
    expect((await deliveriesOf(own, receiver)).length).toBe(1);
  });
});
