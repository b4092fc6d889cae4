import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { ConfigurationError, parseEnv } from "../../src/config/env.ts";
import type { Jurisdiction } from "../../src/config/jurisdictions.ts";
import { limits } from "../../src/config/limits.ts";
import { KeyRing } from "../../src/crypto/key-ring.ts";
import { nextSweepJob, type Sweeping, sweepOn } from "../../src/domain/key-encryption/sweep.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { eraseRealmPage } from "../../src/jobs/erase-realm.ts";
import { tidy } from "../../src/jobs/schedule.ts";
import { KeySweepStore } from "../../src/storage/d1/key-sweep-store.ts";
import { RealmStore } from "../../src/storage/d1/realm-store.ts";
import { databasesOf } from "../../src/storage/d1/shards.ts";
import { UserObjects } from "../../src/storage/user-object/handle.ts";
import { deployment, done, freshHost, operate } from "../admin/support.ts";
import { eventually } from "../audit/support.ts";
import { authorizeDevice, letIn, makeTv, poll, signedInPerson, verdict, waiting } from "../device/support.ts";
import { arrive, idIn, makeProduct } from "../hand-over/support.ts";
import { hashOf, makeKey, verifyUrl } from "../sessions-verify/support.ts";
import { bearer, guest, post } from "../split/support.ts";
import { travel } from "../support/clock.ts";
import { type Asked, namespacesOf, withJurisdictions } from "../support/jurisdictions.ts";
import { openPushed, pushed } from "../support/pushed.ts";
import { refresh } from "../support/token-side.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { requestIn } from "../support/watched-env.ts";
import {
  config,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
} from "../support/world.ts";
import { anyHost, call, connect } from "../vault/calling.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** One way through each thing that asks an object, and back to nothing. Answers what was asked for. */
async function lived(jurisdiction: Jurisdiction | null): Promise<{ asked: Asked[]; realmId: string; users: number[] }> {
  const asked = withJurisdictions();
  const context = await makeRealm({}, jurisdiction === null ? {} : { jurisdiction });
  const { realm } = context;
  const path = `/realms/${realm.id}`;

  const client = await makeClient(context, { grant_types: ["authorization_code", "refresh_token"] });
  const user = await makeUser(context);
  const wrong = jsonBody({ email: "nobody@example.test", password: "not-the-password" });
  expect((await request(`${realm.issuer}/api/auth/v1/login`, wrong)).status).toBe(401);
  const cookie = await signIn(context, user);
  const { code, verifier } = await obtainCode(context, client, cookie);
  const tokens = await redeem(context, client, code, verifier);
  expect((await refresh(context, client, tokens.refresh_token)).status).toBe(200);
  expect((await openPushed(context, client, await pushed(context, client), { cookie })).status).toBe(302);

  const tv = await makeTv(context);
  const device = await waiting(context, tv);
  const person = await signedInPerson(context);
  await letIn(context, person, device);
  expect(await verdict(await poll(context, tv, device))).toBe("tokens");
  expect((await authorizeDevice(context, tv)).status).toBe(200);

  const product = await makeProduct(context);
  const handed = await arrive(context, await product.token({ email: "handed@example.test" }));
  const key = await makeKey(context);
  const verified = await request(
    verifyUrl(context),
    jsonBody({ token_hash: hashOf(handed.cookie) }, { "x-api-key": key }),
  );
  expect([verified.status, await verified.json()]).toEqual([200, expect.objectContaining({ valid: true })]);

  const host = anyHost();
  standUp(host, () => Response.json({ ok: true }));
  const vault = { context, client, user, host, session: cookie };
  const provider = await connect(vault, "example", host);
  expect((await call({ ...vault, provider }, { url: `https://${host}/x` })).status).toBe(200);

  const tab = await request(`${realm.issuer}/api/auth/v1/sessions/live`, {
    headers: { cookie: `qt-auth=${cookie}`, upgrade: "websocket", origin: realm.issuer },
  });
  expect(tab.status).toBe(101);
  tab.webSocket?.accept();
  const closed = new Promise((resolve) => tab.webSocket?.addEventListener("close", ({ code }) => resolve(code)));
  await done(200, operate("GET", `${path}/users/${user.id}/sessions`));
  await done(200, operate("POST", `${path}/users/${user.id}/kick`));
  expect(await closed).toBe(4401);
  await eventually(realm.id, ({ type }) => type === "user.kicked");

  const left = await guest(context);
  expect((await post(context, "/logout", {}, bearer(left.accessToken))).status).toBe(204);
  travel(31 * 86_400);
  await tidy(env);
  expect(await context.users.findById(Number(left.userId))).toBeNull();
  vi.useRealTimers();

  await sweepUsers();
  await done(204, operate("DELETE", path));
  while ((await eraseRealmPage(realm.id, env)) === "more");
  // Its own row waits until connections have been given back.
  travel(limits.retiredRealmMemoryMs / 1000 + 60);
  while ((await eraseRealmPage(realm.id, env)) === "more");
  vi.useRealTimers();
  expect(await new RealmStore(databasesOf(env)).findPlace(realm.id)).toBeNull();
  return { asked, realmId: realm.id, users: [user.id, person.user.id, idIn(handed), Number(left.userId)] };
}

