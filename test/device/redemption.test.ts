import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { deviceCodeGrant } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import {
  disable,
  expectOAuthError,
  introspection,
  objectOf,
  refresh,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import { makeClient, makeRealm, type TestClient } from "../support/world.ts";
import { letIn, makeTv, type Person, poll, signedInPerson, verdict, type Waiting, waiting } from "./support.ts";

let context: RealmContext;
/** A device whose maker keeps a secret on a server. */
let box: TestClient;
beforeEach(async () => {
  context = await makeRealm();
  box = await makeClient(
    context,
    { redirect_uris: [], grant_types: [deviceCodeGrant, "refresh_token"] },
    { firstParty: false, name: "Set-top box" },
  );
});
afterEach(() => {
  vi.useRealTimers();
});

async function approved(scope = "openid profile"): Promise<{ device: Waiting; person: Person }> {
  const device = await waiting(context, box, { scope });
  const person = await signedInPerson(context);
  await letIn(context, person, device);
  return { device, person };
}

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(atob(token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""));

const sessionsOf = ({ user }: Person) => context.objects.call(user.id, (object) => object.sessions());

describe("DV-05 an approved device (RFC 8628 §3.4, §3.5)", () => {
  it("is given the tokens of who let it in, for the scopes that were shown, in a session of its own", async () => {
    const { device, person } = await approved();
    const response = await poll(context, box, device);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const tokens = await tokenAnswer(response);
    expect(tokens).toMatchObject({ token_type: "Bearer", scope: "openid profile", expires_in: 900 });
    const sub = String(person.user.id);
    const own = (await sessionsOf(person)).find((session) => session.client !== null);
    expect(claimsOf(tokens.id_token)).toMatchObject({ sub, aud: box.clientId, sid: own?.sid, amr: ["pwd"] });
    expect(claimsOf(tokens.id_token)).not.toHaveProperty("nonce");
    expect(claimsOf(tokens.access_token)).toMatchObject({ sub, client_id: box.clientId, sid: own?.sid });
    expect(own?.sid).not.toBe(person.sid);
    expect(await (await userinfo(context, tokens.access_token)).json()).toMatchObject({ sub, name: "Una User" });
    const again = await tokenAnswer(await refresh(context, box, tokens.refresh_token));
    expect(again.refresh_token).not.toBe(tokens.refresh_token);
  });

  it("has nothing to refresh with when its client is not registered to", async () => {
    box = await makeClient(context, { redirect_uris: [], grant_types: [deviceCodeGrant] }, { firstParty: false });
    const { device } = await approved("openid offline_access");
    const tokens = await tokenAnswer(await poll(context, box, device));
    expect(tokens).not.toHaveProperty("refresh_token");
    expect(tokens.scope).toBe("openid");
  });

  it("is given them once: of fifty polls at the same time one is answered with 200", async () => {
    const { device } = await approved();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => verdict(await poll(context, box, device))),
    );
    expect(answers.filter((answer) => answer === "tokens")).toHaveLength(1);
    expect(new Set(answers)).toEqual(new Set(["tokens", "400 invalid_grant"]));
  });

  it("RFC 6749 §4.1.2 loses what it was given, session included, when its code comes a second time", async () => {
    const { device, person } = await approved("openid offline_access");
    const tokens = await tokenAnswer(await poll(context, box, device));
    await expectOAuthError(await poll(context, box, device), 400, "invalid_grant");
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
    await expectOAuthError(await refresh(context, box, tokens.refresh_token), 400, "invalid_grant");
    expect((await sessionsOf(person)).map((session) => session.sid)).toEqual([person.sid]);
  });

  it("cannot redeem again after its grant has been revoked and forgotten, as long as the code lives", async () => {
    travel(0);
    const { device, person } = await approved();
    const tokens = await tokenAnswer(await poll(context, box, device));
    await context.objects.call(person.user.id, (object) =>
      object.revokeGrant(String(claimsOf(tokens.access_token).gid), box.clientId),
    );
    travel(limits.redeemedCodeMemorySeconds + 60);
    expect(await runDurableObjectAlarm(objectOf(context, person.user.id))).toBe(true);
    expect(await verdict(await poll(context, box, device))).toBe("400 invalid_grant");
  });

  it("CVE-2023-2585 is of no use to another client of the realm, and then still to its own", async () => {
    const { device } = await approved();
    const other = await makeClient(context, { redirect_uris: [], grant_types: [deviceCodeGrant] });
    const tv = await makeTv(context);
    for (const stranger of [other, tv])
      await expectOAuthError(await poll(context, stranger, device), 400, "invalid_grant");
    await tokenAnswer(await poll(context, box, device));
  });

  it("CODE-08 is of no use at another realm, even to a client of the same name", async () => {
    const { device } = await approved();
    const elsewhere = await makeRealm();
    const twin = await makeTv(elsewhere);
    await expectOAuthError(await poll(elsewhere, twin, device), 400, "invalid_grant");
    const person = await signedInPerson(elsewhere);
    const fresh = await waiting(context, box);
    await expect(letIn(elsewhere, person, fresh)).rejects.toThrow("device-confirm-form");
    expect(await verdict(await poll(context, box, fresh))).toBe("400 authorization_pending");
  });

  it("CVE-2024-38371 gets nothing when its user is disabled before it asks", async () => {
    const { device, person } = await approved();
    await disable(context, person.user);
    await expectOAuthError(await poll(context, box, device), 400, "access_denied");
  });

  it("gets nothing when its session is ended before it asks", async () => {
    const { device, person } = await approved("openid offline_access");
    await context.objects.call(person.user.id, (object) => object.kick(person.sid, null));
    await expectOAuthError(await poll(context, box, device), 400, "access_denied");
    expect((await sessionsOf(person)).map((session) => session.sid)).toEqual([person.sid]);
  });

  it("gets nothing when its client has been registered anew without the grant", async () => {
    const { device } = await approved();
    await context.clients.store.update(box, { metadata: { ...box.metadata, grant_types: ["refresh_token"] } }, [], 1);
    context.clients.forget(box);
    await expectOAuthError(await poll(context, box, device), 400, "unauthorized_client");
  });

  it("RFC 8707 gets tokens for the resources that it named at first, or fewer", async () => {
    const api = "https://api.example.test";
    context = await makeRealm({ resources: { [api]: { name: "Articles" } } });
    box = await makeClient(context, { redirect_uris: [], grant_types: [deviceCodeGrant] }, { firstParty: false });
    const device = await waiting(context, box, { resource: api });
    await letIn(context, await signedInPerson(context), device);
    const foreign = { resource: context.realm.issuer };
    await expectOAuthError(await poll(context, box, device, foreign), 400, "invalid_target");
    const tokens = await tokenAnswer(await poll(context, box, device));
    expect(claimsOf(tokens.access_token).aud).toBe(api);
  });
});

