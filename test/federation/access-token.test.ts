import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { called, clientId, type Idp, makeIdp, standUp, stubInternet, useIdp } from "../support/upstream.ts";
import { jsonBody, makeRealm, request } from "../support/world.ts";
import { countUsers, expectError, type UserAnswer } from "../surfaces/session-api.ts";
import { api } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  idp = await makeIdp();
});
beforeEach(async () => {
  context = await makeRealm();
  await useIdp(context, idp, { app_client_ids: ["our-ios-app"] });
});

const show = (token: unknown, path = "/login/idp") => request(api(context, path), jsonBody({ token }));

describe("an access token that an app shows", () => {
  it("is refused where its audience cannot be asked for, and the provider hears nothing of it (RFC 6749 §10.16)", async () => {
    const before = called.length;
    for (const shape of [{ "access-token": "ya29.some" }, "ya29.some"])
      await expectError(await show(shape), 422, "provider-token-unchecked");
    expect(called.slice(before)).toEqual([]);
  });

  it("Google's: is taken when tokeninfo says that it is ours, refused when it is another application's", async () => {
    const asked: string[] = [];
    const about: Record<string, object> = {
      ours: { aud: clientId, azp: clientId, sub: "g-1", email_verified: "true" },
      app: { aud: "our-ios-app", sub: "g-1" },
      theirs: { aud: "their-client-id", azp: clientId, sub: "g-1" },
      swapped: { aud: clientId, sub: "g-2" },
      vague: { sub: "g-1" },
    };
    const host = `check-${idp.host}`;
    standUp(host, (incoming) => {
      const token = new URL(incoming.url).searchParams.get("access_token") ?? "";
      asked.push(token);
      return about[token] ? Response.json(about[token]) : Response.json({ error: "invalid_token" }, { status: 400 });
    });
    const settings = { token_check: { style: "tokeninfo" as const, url: `https://${host}/tokeninfo` } };
    await useIdp(context, idp, { ...settings, app_client_ids: ["our-ios-app"] }, { name: "google-like" });
    for (const token of Object.keys(about))
      idp.owners.set(token, { sub: "g-1", email: "g@example.test", email_verified: true });
    for (const token of ["ours", "app"])
      expect((await show({ "access-token": token }, "/login/google-like")).status, token).toBe(200);
    for (const token of ["theirs", "swapped", "vague", "unknown"])
      await expectError(await show({ "access-token": token }, "/login/google-like"), 401, "provider-token-invalid");
    expect(asked).toEqual(["ours", "app", "theirs", "swapped", "vague", "unknown"]);
    expect(await countUsers(context)).toBe(1);
  });

  it("Facebook's: is taken when debug_token says that it is ours and valid; the app's secret stays out of the address", async () => {
    const host = `graph-${idp.host}`;
    const seen: string[] = [];
    const about: Record<string, object> = {
      ours: { app_id: clientId, is_valid: true, user_id: "4711" },
      theirs: { app_id: "their-client-id", is_valid: true, user_id: "4711" },
      over: { app_id: clientId, is_valid: false, user_id: "4711" },
      vague: { app_id: clientId, user_id: "4711" },
      swapped: { app_id: clientId, is_valid: true, user_id: "4712" },
    };
    standUp(host, (incoming) => {
      const url = new URL(incoming.url);
      seen.push(url.href);
      if (url.pathname === "/me") return Response.json({ id: "4711", name: "Fay Book", email: "fay@example.test" });
      if (incoming.headers.get("authorization") !== `Bearer ${clientId}|${idp.clientSecret}`)
        return new Response(null, { status: 400 });
      return Response.json({ data: about[url.searchParams.get("input_token") ?? ""] ?? { is_valid: false } });
    });
    const at = `https://${host}`;
    const settings = {
      authorize_url: `${at}/dialog`,
      token_url: `${at}/token`,
      userinfo_url: `${at}/me`,
      claims: { subject: "id" },
      token_check: { style: "debug_token" as const, url: `${at}/debug_token` },
    };
    await useIdp(context, idp, settings, { name: "face", type: "oauth2" });
    const answer = await show("ours", "/login/face");
    expect(answer.status).toBe(200);
    expect((await answer.json<UserAnswer>()).user).toMatchObject({
      email: "fay@example.test",
      name: "Fay Book",
      "verification-status": null,
    });
    for (const token of ["theirs", "over", "vague", "swapped", "unknown"])
      await expectError(await show(token, "/login/face"), 401, "provider-token-invalid");
    expect(seen.join()).not.toContain(idp.clientSecret);
    expect(await countUsers(context)).toBe(1);
  });
});
