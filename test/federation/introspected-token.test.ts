import { beforeAll, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { clientId, type Idp, makeIdp, standUp, stubInternet, useIdp } from "../support/upstream.ts";
import { jsonBody, makeRealm, request } from "../support/world.ts";
import { countUsers, expectError, type UserAnswer } from "../surfaces/session-api.ts";
import { api } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
let checkHost = "";
const asked: { url: string; authorization: string | null; body: URLSearchParams }[] = [];

const about: Record<string, unknown> = {
  ours: { active: true, client_id: clientId },
  named: { active: true, client_id: clientId, sub: "l-1" },
  app: { active: true, client_id: "our-ios-app" },
  theirs: { active: true, client_id: "their-client-id" },
  swapped: { active: true, client_id: clientId, sub: "l-2" },
  over: { active: false, client_id: clientId, sub: "l-1" },
  vague: { active: true },
  audience: { active: true, aud: clientId, sub: "l-1" },
  text: { active: "true", client_id: clientId },
  list: [clientId],
};

beforeAll(async () => {
  stubInternet();
  [context, idp] = [await makeRealm(), await makeIdp()];
  checkHost = `check-${idp.host}`;
  standUp(checkHost, async (incoming) => {
    const body = new URLSearchParams(new TextDecoder().decode(await incoming.arrayBuffer()));
    asked.push({ url: incoming.url, authorization: incoming.headers.get("authorization"), body });
    return Response.json(about[body.get("token") ?? ""] ?? { error: "invalid_request" }, {
      status: (body.get("token") ?? "") in about ? 200 : 400,
    });
  });
  const token_check = { style: "introspection" as const, url: `https://${checkHost}/introspect` };
  await useIdp(context, idp, { token_check, auth_style: "post", app_client_ids: ["our-ios-app"] });
  for (const token of Object.keys(about))
    idp.owners.set(token, { sub: "l-1", email: "link@example.test", email_verified: true });
});

const show = (token: string) => request(api(context, "/login/idp"), jsonBody({ token: { "access-token": token } }));

it.each(["ours", "named", "app"])(
  "FE-03 takes an access token that introspection says is %s (RFC 7662 §2.2)",
  async (token) => {
    const response = await show(token);
    expect(response.status).toBe(200);
    expect((await response.json<UserAnswer>()).user.email).toBe("link@example.test");
    expect(await countUsers(context)).toBe(1);
    const last = asked.at(-1);
    expect(last?.url).toBe(`https://${checkHost}/introspect`);
    expect(Object.fromEntries(last?.body ?? [])).toEqual({
      token,
      client_id: clientId,
      client_secret: idp.clientSecret,
    });
    expect(last?.authorization).toBeNull();
  },
);

it.each(["theirs", "swapped", "over", "vague", "audience", "text", "list", "unknown"])(
  "FE-03 refuses an access token that introspection says is %s",
  async (token) => {
    const before = await countUsers(context);
    await expectError(await show(token), 401, "provider-token-invalid");
    expect(await countUsers(context)).toBe(before);
  },
);
