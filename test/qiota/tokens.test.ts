import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { answerAt, once } from "../authorization/requests.ts";
import { travel } from "../support/clock.ts";
import { disable } from "../support/token-side.ts";
import {
  basicAuth,
  cookiesOf,
  formBody,
  goodPassword,
  makeRealm,
  makeUser,
  request,
  type TestClient,
  type TokenAnswer,
} from "../support/world.ts";
import { get } from "../surfaces/session-api.ts";
import { callback, endpoint, errorUri, formOf, makePartner, postForm } from "./support.ts";

let context: RealmContext;
let client: TestClient;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  client = await makePartner(context);
  user = await makeUser(context, { roles: ["user", "admin"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const payloadOf = (token: string): Record<string, unknown> =>
  JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/"))) as Record<string, unknown>;

function atToken(fields: Record<string, string>, of = client): Promise<Response> {
  const init = formBody(fields);
  return request(endpoint(context, "/v1/token"), {
    ...init,
    headers: { ...init.headers, authorization: basicAuth(of) },
  });
}

/** Signs in at a partner's form and exchanges the code, all by Qiota's names. */
async function enter(scope: string, who = user): Promise<{ tokens: TokenAnswer; cookie: string }> {
  const response = await postForm(
    context,
    "/v1/login",
    formOf(client, { email: who.email ?? "", password: goodPassword, scope }),
  );
  const { code = "" } = once(answerAt(response, callback));
  const answer = await atToken({ grant_type: "authorization_code", code, redirect_uri: callback });
  expect(answer.status).toBe(200);
  return { tokens: await answer.json<TokenAnswer>(), cookie: cookiesOf(response)["qt-auth"] ?? "" };
}

const userinfo = (token: string): Promise<Response> =>
  request(endpoint(context, "/v1/userinfo"), { headers: { authorization: `Bearer ${token}` } });

const refresh = (token: string): Promise<Response> => atToken({ grant_type: "refresh_token", refresh_token: token });

describe("role authorization by Qiota's names (S1.1, S1.7)", () => {
  it("S1.7 the roles are in the tokens and at /v1/userinfo under scope roles", async () => {
    const { tokens } = await enter("openid roles");
    expect(tokens.scope).toBe("openid roles");
    expect(payloadOf(tokens.access_token)).toMatchObject({ sub: String(user.id), roles: ["user", "admin"] });
    const answer = await userinfo(tokens.access_token);
    expect([answer.status, await answer.json()]).toEqual([200, { sub: String(user.id), roles: ["user", "admin"] }]);
  });

  it("S1.7 AZ-16 without that scope they are nowhere, however it is spelled", async () => {
    for (const scope of ["openid profile email", "openid ROLES", "openid roles2"]) {
      const { tokens } = await enter(scope);
      for (const token of [tokens.access_token, tokens.id_token]) expect(payloadOf(token)).not.toHaveProperty("roles");
      const claims = await (await userinfo(tokens.access_token)).json<object>();
      expect(claims).not.toHaveProperty("roles");
    }
  });

  it("S1.7 nor where the client may not have it", async () => {
    const narrow = await makePartner(context, { scopes: ["openid", "email"] });
    const fields = {
      ...formOf(narrow, { scope: "openid email roles" }),
      email: user.email ?? "",
      password: goodPassword,
    };
    const { code = "" } = once(answerAt(await postForm(context, "/v1/login", fields), callback));
    const answer = await atToken({ grant_type: "authorization_code", code, redirect_uri: callback }, narrow);
    const tokens = await answer.json<TokenAnswer>();
    expect(tokens.scope).toBe("openid email");
    expect(await (await userinfo(tokens.access_token)).json()).toEqual({
      sub: String(user.id),
      email: user.email,
      email_verified: false,
    });
  });

  it("S1.7 a role that was taken away is gone at /v1/userinfo at once, and from the next tokens", async () => {
    const demoted = await makeUser(context, { roles: ["user", "admin"] });
    const { tokens } = await enter("openid roles offline_access", demoted);
    const updated = await request(
      `${context.realm.issuer}/admin/v1/realms/${context.realm.id}/users/${demoted.id}/roles`,
      {
        method: "PUT",
        headers: {
          authorization: "Bearer test-admin-token-0123456789abcdef0123456789",
          "content-type": "application/json",
        },
        body: JSON.stringify({ roles: ["user"] }),
      },
    );
    expect(updated.status).toBe(200);
    expect(await (await userinfo(tokens.access_token)).json()).toMatchObject({ roles: ["user"] });
    const again = await (await refresh(tokens.refresh_token)).json<TokenAnswer>();
    expect(payloadOf(again.access_token)).toMatchObject({ roles: ["user"] });
  });
});

describe("refresh tokens by Qiota's names (S1.3, S1.6)", () => {
  it("S1.3 spare a mobile app the sign-in at each launch: days later, session gone, the access token expired", async () => {
    const { tokens, cookie } = await enter("openid roles offline_access");
    const signedOut = await get(context, "/logout", cookie);
    expect(signedOut.status).toBe(204);
    let newest = tokens.refresh_token;
    for (const days of [1, 20, 29]) {
      travel(days * 86_400);
      expect((await userinfo(tokens.access_token)).status).toBe(401);
      const answer = await refresh(newest);
      expect([days, answer.status]).toEqual([days, 200]);
      const renewed = await answer.json<TokenAnswer>();
      expect(renewed.refresh_token).not.toBe(newest);
      expect(await (await userinfo(renewed.access_token)).json()).toEqual({
        sub: String(user.id),
        roles: ["user", "admin"],
      });
      newest = renewed.refresh_token;
    }
  });

  it("S1.6 without offline_access they end with the session", async () => {
    const { tokens, cookie } = await enter("openid");
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
    await get(context, "/logout", cookie);
    const { tokens: later, cookie: other } = await enter("openid");
    await get(context, "/logout", other);
    const answer = await refresh(later.refresh_token);
    expect([answer.status, (await answer.json<{ error: string }>()).error]).toEqual([400, "invalid_grant"]);
  });

  it("AZ-24 end with the user, and so does every way in", async () => {
    const doomed = await makeUser(context);
    const { tokens } = await enter("openid offline_access", doomed);
    await disable(context, doomed);
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
    const fields = formOf(client, { email: doomed.email ?? "", password: goodPassword });
    expect(once(answerAt(await postForm(context, "/v1/login", fields), errorUri)).error).toBe("bad_credential");
  });
});

it("S1.14 S1.15 /v1/authorize asks the partner's form in, and knows whoever has come through it", async () => {
  const query = new URLSearchParams(formOf(client) as Record<string, string>);
  const nobody = await request(`${endpoint(context, "/v1/authorize")}?${query}`);
  expect(once(answerAt(nobody, errorUri)).error).toBe("login_required");
  const { cookie } = await enter("openid");
  const known = await request(`${endpoint(context, "/v1/authorize")}?${query}`, {
    headers: { cookie: `qt-auth=${cookie}` },
  });
  expect(once(answerAt(known, callback))).toMatchObject({ code: expect.any(String), state: "a state & more" });
});