describe("the session of a device", () => {
  it("SE-15 ends its tokens at once when it is ended", async () => {
    const { device, person } = await approved();
    const tokens = await tokenAnswer(await poll(context, box, device));
    const own = (await sessionsOf(person)).find((session) => session.client !== null);
    await context.objects.call(person.user.id, (object) => object.kick(person.sid, own?.sid ?? ""));
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
    expect(await introspection(context, box, tokens.access_token)).toEqual({ active: false });
    await expectOAuthError(await refresh(context, box, tokens.refresh_token), 400, "invalid_grant");
  });

  it("does not end with the one that let the device in", async () => {
    const { device, person } = await approved();
    const tokens = await tokenAnswer(await poll(context, box, device));
    await context.objects.call(person.user.id, (object) => object.endSession(person.sid));
    expect((await userinfo(context, tokens.access_token)).status).toBe(200);
  });

  it("is outlived by what was granted for offline use", async () => {
    const { device, person } = await approved("openid offline_access");
    const tokens = await tokenAnswer(await poll(context, box, device));
    const own = (await sessionsOf(person)).find((session) => session.client !== null);
    await context.objects.call(person.user.id, (object) => object.endSession(own?.sid ?? ""));
    await tokenAnswer(await refresh(context, box, tokens.refresh_token));
  });

  it("lives on after the device code, and as long as it is used", async () => {
    travel(0);
    const { device, person } = await approved();
    let tokens = await tokenAnswer(await poll(context, box, device));
    for (let week = 0; week < 6; week++) {
      travel(7 * 86_400);
      tokens = await tokenAnswer(await refresh(context, box, tokens.refresh_token));
    }
    expect((await sessionsOf(person)).map((session) => session.client?.name)).toEqual(["Set-top box"]);
  });

  it("RFC 9700 §4.14.2 ends when a refresh token of it comes a second time, and whom it concerns is told at once", async () => {
    const { device, person } = await approved();
    const stolen = (await tokenAnswer(await poll(context, box, device))).refresh_token;
    const second = (await tokenAnswer(await refresh(context, box, stolen))).refresh_token;
    await tokenAnswer(await refresh(context, box, second));
    await expectOAuthError(await refresh(context, box, stolen), 400, "invalid_grant");
    await vi.waitFor(
      async () =>
        expect(
          await runInDurableObject(objectOf(context, person.user.id), (_, { storage: { sql } }) =>
            sql.exec("SELECT id FROM events").toArray(),
          ),
        ).toEqual([]),
      { timeout: 5000 },
    );
    expect((await sessionsOf(person)).map((session) => session.sid)).toEqual([person.sid]);
  });

  it("RFC 7009 ends when the device gives its refresh token up", async () => {
    const { device, person } = await approved();
    const tokens = await tokenAnswer(await poll(context, box, device));
    await context.objects.call(person.user.id, (object) =>
      object.revokeGrant(String(claimsOf(tokens.access_token).gid), box.clientId),
    );
    expect((await sessionsOf(person)).map((session) => session.sid)).toEqual([person.sid]);
  });

  it("ends when its user takes the consent back, before the device has come for its tokens too", async () => {
    const early = await approved("openid offline_access");
    const late = await waiting(context, box);
    await letIn(context, early.person, late);
    const tokens = await tokenAnswer(await poll(context, box, early.device));
    await context.objects.call(early.person.user.id, (object) => object.revokeConsent(null, box.clientId));
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
    await expectOAuthError(await refresh(context, box, tokens.refresh_token), 400, "invalid_grant");
    await expectOAuthError(await poll(context, box, late), 400, "access_denied");
    expect((await sessionsOf(early.person)).map((session) => session.sid)).toEqual([early.person.sid]);
  });
});
