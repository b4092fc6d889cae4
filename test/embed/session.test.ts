import { describe, expect, it } from "vitest";
import { makeUser, pkce, redeem, request, signIn } from "../support/world.ts";
import { askSession, type Embedding, makeEmbedding, site } from "./support.ts";

const third = { firstParty: false };

const consent = ({ context, client, user }: Embedding, scopes: readonly string[]): Promise<void> =>
  context.objects.call(user.id, (object) => object.addConsent(client.clientId, scopes));

describe("what the frame is told (S0.10 to S0.12)", () => {
  it("nobody, without a session or with one that is over", async () => {
    const embedding = await makeEmbedding();
    const out = await request(`${embedding.context.realm.issuer}/api/auth/v1/logout`, {
      headers: { cookie: `qt-auth=${embedding.cookie}` },
    });
    expect(out.status).toBe(204);
    for (const cookie of ["", "qt-auth=garbage", `qt-auth=${embedding.cookie}`, `qt-auth-embed=${embedding.cookie}`]) {
      const response = await askSession(embedding, cookie);
      expect([response.status, await response.json()]).toEqual([200, { status: "signed-out" }]);
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it.each(["qt-auth", "qt-auth-embed"])(
    "who is signed in by the cookie %s: id, name and address, no more",
    async (name) => {
      const embedding = await makeEmbedding();
      const response = await askSession(embedding, `${name}=${embedding.cookie}`);
      expect(await response.json()).toEqual({
        status: "signed-in",
        user: { id: String(embedding.user.id), name: "Fran Framed", email: embedding.user.email },
      });
    },
  );

  it("the frame's own session first, and the browser's when that one is over", async () => {
    const embedding = await makeEmbedding();
    const { context, cookie } = embedding;
    const other = await makeUser(context, { name: "Omar Other" });
    const both = `qt-auth=${await signIn(context, other)}; qt-auth-embed=${cookie}`;
    expect(await (await askSession(embedding, both)).json()).toMatchObject({ user: { name: "Omar Other" } });
    await request(`${context.realm.issuer}/api/auth/v1/logout`, { headers: { cookie: both } });
    expect(await (await askSession(embedding, both)).json()).toMatchObject({ user: { name: "Fran Framed" } });
  });

  it("SE-10 the cookie that crosses sites is worth nothing elsewhere, and nothing at all where the realm is not embedded", async () => {
    const { context, cookie } = await makeEmbedding();
    const elsewhere = await request(`${context.realm.issuer}/api/auth/v1/users/me`, {
      headers: { cookie: `qt-auth-embed=${cookie}` },
    });
    expect(elsewhere.status).toBe(403);
    const off = await makeEmbedding({ embedding: false });
    expect(await (await askSession(off, `qt-auth-embed=${off.cookie}`)).json()).toEqual({ status: "signed-out" });
    expect(await (await askSession(off, `qt-auth=${off.cookie}`)).json()).toMatchObject({ status: "signed-in" });
  });

  it.each<[string, readonly string[], object]>([
    ["nothing granted: that somebody is signed in", [], {}],
    ["an id by openid", ["openid"], { user: ["id"] }],
    ["the name by profile", ["openid", "profile"], { user: ["id", "name"] }],
    ["the address by email", ["openid", "email"], { user: ["id", "email"] }],
    ["no id without openid", ["profile", "email"], {}],
  ])("an application of others, %s", async (_, scopes, expected) => {
    const embedding = await makeEmbedding({}, {}, third);
    await consent(embedding, scopes);
    const answer = await (await askSession(embedding, `qt-auth=${embedding.cookie}`)).json<{ user?: object }>();
    const shown = answer.user === undefined ? {} : { user: Object.keys(answer.user) };
    expect(shown).toEqual(expected);
    expect(answer).toMatchObject({ status: "signed-in" });
  });

  it("no more than the client is registered for, whatever was granted", async () => {
    const embedding = await makeEmbedding({}, { scopes: ["openid"] }, third);
    await consent(embedding, ["openid", "profile", "email"]);
    const answer = await (await askSession(embedding, `qt-auth=${embedding.cookie}`)).json<{ user: object }>();
    expect(Object.keys(answer.user)).toEqual(["id"]);
  });

  it.each<[string, Record<string, string>]>([
    ["another site", { origin: site, "sec-fetch-site": "cross-site" }],
    ["no site at all", { origin: "null" }],
    ["another site that hides its origin", { origin: "", "sec-fetch-site": "cross-site" }],
  ])("SE-11 tells %s nothing", async (_, headers) => {
    const embedding = await makeEmbedding();
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
    const response = await request(`${embedding.context.realm.issuer}/embed/session`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: `qt-auth=${embedding.cookie}`, ...sent },
      body: JSON.stringify({ client_id: embedding.client.clientId, origin: site }),
    });
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain("Fran");
  });

  it("tells our own page nothing for a site that is not the client's", async () => {
    const embedding = await makeEmbedding();
    const response = await askSession(embedding, `qt-auth=${embedding.cookie}`, { origin: "https://evil.test" });
    expect([response.status, response.headers.get("x-error-code")]).toEqual([400, "invalid_client"]);
  });
});

describe("a code by the frame (RFC 6749 §4.1, RFC 7636)", () => {
  async function askCode(embedding: Embedding, change: Record<string, string> = {}) {
    const { verifier, challenge } = await pkce();
    const request = new URLSearchParams({
      response_type: "code",
      redirect_uri: embedding.client.metadata.redirect_uris[0] ?? "",
      scope: "openid profile",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...change,
    });
    for (const [name, value] of Object.entries(change)) if (value === "") request.delete(name);
    const response = await askSession(embedding, `qt-auth=${embedding.cookie}`, { request: request.toString() });
    return { verifier, answer: await response.json<{ status: string; code?: string; error?: string }>() };
  }

  it("is good at the token endpoint, once, with its verifier", async () => {
    const embedding = await makeEmbedding();
    const { verifier, answer } = await askCode(embedding);
    const tokens = await redeem(embedding.context, embedding.client, answer.code ?? "", verifier);
    expect(tokens).toMatchObject({ token_type: "Bearer", scope: "openid profile" });
    await expect(redeem(embedding.context, embedding.client, answer.code ?? "", verifier)).rejects.toThrow(
      /invalid_grant/,
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ["an address that is not registered", { redirect_uri: "https://evil.test/cb" }, "redirect-not-allowed"],
    ["no challenge", { code_challenge: "", code_challenge_method: "" }, "invalid_request"],
    ["a plain challenge", { code_challenge_method: "plain" }, "invalid_request"],
    ["an implicit token", { response_type: "token" }, "unsupported_response_type"],
    ["a sign-in anew", { prompt: "login" }, "interaction_required"],
    ["somebody who signed in just now", { max_age: "0" }, "login_required"],
    [
      "a second factor",
      { claims: '{"id_token":{"acr":{"essential":true,"values":["urn:gatehouse:multi-factor"]}}}' },
      "",
    ],
  ])("there is none for %s, but the session is told", async (_, change, error) => {
    const { answer } = await askCode(await makeEmbedding(), change);
    expect(answer.code).toBeUndefined();
    expect(answer.status).toBe("signed-in");
    if (error !== "") expect(answer.error).toBe(error);
    else expect(answer.error).toEqual(expect.any(String));
  });

  it("there is none without PKCE even for a client that is excused from it", async () => {
    const embedding = await makeEmbedding({}, { require_pkce: false });
    const { answer } = await askCode(embedding, { code_challenge: "", code_challenge_method: "" });
    expect(answer).toMatchObject({ status: "signed-in", error: "invalid_request" });
  });

  it("there is none for an application of others before the person has agreed", async () => {
    const embedding = await makeEmbedding({}, {}, third);
    expect((await askCode(embedding)).answer).toEqual({ status: "signed-in", error: "consent_required" });
    await consent(embedding, ["openid", "profile"]);
    expect((await askCode(embedding)).answer.code).toEqual(expect.any(String));
  });

  it("there is none for another client than the frame's", async () => {
    const embedding = await makeEmbedding();
    const { verifier, answer } = await askCode(embedding, { client_id: "somebody-else" });
    expect(await redeem(embedding.context, embedding.client, answer.code ?? "", verifier)).toHaveProperty(
      "access_token",
    );
  });
});
