import { describe, expect, it } from "vitest";
import { makeProof, makeProofKey, tokenUrl, userinfoUrl } from "../support/dpop.ts";
import { calls, expectFaults, expectUnavailable, house, lostAnswers, lostOnTheWay } from "../support/faults.ts";
import { introspection, isLive, issued, redemption, refresh, tokenAnswer } from "../support/token-side.ts";
import {
  basicAuth,
  cookiesOf,
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  obtainCode,
  tokenRequest,
} from "../support/world.ts";

expectFaults();

const retryable = () => Object.assign(new Error("the connection was lost"), { retryable: true });
const overloaded = () => Object.assign(new Error("too much to do"), { retryable: true, overloaded: true });

describe("RE-04 an answer that got lost between Worker and object", () => {
  it("a redemption is repeated and is still the first one", async () => {
    const { context, client, cookie, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    lostAnswers.set("USERS.redeemCode", [retryable()]);
    calls.length = 0;
    const tokens = await tokenAnswer(await post("/token", redemption(client, code, verifier)));
    expect(calls).toEqual(["GRANTS.get", "USERS.redeemCode", "USERS.redeemCode"]);
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
  });

  it("a refresh is repeated and goes one step, not two", async () => {
    const { context, client, post } = await house();
    const { tokens } = await issued(context, client);
    lostAnswers.set("USERS.rotateGrant", [retryable(), retryable()]);
    const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const second = await tokenAnswer(await post("/token", fields));
    expect(await introspection(context, client, second.refresh_token)).toMatchObject({ active: true });
    await tokenAnswer(await refresh(context, client, second.refresh_token));
  });

  it("DP-04 a proof of possession that came along is still used for the first time (RFC 9449 §11.1)", async () => {
    const { context, client, cookie, send } = await house();
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const key = await makeProofKey();
    const ask = async (fields: Record<string, string | undefined>, as = client) => {
      const init = formBody(fields);
      const dpop = await makeProof(key, { url: tokenUrl(context) });
      const headers = { ...init.headers, authorization: basicAuth(as), dpop };
      return tokenAnswer(await send("/token", { ...init, headers }));
    };
    const { code, verifier } = await obtainCode(context, client, cookie);
    lostAnswers.set("USERS.redeemCode", [retryable()]);
    const first = await ask(redemption(client, code, verifier));
    lostAnswers.set("USERS.rotateGrant", [retryable()]);
    const { access_token: accessToken } = await ask({
      grant_type: "refresh_token",
      refresh_token: first.refresh_token,
    });
    lostAnswers.set("USERS.spend", [retryable()]);
    await ask({ grant_type: "client_credentials" }, machine);
    lostAnswers.set("USERS.grantOfToken", [retryable()]);
    const dpop = await makeProof(key, { url: userinfoUrl(context), method: "GET", accessToken });
    const shown = () => send("/userinfo", { headers: { authorization: `DPoP ${accessToken}`, dpop } });
    expect((await shown()).status).toBe(200);
    expect((await shown()).status).toBe(401);
    expect([...lostAnswers.values()].flat()).toEqual([]);
  });

  it("a sign-in is repeated and opens one session", async () => {
    const { context, send, user } = await house();
    lostAnswers.set("USERS.openSession", [retryable()]);
    const response = await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword }));
    expect(response.status).toBe(200);
    expect(cookiesOf(response)["qt-auth"]).toBeDefined();
    // One from house(), one from here.
    expect(await context.objects.call(user.id, (object) => object.sessions())).toHaveLength(2);
  });

  it("three times at most, and not at all when the object is overloaded", async () => {
    const { context, client, post } = await house();
    const { tokens } = await issued(context, client);
    const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    calls.length = 0;
    lostOnTheWay.set("USERS.rotateGrant", [retryable(), retryable(), retryable(), retryable()]);
    await expectUnavailable(await post("/token", fields));
    expect(calls).toEqual(Array(3).fill("USERS.rotateGrant"));
    calls.length = 0;
    lostOnTheWay.set("USERS.rotateGrant", [overloaded()]);
    await expectUnavailable(await post("/token", fields));
    expect(calls).toEqual(["USERS.rotateGrant"]);
    await tokenAnswer(await tokenRequest(context, client, fields));
  });
});