/** Goes over the objects of users for a key that has come first. */
async function sweepUsers(): Promise<void> {
  const key = { id: `n${crypto.randomUUID().slice(0, 8)}`, bytes: crypto.getRandomValues(new Uint8Array(32)) };
  const sweeping: Sweeping = {
    store: new KeySweepStore(databasesOf(env)),
    ring: new KeyRing([...config.keyEncryptionKeys, key]),
    callUser: ({ id, realm }, run) => new UserObjects(env.USERS, realm).call(id, run),
    now: Date.now(),
  };
  for (let job = await nextSweepJob(sweeping, true); job !== null; job = await sweepOn(sweeping, job));
}

const kinds = ["api-key", "client", "client-calls", "devices", "source", "stranger", "user"];

describe("a realm's jurisdiction", () => {
  beforeAll(() => stubInternet());

  it.each(["eu", null] as const)(
    "MR-01 %s: its objects are asked through that namespace alone, from sign-in to erasure, jobs included",
    async (jurisdiction) => {
      const { asked, realmId, users } = await lived(jurisdiction);
      expect(namespacesOf(asked, realmId)).toEqual(Object.fromEntries(kinds.map((kind) => [kind, [jurisdiction]])));
      for (const id of users) expect(asked.filter(({ name }) => name === `${realmId}:${id}`)).not.toEqual([]);
    },
    30_000,
  );

  it("MR-01 a user's object within one knows nothing that another of the same name knows", async () => {
    withJurisdictions();
    const context = await makeRealm({}, { jurisdiction: "us" });
    const user = await makeUser(context);
    await signIn(context, user);
    const elsewhere = new UserObjects(env.USERS, { id: context.realm.id, jurisdiction: null });
    const [own, other] = await Promise.all(
      [context.objects, elsewhere].map((objects) => objects.call(user.id, (object) => object.ownData())),
    );
    expect([own?.sessions.length, other?.sessions]).toEqual([1, []]);
  });

  it.each([
    ["POST", "/realms", { domains: 1 }],
    ["POST", "/publishers", { domains: 2 }],
  ])("MR-05 is said when %s %s makes it, and fixed from then on", async (method, path, { domains }) => {
    withJurisdictions();
    const hosts =
      domains === 1 ? { domains: [freshHost()] } : { editor_domains: [freshHost()], frontend_domains: [freshHost()] };
    const made = await done(201, operate(method, path, { name: "Far", jurisdiction: "eu", ...hosts }));
    const realms = domains === 1 ? [made] : [made.editor, made.frontend];
    for (const realm of realms as Record<string, unknown>[]) {
      expect(realm.jurisdiction).toBe("eu");
      const own = `/realms/${realm.id}`;
      const before = await done(200, operate("GET", own));
      const match = { "if-match": `"${before.version}"` };
      for (const jurisdiction of [null, "us", "fedramp"]) {
        const refused = await operate("PATCH", own, { name: "Near", jurisdiction }, match);
        expect([refused.status, refused.json.code]).toEqual([409, "jurisdiction-fixed"]);
      }
      expect((await operate("PATCH", own, { jurisdiction: "mars" }, match)).status).toBe(422);
      expect(await done(200, operate("GET", own))).toEqual(before);
      expect(await done(200, operate("PATCH", own, { name: "Near", jurisdiction: "eu" }, match))).toMatchObject({
        name: "Near",
        jurisdiction: "eu",
      });
    }
  });

  it("MR-05 is the deployment's usual one when nobody says any, and wherever when null is said", async () => {
    withJurisdictions();
    const bindings = { ...env, NEW_REALMS_JURISDICTION: "eu" };
    const make = async (path: string, hosts: Record<string, string[]>, more: object = {}) => {
      const init = jsonBody({ name: "Usual", ...hosts, ...more }, deployment);
      return (await requestIn(bindings, `https://operators.test/admin/v1${path}`, init)).json<
        Record<string, unknown>
      >();
    };
    expect((await make("/realms", { domains: [freshHost()] })).jurisdiction).toBe("eu");
    expect((await make("/realms", { domains: [freshHost()] }, { jurisdiction: null })).jurisdiction).toBeNull();
    const both = { editor_domains: [freshHost()], frontend_domains: [freshHost()] };
    expect(await make("/publishers", both)).toMatchObject({
      editor: { jurisdiction: "eu" },
      frontend: { jurisdiction: "eu" },
    });
    vi.restoreAllMocks();
    expect(await make("/realms", { domains: [freshHost()] })).toMatchObject({ code: "validation-failed" });
    expect(() => parseEnv({ ...env, NEW_REALMS_JURISDICTION: "mars" })).toThrow(ConfigurationError);
  });

  it("MR-05 stays null for a realm that was made without", async () => {
    withJurisdictions();
    const { id, jurisdiction, version } = await done(
      201,
      operate("POST", "/realms", { name: "A", domains: [freshHost()] }),
    );
    expect(jurisdiction).toBeNull();
    const refused = await operate("PATCH", `/realms/${id}`, { jurisdiction: "eu" }, { "if-match": `"${version}"` });
    expect([refused.status, refused.json.code]).toEqual([409, "jurisdiction-fixed"]);
  });

  it("RE-19 is none that the platform does not know, nor one that this runtime does not have (ASVS 13.2.3)", async () => {
    for (const jurisdiction of ["mars", "EU", "", "fedramp-high"]) {
      const body = { name: "A", domains: [freshHost()], jurisdiction };
      expect((await operate("POST", "/realms", body)).status).toBe(422);
    }
    const host = freshHost();
    const refused = await operate("POST", "/realms", { name: "A", domains: [host], jurisdiction: "eu" });
    expect([refused.status, refused.json.errors]).toEqual([422, { jurisdiction: expect.any(String) }]);
    await done(201, operate("POST", "/realms", { name: "A", domains: [host] }));
  });

  it("RE-01 what needs an object answers 503 where the runtime does not have it: no object is made elsewhere (FA-02)", async () => {
    withJurisdictions();
    const { realm } = await makeRealm({}, { jurisdiction: "fedramp" });
    vi.restoreAllMocks();
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const made = vi.spyOn(Object.getPrototypeOf(env.USERS) as DurableObjectNamespace, "getByName");
    forgetHosts(realm.hosts);
    const login = jsonBody({ email: "nobody@example.test", password: "not-the-password" });
    const response = await request(`${realm.issuer}/api/auth/v1/login`, login);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(JSON.stringify(logged.mock.calls)).toContain("jurisdiction");
    expect(made).not.toHaveBeenCalled();
    expect((await request(`${realm.issuer}/jwks.json`)).status).toBe(200);
  });
});
