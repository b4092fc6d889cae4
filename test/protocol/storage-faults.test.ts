import { describe, expect, it } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { broken, expectFaults, expectUnavailable, house, lostOnTheWay } from "../support/faults.ts";
import {
  authorizePath,
  introspection,
  isLive,
  issued,
  redemption,
  refresh,
  tokenAnswer,
} from "../support/token-side.ts";
import { goodPassword, jsonBody, makeClient, obtainCode } from "../support/world.ts";

const faults = expectFaults();

describe("RE-05 the user's objects do not answer", () => {
  it("IR-10 every endpoint says 503 and decides nothing (CVE-2020-15223)", async () => {
    const { context, client, user, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    const asUser = { headers: { cookie: `qt-auth=${cookie}` } };
    broken.add("USERS");
    for (const response of [
      await post("/token", redemption(client, code, verifier)),
      await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token }),
      await post("/introspect", { token: tokens.access_token }),
      await post("/introspect", { token: tokens.refresh_token }),
      await post("/revoke", { token: tokens.access_token }),
      await post("/revoke", { token: tokens.refresh_token }),
      await send("/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } }),
      await send(await authorizePath(client), asUser),
      await send(`/end-session?id_token_hint=${tokens.id_token}`),
      await send("/api/auth/v1/users/me", asUser),
      await send("/api/auth/v1/logout", asUser),
      await send("/api/auth/v1/kick", { ...asUser, method: "POST" }),
      await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword })),
      await send("/api/auth/v1/login", jsonBody({ email: "nobody@example.test", password: goodPassword })),
    ])
      await expectUnavailable(response);
    broken.clear();
    // Nothing was spent, rotated, revoked or ended.
    expect((await post("/token", redemption(client, code, verifier))).status).toBe(200);
    expect(await isLive(context, client, tokens.access_token)).toBe(true);
    await tokenAnswer(await refresh(context, client, tokens.refresh_token));
    expect((await send("/api/auth/v1/users/me", asUser)).status).toBe(200);
  });

  it("AU-02 and what is logged of it holds no secret", async () => {
    const { context, client, user, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    broken.add("USERS");
    await post("/token", redemption(client, code, verifier));
    await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    await send(`/end-session?id_token_hint=${tokens.id_token}`, { headers: { cookie: `qt-auth=${cookie}` } });
    await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword }));
    const written = JSON.stringify(faults.log.mock.calls);
    expect(faults.log.mock.calls).toHaveLength(4);
    for (const secret of [
      code,
      verifier,
      client.secret,
      cookie,
      goodPassword,
      String(user.email),
      ...Object.values(tokens),
    ])
      if (typeof secret === "string" && secret.length > 20) expect(written).not.toContain(secret);
    expect(written).not.toContain(goodPassword);
  });
});

describe("RE-05 KV does not answer", () => {
  it("codes are neither given nor taken, and the waiting one keeps", async () => {
    const { context, client, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    broken.add("GRANTS");
    await expectUnavailable(await post("/token", redemption(client, code, verifier)));
    await expectUnavailable(await send(await authorizePath(client), { headers: { cookie: `qt-auth=${cookie}` } }));
    // What does not need it goes on.
    expect((await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })).status).toBe(
      200,
    );
    broken.clear();
    expect((await post("/token", redemption(client, code, verifier))).status).toBe(200);
  });
});

describe("RE-05 D1 does not answer", () => {
  it("nothing is served for a realm that is not known yet", async () => {
    const { context, client, cookie, send, post } = await house();
    const { tokens } = await issued(context, client);
    broken.add("DB");
    forgetHosts(context.realm.hosts);
    for (const response of [
      await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token }),
      await send("/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } }),
      await send(await authorizePath(client), { headers: { cookie: `qt-auth=${cookie}` } }),
      await send("/.well-known/openid-configuration"),
      await send("/jwks.json"),
      await send("/api/auth/v1/users/me", { headers: { cookie: `qt-auth=${cookie}` } }),
      await send("/", { headers: { accept: "text/html" } }),
    ])
      await expectUnavailable(response);
  });

  it("what needs none of it goes on: codes, refreshes, UserInfo, sessions", async () => {
    const { context, client, cookie, send, post } = await house();
    const { code, verifier } = await obtainCode(context, client, cookie);
    const { tokens } = await issued(context, client);
    broken.add("DB");
    expect((await post("/token", redemption(client, code, verifier))).status).toBe(200);
    expect((await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })).status).toBe(
      200,
    );
    expect((await send("/userinfo", { headers: { authorization: `Bearer ${tokens.access_token}` } })).status).toBe(200);
    expect((await send("/api/auth/v1/users/me", { headers: { cookie: `qt-auth=${cookie}` } })).status).toBe(200);
  });

  it("IR-10 a client's own token is neither called revoked nor live", async () => {
    const { context, post } = await house();
    const machine = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const { access_token: token } = await tokenAnswer(
      await post("/token", { grant_type: "client_credentials" }, machine),
    );
    broken.add("DB");
    await expectUnavailable(await post("/revoke", { token }, machine));
    await expectUnavailable(await post("/introspect", { token }, machine));
    broken.clear();
    expect(await introspection(context, machine, token)).toMatchObject({ active: true });
  });

  it("nobody signs in or up", async () => {
    const { context, user, send } = await house();
    broken.add("DB");
    await expectUnavailable(await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword })));
    const body = { email: "late@example.test", password: goodPassword };
    await expectUnavailable(await send("/api/auth/v1/signup", jsonBody(body)));
    broken.clear();
    expect(await context.users.findByEmail("late@example.test")).toBeNull();
  });
});

describe("RE-06 the limiter does not answer", () => {
  it("guesses are refused rather than uncounted", async () => {
    const { client, user, send, post } = await house();
    broken.add("ADDRESS_LIMITER");
    await expectUnavailable(await send("/api/auth/v1/login", jsonBody({ email: user.email, password: goodPassword })));
    await expectUnavailable(await post("/token", { grant_type: "refresh_token" }, { ...client, secret: "wrong" }));
  });
});

describe("RE-05 the queue does not answer", () => {
  it("a change that reached D1 only says 503, so that it is repeated", async () => {
    const { context, user, cookie, send } = await house();
    const change = { ...jsonBody({ name: "Una Renamed" }, { cookie: `qt-auth=${cookie}` }) };
    broken.add("JOBS");
    lostOnTheWay.set("USERS.putProfile", [new Error("lost")]);
    await expectUnavailable(await send("/api/auth/v1/users/profile", change));
    broken.clear();
    expect((await context.users.findById(user.id))?.name).toBe("Una Renamed");
  });
});
