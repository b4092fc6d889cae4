import { decodeJwt, decodeProtectedHeader } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import {
  basicAuth,
  formBody,
  goodPassword,
  jsonBody,
  makeClient,
  makeRealm,
  makeUser,
  obtainCode,
  redeem,
  request,
  signIn,
  type TestClient,
  type TokenAnswer,
  tokenRequest,
} from "../support/world.ts";
import { get } from "../surfaces/session-api.ts";

/** One user of one client of one realm, and all that their answers must say. */
interface Party {
  readonly context: RealmContext;
  readonly client: TestClient;
  readonly other: TestClient;
  readonly foreign: { readonly context: RealmContext; readonly client: TestClient };
  readonly user: UserRow;
  readonly cookie: string;
  readonly kids: readonly string[];
  tokens: TokenAnswer;
}

let parties: Party[];
beforeAll(async () => {
  const contexts = await Promise.all([makeRealm(), makeRealm()]);
  const sides = await Promise.all(
    contexts.map(async (context) => {
      const grants = { grant_types: ["authorization_code", "refresh_token", "client_credentials"] };
      const [web, app] = await Promise.all([makeClient(context, grants), makeClient(context, grants)]);
      const jwks = await (await request(`${context.realm.issuer}/jwks.json`)).json<{ keys: { kid: string }[] }>();
      return { context, web, app, kids: jwks.keys.map(({ kid }) => kid) };
    }),
  );
  parties = await Promise.all(
    sides.flatMap(({ context, web, app, kids }, at) =>
      // The same addresses in both realms: whoever mixes them up gets the wrong person.
      [0, 1, 2, 3, 4].map(async (index): Promise<Party> => {
        const [client, other] = index % 2 === 0 ? [web, app] : [app, web];
        const user = await makeUser(context, { email: `reader-${index}@load.test`, name: `Reader ${index} of ${at}` });
        const cookie = await signIn(context, user);
        const { code, verifier } = await obtainCode(context, client, cookie);
        const tokens = await redeem(context, client, code, verifier);
        const foreign = { context: sides[1 - at]?.context ?? context, client: sides[1 - at]?.web ?? web };
        return { context, client, other, foreign, user, cookie, kids, tokens };
      }),
    ),
  );
});

const issuerOf = ({ context }: Party): string => context.realm.issuer;
const json = async <Body>(response: Response, status = 200): Promise<Body> => {
  expect(response.status, response.status === status ? "" : await response.clone().text()).toBe(status);
  return response.json<Body>();
};

function expectTokens(party: Party, tokens: TokenAnswer, nonce: string | undefined): void {
  const about = { iss: issuerOf(party), sub: String(party.user.id) };
  expect(decodeJwt(tokens.id_token)).toMatchObject({ ...about, aud: party.client.clientId });
  expect(decodeJwt(tokens.id_token).nonce).toBe(nonce);
  expect(decodeJwt(tokens.access_token)).toMatchObject({ ...about, client_id: party.client.clientId, aud: about.iss });
  for (const token of [tokens.id_token, tokens.access_token])
    expect(party.kids).toContain(decodeProtectedHeader(token).kid);
}

const introspect = (party: Party, context: RealmContext, client: TestClient): Promise<Response> => {
  const init = formBody({ token: party.tokens.access_token });
  const headers = { ...init.headers, authorization: basicAuth(client) };
  return request(`${context.realm.issuer}/introspect`, { ...init, headers });
};

/** What people do at the same time. Each looks at its whole answer. */
const doings: Record<string, (party: Party, at: number) => Promise<void>> = {
  code: async (party, at) => {
    const [nonce, state] = [`nonce-${party.user.id}-${at}`, `state-${party.user.id}-${at}`];
    const { code, verifier, location } = await obtainCode(party.context, party.client, party.cookie, { nonce, state });
    expect(Object.fromEntries(location.searchParams)).toEqual({ code, state, iss: issuerOf(party) });
    expectTokens(party, await redeem(party.context, party.client, code, verifier), nonce);
  },
  refresh: async (party) => {
    const { refresh_token } = party.tokens;
    const answer = await tokenRequest(party.context, party.client, { grant_type: "refresh_token", refresh_token });
    expectTokens(party, await json<TokenAnswer>(answer), undefined);
  },
  "client credentials": async (party) => {
    const answer = await tokenRequest(party.context, party.other, { grant_type: "client_credentials" });
    const { access_token } = await json<TokenAnswer>(answer);
    const { clientId } = party.other;
    expect(decodeJwt(access_token)).toMatchObject({ iss: issuerOf(party), sub: clientId, client_id: clientId });
    expect(party.kids).toContain(decodeProtectedHeader(access_token).kid);
  },
  userinfo: async (party) => {
    const headers = { authorization: `Bearer ${party.tokens.access_token}` };
    const { email, name } = party.user;
    const claims = await json(await request(`${issuerOf(party)}/userinfo`, { headers }));
    expect(claims).toMatchObject({ sub: String(party.user.id), email, name });
  },
  "users/me": async (party) => {
    const { id, email, name } = party.user;
    const answer = await json(await get(party.context, "/users/me", party.cookie));
    expect(answer).toMatchObject({ user: { id, email, name } });
  },
  introspection: async (party) => {
    const own = await json(await introspect(party, party.context, party.client));
    const about = { active: true, iss: issuerOf(party), client_id: party.client.clientId, sub: String(party.user.id) };
    expect(own).toMatchObject(about);
  },
  "introspection by others": async (party) => {
    expect(await json(await introspect(party, party.context, party.other))).toEqual({ active: false });
    const { context, client } = party.foreign;
    expect(await json(await introspect(party, context, client))).toEqual({ active: false });
  },
  "sign-in": async (party) => {
    const { id, email, name } = party.user;
    const path = `${issuerOf(party)}/api/auth/v1/login`;
    const answer = await json(await request(path, jsonBody({ email, password: goodPassword })));
    expect(answer).toMatchObject({ user: { id, email, name } });
  },
  discovery: async (party) => {
    const document = await json<Record<string, unknown>>(
      await request(`${issuerOf(party)}/.well-known/openid-configuration`),
    );
    expect(document.issuer).toBe(issuerOf(party));
    for (const value of Object.entries(document).flatMap(([name, value]) => (/_endpoint$/.test(name) ? [value] : [])))
      expect(String(value).startsWith(`${issuerOf(party)}/`)).toBe(true);
  },
  "keys of the realm": async (party) => {
    const { keys } = await json<{ keys: { kid: string }[] }>(await request(`${issuerOf(party)}/jwks.json`));
    expect(keys.map(({ kid }) => kid)).toEqual(party.kids);
  },
};

describe("ten users of four clients in two realms at the same time (OWASP ASVS 8.4.1)", () => {
  it("RE-12 each of two hundred mixed requests is answered for its own user, realm, nonce and client", async () => {
    expect(new Set(parties.flatMap(({ kids }) => kids)).size).toBe(2 * (parties[0]?.kids.length ?? 0));
    const turns = Array.from({ length: 2 }, (_, turn) => turn);
    const all = turns.flatMap((turn) =>
      Object.values(doings).flatMap((doing) => parties.map((party) => () => doing(party, turn))),
    );
    expect(all).toHaveLength(200);
    const answers = await Promise.allSettled(all.map((begin) => begin()));
    expect(answers.filter(({ status }) => status === "rejected")).toEqual([]);
  }, 60_000);
});
