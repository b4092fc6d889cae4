import { describe, expect, it } from "vitest";
import { makeUser, request } from "../support/world.ts";
import { choice, claimsOf, post, third } from "./fedcm-support.ts";
import { makeEmbedding, site } from "./support.ts";

describe("taking it back (FedCM §3.6)", () => {
  it("ends consent and grants, for whoever the hint means", async () => {
    for (const hint of ["id", "email"] as const) {
      const embedding = await makeEmbedding({}, {}, third);
      await claimsOf(embedding, await post(embedding, "assertion", choice(embedding)));
      const fields = { client_id: embedding.client.clientId, account_hint: String(embedding.user[hint]) };
      const response = await post(embedding, "disconnect", fields);
      expect([response.status, await response.json()]).toEqual([200, { account_id: String(embedding.user.id) }]);
      expect(response.headers.get("access-control-allow-origin")).toBe(site);
      const again = choice(embedding, { disclosure_text_shown: "false" });
      expect((await post(embedding, "assertion", again)).status).toBe(403);
    }
  });

  it("leaves all as it is for a stranger's hint, a foreign page, or a page's own request", async () => {
    const embedding = await makeEmbedding({}, {}, third);
    await claimsOf(embedding, await post(embedding, "assertion", choice(embedding)));
    const fields = { client_id: embedding.client.clientId, account_hint: String(embedding.user.id) };
    expect((await post(embedding, "disconnect", { ...fields, account_hint: "x@y.test" })).status).toBe(403);
    expect((await post(embedding, "disconnect", fields, { origin: "https://evil.test" })).status).toBe(403);
    expect((await post(embedding, "disconnect", fields, { "sec-fetch-dest": "empty" })).status).toBe(400);
    const again = choice(embedding, { disclosure_text_shown: "false" });
    expect((await post(embedding, "assertion", again)).status).toBe(200);
  });
});

describe("the Login Status API", () => {
  it("the browser hears of sign-in and sign-out where the realm is embedded, and nowhere else", async () => {
    for (const embedding of [true, false]) {
      const { context, cookie } = await makeEmbedding({ embedding });
      const { issuer } = context.realm;
      const user = await makeUser(context);
      const body = JSON.stringify({ email: user.email, password: "violet-harbour-quill-81" });
      const headers = { "content-type": "application/json" };
      const entered = await request(`${issuer}/api/auth/v1/login`, { method: "POST", headers, body });
      const left = await request(`${issuer}/api/auth/v1/logout`, { headers: { cookie: `qt-auth=${cookie}` } });
      const heard = [entered, left].map((response) => response.headers.get("set-login"));
      expect(heard).toEqual(embedding ? ["logged-in", "logged-out"] : [null, null]);
    }
  });
});
