import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import {
  disable,
  type Issued,
  introspection,
  issued,
  postAs,
  refresh,
  tokenAnswer,
  userinfo,
} from "../support/token-side.ts";
import { makeClient, makeRealm, type TestClient, tokenRequest } from "../support/world.ts";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";

let context: RealmContext;
/** Each exchange writes a line to the log. */
beforeAll(async () => {
  context = await makeRealm();
});

/** An application that people use, the service behind it, and a user's tokens for the former. */
async function makePair(): Promise<{ app: TestClient; service: TestClient; who: Issued }> {
  const scopes = ["openid", "notes:read", "offline_access"];
  const app = await makeClient(context, { scopes });
  const service = await makeClient(context, {
    grant_types: [grantType],
    scopes,
    token_exchange: { subject_clients: [app.clientId], audiences: [context.realm.issuer] },
  });
  return { app, service, who: await issued(context, app, { scope: scopes.join(" ") }) };
}

const exchange = async (service: TestClient, who: Issued): Promise<string> => {
  const fields = {
    grant_type: grantType,
    subject_token: who.tokens.access_token,
    subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
  };
  return (await tokenAnswer(await tokenRequest(context, service, fields))).access_token;
};

describe("TX-02 the new token's life (RFC 8693 §2.2)", () => {
  it.each<[string, (who: Issued, service: TestClient, app: TestClient) => Promise<unknown>]>([
    [
      "the grant of the subject token",
      (who, _, app) => postAs(context, app, "/revoke", { token: who.tokens.refresh_token }),
    ],
    ["the subject token", (who, _, app) => postAs(context, app, "/revoke", { token: who.tokens.access_token })],
    ["the user", (who) => disable(context, who.user)],
    ["the client that got it", (_, service) => context.clients.store.delete(service)],
    ["the client whose token it was", (_, __, app) => context.clients.store.delete(app)],
  ])("ends with %s", async (_, end) => {
    const { app, service, who } = await makePair();
    const token = await exchange(service, who);
    expect((await userinfo(context, token)).status).toBe(200);
    await end(who, service, app);
    for (const client of [app, service]) context.clients.forget(client);
    expect((await userinfo(context, token)).status).toBe(401);
  });

  it("IR-07 may be ended by the client that got it, and by no other; the subject token lives on", async () => {
    const { app, service, who } = await makePair();
    const token = await exchange(service, who);
    await postAs(context, app, "/revoke", { token });
    expect(await introspection(context, service, token)).toMatchObject({ active: true });
    expect((await postAs(context, service, "/revoke", { token })).status).toBe(200);
    expect(await introspection(context, service, token)).toEqual({ active: false });
    expect((await userinfo(context, who.tokens.access_token)).status).toBe(200);
    expect((await refresh(context, app, who.tokens.refresh_token)).status).toBe(200);
  });
});
