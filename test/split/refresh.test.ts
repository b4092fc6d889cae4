import { afterEach, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { travel } from "../support/clock.ts";
import { issued } from "../support/token-side.ts";
import { jsonBody, makeClient, makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectRefusal, login, refresh, tokenOf, userContext } from "./support.ts";

afterEach(() => void vi.useRealTimers());

describe("POST /api/auth/refresh-token (contract §4)", () => {
  it("RT-03 RT-05 gives new tokens, and the same line again when the answer was lost (RFC 9700 §4.14.2)", async () => {
    const context = await makeRealm();
    const token = await login(context, await makeUser(context));
    const next = await tokenOf(await refresh(context, token.refreshToken));
    const again = await tokenOf(await refresh(context, token.refreshToken));
    expect(next.refreshToken).not.toBe(token.refreshToken);
    expect(again.refreshToken).toBe(next.refreshToken);
    expect(next.scope).toBe(token.scope);
    for (const { accessToken } of [next, again]) expect((await userContext(context, accessToken)).status).toBe(200);
  });

  it("RT-04 an old one that comes later ends the sign-in", async () => {
    const context = await makeRealm();
    const token = await login(context, await makeUser(context));
    const next = await tokenOf(await refresh(context, token.refreshToken));
    travel(limits.refreshRetrySeconds + 1);
    await expectRefusal(await refresh(context, token.refreshToken), 401, "refresh-token-invalid");
    await expectRefusal(await refresh(context, next.refreshToken), 401, "refresh-token-invalid");
    await expectRefusal(await userContext(context, next.accessToken), 401, "access-token-invalid");
  });

  it("S4.8 an expired one is spelt as the clients know it in the header, and right in the body", async () => {
    const context = await makeRealm({ refresh_token_ttl_seconds: 60, access_token_ttl_seconds: 30 });
    const token = await login(context, await makeUser(context));
    travel(61);
    const response = await refresh(context, token.refreshToken);
    await expectRefusal(response, 401, "refresh-token-expired", "refresg-token-expired");
    // An access token that has expired too is told from it.
    await expectRefusal(await userContext(context, token.accessToken), 401, "access-token-expired");
  });

  it("RT-09 an absolute end comes however often it is used, and is called the same", async () => {
    const context = await makeRealm({ refresh_token_ttl_seconds: 60, refresh_token_absolute_seconds: 100 });
    const first = await login(context, await makeUser(context));
    travel(50);
    const next = await tokenOf(await refresh(context, first.refreshToken));
    travel(55);
    const response = await refresh(context, next.refreshToken);
    await expectRefusal(response, 401, "refresh-token-expired", "refresg-token-expired");
  });

  it("RT-10 a session that was kicked takes it along", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    const token = await login(context, user);
    const headers = { cookie: `qt-auth=${await signIn(context, user)}` };
    const kicked = await request(`${context.realm.issuer}/api/auth/v1/kick`, jsonBody({}, headers));
    expect(kicked.status).toBe(200);
    await expectRefusal(await refresh(context, token.refreshToken), 401, "session-revoked");
    await expectRefusal(await userContext(context, token.accessToken), 401, "access-token-invalid");
  });

  it("RT-02 RT-13 another client's, another realm's, an access token or none is not valid", async () => {
    const context = await makeRealm();
    const other = await makeRealm();
    const token = await login(context, await makeUser(context));
    await expectRefusal(await refresh(other, token.refreshToken), 401, "refresh-token-invalid");
    await expectRefusal(await refresh(context, token.accessToken), 401, "refresh-token-invalid");
    const spa = await makeClient(context, {}, { type: "public" });
    const named = await refresh(context, token.refreshToken, { clientId: spa.clientId });
    await expectRefusal(named, 401, "refresh-token-invalid");
    // What the token endpoint gave a confidential client is not to be had here without its secret.
    const { tokens } = await issued(context, await makeClient(context));
    await expectRefusal(await refresh(context, tokens.refresh_token), 401, "invalid_client");
    expect((await tokenOf(await refresh(context, token.refreshToken))).userId).toBe(token.userId);
  });

  it("RT-06 of fifty at once all get the one next generation", async () => {
    const context = await makeRealm();
    const token = await login(context, await makeUser(context));
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(context, token.refreshToken)));
    const next = new Set(await Promise.all(answers.map(async (answer) => (await tokenOf(answer)).refreshToken)));
    expect(next.size).toBe(1);
  });
});
