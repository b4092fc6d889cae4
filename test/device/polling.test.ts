import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { deviceCodeGrant } from "../../src/domain/clients/metadata.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { travel } from "../support/clock.ts";
import { bareTokenRequest, expectOAuthError, tokenAnswer } from "../support/token-side.ts";
import { makeClient, makeRealm, pkce, type TestClient } from "../support/world.ts";
import { decide, devicesObject, letIn, makeTv, poll, signedInPerson, typeCode, verdict, waiting } from "./support.ts";

let context: RealmContext;
let tv: TestClient;
beforeEach(async () => {
  context = await makeRealm();
  tv = await makeTv(context);
  travel(0);
});
afterEach(() => {
  vi.useRealTimers();
});

const pollAfter = async (seconds: number, device: { device_code: string }): Promise<string> => {
  travel(seconds);
  return verdict(await poll(context, tv, device));
};

describe("DV-02 polling (RFC 8628 §3.5)", () => {
  it("answers authorization_pending at the interval, however often", async () => {
    const device = await waiting(context, tv);
    await expectOAuthError(await poll(context, tv, device), 400, "authorization_pending");
    for (let asked = 0; asked < 5; asked++) expect(await pollAfter(5, device)).toBe("400 authorization_pending");
  });

  it("answers slow_down to who asks faster, and from then on wants five seconds more each time", async () => {
    const device = await waiting(context, tv);
    expect(await pollAfter(0, device)).toBe("400 authorization_pending");
    expect(await pollAfter(1, device)).toBe("400 slow_down");
    expect(await pollAfter(5, device)).toBe("400 slow_down");
    expect(await pollAfter(10, device)).toBe("400 slow_down");
    expect(await pollAfter(20, device)).toBe("400 authorization_pending");
    expect(await pollAfter(18, device)).toBe("400 slow_down");
    expect(await pollAfter(25, device)).toBe("400 authorization_pending");
  });

  it("never wants more than a minute, so that a burst does not lose the device", async () => {
    const device = await waiting(context, tv);
    const burst = await Promise.all(Array.from({ length: 40 }, async () => verdict(await poll(context, tv, device))));
    expect(burst.sort()).toEqual(["400 authorization_pending", ...Array<string>(39).fill("400 slow_down")]);
    expect(await pollAfter(60, device)).toBe("400 authorization_pending");
  });

  it("answers access_denied once somebody has said no, and nothing else ever after", async () => {
    const device = await waiting(context, tv);
    const { browser } = await signedInPerson(context);
    const done = await decide(browser, await typeCode(context, browser, device.user_code), "deny");
    expect(done.html).toContain("The device stays out");
    for (const seconds of [0, 0, 5]) expect(await pollAfter(seconds, device)).toBe("400 access_denied");
  });

  it("answers expired_token after a quarter of an hour, and invalid_grant when all is forgotten", async () => {
    const device = await waiting(context, tv);
    expect(await pollAfter(limits.deviceCodeTtlSeconds - 1, device)).toBe("400 authorization_pending");
    expect(await pollAfter(1, device)).toBe("400 expired_token");
    const late = await signedInPerson(context);
    const page = await typeCode(context, late.browser, device.user_code);
    expect([page.status, page.headers.get("x-error-code")]).toEqual([400, "user-code-wrong"]);
    travel(limits.expiredDeviceMemorySeconds + 1);
    const stub = env.USERS.getByName(devicesObject(context, device));
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await verdict(await poll(context, tv, device))).toBe("400 invalid_grant");
    const left = await runInDurableObject(stub, (_object, { storage }) =>
      storage.sql.exec("SELECT count(*) AS held FROM device_authorizations").one(),
    );
    expect(left).toEqual({ held: 0 });
  });

  it("answers expired_token also when it was let in, but did not come for its tokens", async () => {
    const device = await waiting(context, tv);
    const person = await signedInPerson(context);
    await letIn(context, person, device);
    expect(await pollAfter(limits.deviceCodeTtlSeconds, device)).toBe("400 expired_token");
    const sessions = await context.objects.call(person.user.id, (object) => object.sessions());
    expect(sessions.map((session) => session.sid)).toEqual([person.sid]);
  });

  it.each([
    ["nothing", undefined, "invalid_request"],
    ["an empty code", "", "invalid_request"],
    ["a user code", "BCDF-GHJK", "invalid_grant"],
    ["a code nobody was given", `B${"A".repeat(43)}`, "invalid_grant"],
    ["a letter that is none", `A${"A".repeat(43)}`, "invalid_grant"],
    ["a very long code", "B".repeat(20_000), "invalid_grant"],
    ["a quote", "B'; DROP TABLE device_authorizations; --", "invalid_grant"],
  ])("answers %s with %s", async (_what, device_code, error) => {
    const fields = { grant_type: deviceCodeGrant, client_id: tv.clientId, device_code };
    await expectOAuthError(await bareTokenRequest(context, fields), 400, error);
  });

  it("DV-05 a client not registered for the grant hears unauthorized_client", async () => {
    const other = await makeClient(context, { grant_types: ["authorization_code", "refresh_token"] });
    const device = await waiting(context, tv);
    await expectOAuthError(await poll(context, other, device), 400, "unauthorized_client");
  });
});

describe("DV-06 a proof key is enforced when one was announced (RFC 7636 §4.6, CVE-2026-123542)", () => {
  const otherVerifier = "v".repeat(43);

  async function withKey() {
    const { verifier, challenge } = await pkce();
    const device = await waiting(context, tv, { code_challenge: challenge, code_challenge_method: "S256" });
    await letIn(context, await signedInPerson(context), device);
    return { verifier, challenge, device };
  }

  it("gives nothing without the verifier, with a wrong one, or with the challenge itself, and then still to the right one", async () => {
    const { verifier, challenge, device } = await withKey();
    for (const code_verifier of [undefined, "", otherVerifier, challenge, "short", `${verifier}=`, "v".repeat(129)])
      await expectOAuthError(await poll(context, tv, device, { code_verifier }), 400, "invalid_grant");
    await tokenAnswer(await poll(context, tv, device, { code_verifier: verifier }));
  });

  it("takes no verifier where none was announced", async () => {
    const device = await waiting(context, tv);
    await letIn(context, await signedInPerson(context), device);
    await expectOAuthError(await poll(context, tv, device, { code_verifier: otherVerifier }), 400, "invalid_grant");
    await tokenAnswer(await poll(context, tv, device));
  });
});
