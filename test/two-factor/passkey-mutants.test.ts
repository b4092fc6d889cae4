import { describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { encodeBase64Url } from "../../src/lib/base64url.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { cookiesOf, makeRealm, makeUser, signIn } from "../support/world.ts";
import { expectError } from "../surfaces/session-api.ts";
import { Authenticator, type Bends, newKeys } from "./authenticator.ts";
import { later, useFrozenClock } from "./frozen-clock.ts";
import { addPasskey, api, type Cookies, countSessions, type Json, optionsFor } from "./support.ts";

useFrozenClock();

interface Owner {
  readonly context: RealmContext;
  readonly user: UserRow;
  readonly device: Authenticator;
}

async function makeOwner(context: RealmContext, synced = false): Promise<Owner> {
  const user = await makeUser(context);
  const device = await Authenticator.on(context.realm.issuer, synced);
  const { response } = await addPasskey(context, device, { "qt-auth": await signIn(context, user) });
  if (response.status !== 200) throw new Error(`not kept: ${await response.text()}`);
  return { context, user, device };
}

const verify = (context: RealmContext, browser: Cookies, credential: Json, host?: string): Promise<Response> =>
  api(context, "POST", "/passkeys/authentication/verify", browser, { credential }, {}, host);

/** Refused, alike whatever is wrong, and nobody is let in. */
async function expectRefused(response: Response, { context, user }: Owner): Promise<void> {
  await expectError(response, 401, "bad_credential");
  expect(await countSessions(context, user.id)).toBe(1);
}

describe("an assertion that is not as it should be (Web Authentication Level 3 §7.2)", () => {
  it.each<[string, (owner: Owner) => Bends | Promise<Bends>]>([
    ["of type create", () => ({ type: "webauthn.create" })],
    ["for an invented challenge", () => ({ challenge: encodeBase64Url(new Uint8Array(32)) })],
    ["from another site", () => ({ origin: "https://evil.test" })],
    ["from another domain of the realm", ({ context }) => ({ origin: `https://news.${context.realm.id}.test` })],
    ["from the same host by http", ({ context }) => ({ origin: context.realm.issuer.replace("https", "http") })],
    ["from another port", ({ context }) => ({ origin: `${context.realm.issuer}:8443` })],
    ["inside a frame on another site", () => ({ crossOrigin: true })],
    ["inside a frame that is named", () => ({ crossOrigin: true, topOrigin: "https://evil.test" })],
    ["for another host", () => ({ rpId: "evil.test" })],
    ["for the domain above", ({ context }) => ({ rpId: `${context.realm.id}.test` })],
    ["without anybody there", () => ({ userPresent: false })],
    ["without PIN or finger", () => ({ userVerified: false })],
    ["signed with another key", async () => ({ key: (await newKeys()).privateKey })],
    ["with a signature cut short", () => ({ signature: (right) => right.subarray(0, -2) })],
    ["with an empty one in its place", () => ({ signature: () => new Uint8Array([0x30, 0]) })],
    ["with the counter of its first use", () => ({ counter: 0 })],
    ["without its user", () => ({ userHandle: undefined })],
    ["with an invented user", () => ({ userHandle: encodeBase64Url(new Uint8Array(32)) })],
    ["under an id nobody knows", () => ({ id: encodeBase64Url(new Uint8Array(32)) })],
  ])("MF-11 is refused: %s", async (_, bend) => {
    const owner = await makeOwner(await makeRealm());
    const first = await optionsFor(owner.context, "authentication", {});
    expect((await verify(owner.context, first.browser, await owner.device.get(first.options))).status).toBe(200);
    await owner.context.objects.call(owner.user.id, (object) => object.endEverything());
    await signIn(owner.context, owner.user);
    const { options, browser } = await optionsFor(owner.context, "authentication", {});
    const bends = await bend(owner);
    await expectRefused(await verify(owner.context, browser, await owner.device.get(options, bends)), owner);
  });

  it("MF-11 is refused: of another user's passkey, under this one's id", async () => {
    const context = await makeRealm();
    const [victim, thief] = [await makeOwner(context), await makeOwner(context)];
    const { options, browser } = await optionsFor(context, "authentication", {});
    const stolen = await thief.device.get(options, { id: victim.device.id, userHandle: victim.device.userHandle });
    await expectRefused(await verify(context, browser, stolen), victim);
    const mixed = await thief.device.get(options, { userHandle: victim.device.userHandle });
    await expectRefused(await verify(context, browser, mixed), victim);
  });

  it("MF-11 is refused: once more, with a counter or without", async () => {
    const context = await makeRealm();
    for (const synced of [false, true]) {
      const owner = await makeOwner(context, synced);
      const { options, browser } = await optionsFor(context, "authentication", {});
      const credential = await owner.device.get(options);
      expect((await verify(context, browser, credential)).status).toBe(200);
      const sessions = await countSessions(context, owner.user.id);
      await expectError(await verify(context, browser, credential), 401, "bad_credential");
      expect(await countSessions(context, owner.user.id)).toBe(sessions);
    }
  });

  it("MF-11 lets one of fifty through that are the same and come at once", async () => {
    const owner = await makeOwner(await makeRealm(), true);
    const { options, browser } = await optionsFor(owner.context, "authentication", {});
    const credential = await owner.device.get(options);
    const answers = await Promise.all(Array.from({ length: 50 }, () => verify(owner.context, browser, credential)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(49);
    expect(await countSessions(owner.context, owner.user.id)).toBe(2);
  });

  it("MF-11 is refused: for a challenge that was given to another browser, or to none", async () => {
    const owner = await makeOwner(await makeRealm());
    const [given, other] = [
      await optionsFor(owner.context, "authentication", {}),
      await optionsFor(owner.context, "authentication", {}),
    ];
    const credential = await owner.device.get(given.options);
    await expectRefused(await verify(owner.context, other.browser, credential), owner);
    await expectRefused(await verify(owner.context, {}, credential), owner);
  });

  it("MF-11 is refused: after five minutes", async () => {
    const owner = await makeOwner(await makeRealm());
    const { options, browser } = await optionsFor(owner.context, "authentication", {});
    const credential = await owner.device.get(options);
    later(5 * 60_000);
    await expectRefused(await verify(owner.context, browser, credential), owner);
  });

  it("MF-11 is refused: on another domain of the realm, though it was made for that page", async () => {
    const owner = await makeOwner(await makeRealm());
    const host = `news.${owner.context.realm.id}.test`;
    const { options, browser } = await optionsFor(owner.context, "authentication", {}, {}, host);
    expect(options.rpId).toBe(host);
    const credential = await owner.device.get(options, { origin: `https://${host}` });
    await expectRefused(await verify(owner.context, browser, credential, host), owner);
  });

  it("MR-01 is refused in another realm, with its challenge or with this one's", async () => {
    const [here, there] = [await makeRealm(), await makeRealm()];
    const owner = await makeOwner(here);
    const mine = await optionsFor(here, "authentication", {});
    const theirs = await optionsFor(there, "authentication", {});
    const origin = there.realm.issuer;
    const rpId = there.realm.authDomain;
    for (const { options, browser } of [mine, theirs]) {
      const credential = await owner.device.get({ ...options, rpId }, { origin });
      await expectError(await verify(there, browser, credential), 401, "bad_credential");
    }
    expect(await countSessions(here, owner.user.id)).toBe(1);
  });

  it("MF-11 is refused: for the challenge of a registration", async () => {
    const owner = await makeOwner(await makeRealm());
    const cookies = { "qt-auth": await signIn(owner.context, owner.user) };
    const { options, browser } = await optionsFor(owner.context, "registration", cookies);
    const credential = await owner.device.get({ ...options, rpId: owner.context.realm.authDomain });
    await expectError(await verify(owner.context, browser, credential), 401, "bad_credential");
  });

  it.each([
    ["nothing", {}],
    ["a credential without a response", { credential: { id: "AA", rawId: "AA", type: "public-key" } }],
    ["a list", { credential: [] }],
    ["a client data that is no JSON", "garbage"],
  ])("FZ-01 answers %s with a refusal", async (_, body) => {
    const owner = await makeOwner(await makeRealm());
    const { options, browser } = await optionsFor(owner.context, "authentication", {});
    const good = await owner.device.get(options);
    const response = good.response as Json;
    const garbage = { credential: { ...good, response: { ...response, clientDataJSON: "AAAA" } } };
    const sent = body === "garbage" ? garbage : body;
    const answer = await api(owner.context, "POST", "/passkeys/authentication/verify", browser, sent);
    expect([401, 422]).toContain(answer.status);
    expect(answer.headers.get("x-error-code")).toMatch(/^(?:bad_credential|validation-failed)$/);
  });
});

describe("a registration that is not as it should be (Web Authentication Level 3 §7.1)", () => {
  it.each<[string, (context: RealmContext) => Bends]>([
    ["of type get", () => ({ type: "webauthn.get" })],
    ["for an invented challenge", () => ({ challenge: encodeBase64Url(new Uint8Array(32)) })],
    ["from another site", () => ({ origin: "https://evil.test" })],
    ["from another domain of the realm", (context) => ({ origin: `https://news.${context.realm.id}.test` })],
    ["inside a frame", () => ({ crossOrigin: true })],
    ["for another host", () => ({ rpId: "evil.test" })],
    ["without anybody there", () => ({ userPresent: false })],
    ["without PIN or finger", () => ({ userVerified: false })],
    ["with a key of another algorithm", () => ({ algorithm: -37 })],
    ["with an attestation nobody asked for", () => ({ format: "fido-u2f" })],
    ["with an attestation that does not exist", () => ({ format: "made-up" })],
    ["under another id than it has", () => ({ id: encodeBase64Url(new Uint8Array(32)) })],
  ])("MF-11 is refused: %s", async (_, bend) => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const cookies = { "qt-auth": await signIn(context, user) };
    const device = await Authenticator.on(context.realm.issuer);
    const { response } = await addPasskey(context, device, cookies, {}, bend(context));
    await expectError(response, 401, "bad_credential");
    const { passkeys } = await context.objects.call(user.id, (object) => object.factors(null));
    expect(passkeys).toEqual([]);
  });

  it("MF-11 is refused: the id of a passkey that somebody has", async () => {
    const context = await makeRealm();
    const owner = await makeOwner(context);
    const thief = await makeUser(context);
    const cookies = { "qt-auth": await signIn(context, thief) };
    const { options, browser } = await optionsFor(context, "registration", cookies);
    const credential = await owner.device.create(options);
    const all = { ...cookies, ...browser };
    const response = await api(context, "POST", "/passkeys/registration/verify", all, { credential });
    await expectError(response, 401, "bad_credential");
    const { passkeys } = await context.objects.call(thief.id, (object) => object.factors(null));
    expect(passkeys).toEqual([]);
  });

  it("MF-11 is refused: begun by another session, or twice", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const [one, other] = [await signIn(context, user), await signIn(context, user)];
    const device = await Authenticator.on(context.realm.issuer);
    const { options, browser } = await optionsFor(context, "registration", { "qt-auth": one });
    const credential = await device.create(options);
    const post = (session: string) =>
      api(context, "POST", "/passkeys/registration/verify", { "qt-auth": session, ...browser }, { credential });
    await expectError(await post(other), 401, "bad_credential");
    expect((await post(one)).status).toBe(200);
    await expectError(await post(one), 401, "bad_credential");
    expect(cookiesOf(await post(one))).toEqual({});
  });
});
