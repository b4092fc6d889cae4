import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { localFetch } from "../../scripts/local-fetch.mjs";
import { admin, makeSite, makeUser, password, type Site } from "./support/admin.ts";
import {
  type Answer,
  answering,
  hangingUp,
  huge,
  type Lie,
  type LyingProvider,
  signWith,
  silent,
  startLyingProvider,
  trickling,
} from "./support/lying-provider.ts";
import { client, listen, type RunningServer } from "./support/real-provider.ts";

let site: Site;
/** An address that nobody may be led to. */
let cellar: RunningServer;
const visitors: string[] = [];
const running: RunningServer[] = [];
beforeAll(async () => {
  site = await makeSite("liars");
  cellar = await listen(() => (request, response) => {
    visitors.push(request.url ?? "");
    response.end("{}");
  });
  running.push(cellar);
});
afterAll(() => Promise.all(running.map((server) => server.stop())));

let count = 0;

interface Journey {
  readonly provider: LyingProvider;
  readonly status: number;
  readonly code: string | null;
  readonly location: string | null;
  readonly text: string;
  readonly cookies: string[];
  readonly elapsedMs: number;
}

/** There and back with a provider that lies: what the one request that matters answered, the start or the callback. */
async function journey(lie: Lie): Promise<Journey> {
  const provider = await startLyingProvider(lie);
  running.push(provider);
  const name = `liar-${++count}`;
  const body = { issuer: provider.origin, client_id: client.id, client_secret: client.secret };
  await admin("PUT", `/realms/${site.realmId}/providers/${name}`, body);
  const begun = Date.now();
  const start = await localFetch(`${site.issuer}/api/auth/v1/login?auth-provider=${name}&redirect-url=/done`);
  const away = start.headers.get("location");
  if (away === null) return ended(provider, start, begun);
  const cookie = start.headers.getSetCookie().map((line) => line.split(";")[0]);
  const back = provider.answer(new URL(away));
  const again = Date.now();
  return ended(provider, await localFetch(back, { headers: { cookie: cookie.join("; ") } }), again);
}

const ended = async (provider: LyingProvider, answer: Response, begun: number): Promise<Journey> => ({
  provider,
  status: answer.status,
  code: answer.headers.get("x-error-code"),
  location: answer.headers.get("location"),
  text: await answer.text(),
  cookies: answer.headers.getSetCookie(),
  elapsedMs: Date.now() - begun,
});

function expectRefused(journey: Journey, status: number, code: string): void {
  expect([journey.status, journey.code, journey.location], journey.text).toEqual([status, code, null]);
  expect(journey.cookies.filter((line) => line.startsWith("qt-auth="))).toEqual([]);
  expect(journey.text).not.toMatch(/\bat .+\.ts|stack|secret|canary/i);
  expect(journey.elapsedMs).toBeLessThan(10_000);
}

const seconds = () => Math.floor(Date.now() / 1000);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const unsigned = (alg: string): Lie => ({ sign: (claims) => `${encoded({ alg })}.${encoded(claims)}.` });
const canary = "canary".repeat(3);

it("tells the truth: signs in", async () => {
  const { status, location, cookies } = await journey({});
  expect([status, location]).toEqual([302, `${site.issuer}/done`]);
  expect(cookies.some((line) => line.startsWith("qt-auth=ey"))).toBe(true);
});

describe("FE-03 an ID token that is not true", () => {
  const untrue: [string, Lie][] = [
    ["of another issuer", { claims: (truth) => ({ ...truth, iss: "https://accounts.google.com" }) }],
    ["without an issuer", { claims: ({ iss: _, ...rest }) => rest }],
    ["for another client", { claims: (truth) => ({ ...truth, aud: "somebody-else" }) }],
    ["for us and another, for whom it does not say", { claims: (truth) => ({ ...truth, aud: [client.id, "x"] }) }],
    ["on behalf of another client", { claims: (truth) => ({ ...truth, azp: "somebody-else" }) }],
    ["with another nonce", { claims: (truth) => ({ ...truth, nonce: "another" }) }],
    ["without a nonce", { claims: ({ nonce: _, ...rest }) => rest }],
    ["that has expired", { claims: (truth) => ({ ...truth, exp: seconds() - 120 }) }],
    ["that never expires", { claims: ({ exp: _, ...rest }) => rest }],
    ["from tomorrow", { claims: (truth) => ({ ...truth, iat: seconds() + 86_400, exp: seconds() + 90_000 }) }],
    ["not valid before tomorrow", { claims: (truth) => ({ ...truth, nbf: seconds() + 86_400 }) }],
    ["without a subject", { claims: ({ sub: _, ...rest }) => rest }],
    ["with an empty subject", { claims: (truth) => ({ ...truth, sub: "" }) }],
    ["with subject 0", { claims: (truth) => ({ ...truth, sub: "0" }) }],
    ["with alg none", unsigned("none")],
    ["with alg NONE", unsigned("NONE")],
    ["signed with our own secret (HS256)", { sign: (claims) => signWith(claims, Buffer.from(client.secret), "HS256") }],
    [
      "signed with its public key as a secret (HS256)",
      { sign: (claims, { publicPem }) => signWith(claims, Buffer.from(publicPem), "HS256") },
    ],
    ["signed with a foreign key", { sign: (claims, { foreignKey }) => signWith(claims, foreignKey) }],
    ["cut off", { sign: async (claims, { privateKey }) => (await signWith(claims, privateKey)).slice(0, -20) }],
    ["that is no token", { sign: () => "no token" }],
    ["that is empty", { sign: () => "" }],
  ];
  it.each(untrue)("%s is refused", async (_, lie) => {
    expectRefused(await journey(lie), 400, "provider-answer-invalid");
  });

  it('FE-06 email_verified as the text "true" proves nothing: the address is unverified', async () => {
    const sub = "texter";
    const said = await journey({
      claims: (truth) => ({ ...truth, sub, email: `${sub}@example.com`, email_verified: "true" }),
    });
    expect(said.status).toBe(302);
    const { users } = await admin<{ users: { email: string; email_verified: boolean }[] }>(
      "GET",
      `/realms/${site.realmId}/users?q=${sub}@example.com`,
    );
    expect(users.map((user) => [user.email, user.email_verified])).toEqual([[`${sub}@example.com`, false]]);
  });
});

describe("FE-04 an answer of another issuer (RFC 9207)", () => {
  it.each<[string, Lie]>([
    ["by name", { back: (truth) => ({ ...truth, iss: "https://accounts.google.com" }) }],
    ["without a name, though it promised one", { back: ({ iss: _, ...rest }) => rest }],
  ])("%s is refused, and the code goes nowhere", async (_, lie) => {
    const refused = await journey(lie);
    expectRefused(refused, 400, "provider-answer-invalid");
    expect(refused.provider.asked).not.toContain("/token");
  });
});

const redirecting: Answer = (_, response) =>
  void response.writeHead(302, { location: `${cellar.origin}/stolen` }).end();

const places = ["/.well-known/openid-configuration", "/token", "/jwks"];
const garbage: [string, Answer, number, string][] = [
  ["garbage", answering(200, "\u0000\u0001<garbage"), 400, "provider-answer-invalid"],
  ["HTML", answering(200, `<html>${canary}</html>`, "text/html"), 400, "provider-answer-invalid"],
  ["an empty body", answering(200, ""), 400, "provider-answer-invalid"],
  ["a list", answering(200, "[]"), 400, "provider-answer-invalid"],
  ["null", answering(200, "null"), 400, "provider-answer-invalid"],
  ["500", answering(500, `{"error":"${canary}"}`), 503, "provider-unavailable"],
  ["503 with a page", answering(503, `<p>${canary}</p>`, "text/html"), 503, "provider-unavailable"],
  ["an answer without end", huge, 503, "provider-unavailable"],
  ["a connection that breaks", hangingUp, 503, "provider-unavailable"],
];

describe("FE-11 a provider that is broken", () => {
  it.each(places.flatMap((place) => garbage.map((row) => [place, ...row] as const)))(
    "%s answers with %s: refused cleanly",
    async (place, _, answer, status, code) => {
      const refused = await journey({ at: { [place]: answer } });
      // Keys that cannot be read are an outage, whatever is wrong with them.
      if (place === "/jwks") expectRefused(refused, 503, "provider-unavailable");
      else expectRefused(refused, status, code);
    },
  );

  it.each<[string, Answer, number, string]>([
    [
      "invalid_grant",
      answering(400, `{"error":"invalid_grant","error_description":"${canary}"}`),
      400,
      "provider-refused",
    ],
    ["invalid_client", answering(401, `{"error":"invalid_client"}`), 400, "provider-refused"],
    ["no access token", answering(200, `{"token_type":"Bearer","id_token":"x"}`), 400, "provider-answer-invalid"],
    ["no ID token", answering(200, `{"access_token":"x","token_type":"Bearer"}`), 400, "provider-answer-invalid"],
    [
      "a type of token nobody knows",
      answering(200, `{"access_token":"x","token_type":"mac"}`),
      400,
      "provider-answer-invalid",
    ],
  ])("/token answers with %s: refused cleanly", async (_, answer, status, code) => {
    expectRefused(await journey({ at: { "/token": answer } }), status, code);
  });

  it.each(places)("SS-02 %s redirects: nobody follows", async (place) => {
    const refused = await journey({ at: { [place]: redirecting } });
    expect([400, 503]).toContain(refused.status);
    expect(visitors).toEqual([]);
  });

  it.each<[string, Lie]>([
    ["for another issuer", { metadata: (truth) => ({ ...truth, issuer: "https://accounts.google.com" }) }],
    ["without an authorization endpoint", { metadata: ({ authorization_endpoint: _, ...rest }) => rest }],
    [
      "that sends the browser to a script",
      { metadata: (truth) => ({ ...truth, authorization_endpoint: "javascript:alert(1)" }) },
    ],
    [
      "that sends the browser into a private network",
      { metadata: (truth) => ({ ...truth, authorization_endpoint: "http://10.0.0.1/authorize" }) },
    ],
  ])("metadata %s is refused at the start", async (_, lie) => {
    expectRefused(await journey(lie), 400, "provider-answer-invalid");
  });

  it.each(["token_endpoint", "jwks_uri"])(
    "SS-01 metadata whose %s is in a private network leads nowhere",
    async (name) => {
      const lie: Lie = { metadata: (truth) => ({ ...truth, [name]: "http://169.254.169.254/latest/meta-data" }) };
      expectRefused(await journey(lie), 503, "provider-unavailable");
    },
  );

  it("keys that are none are refused", async () => {
    for (const keys of ["[]", "[{}]", '[{"kty":"oct","k":"AAAA","kid":"only"}]', '[null,7,"x"]'])
      expect([400, 503]).toContain((await journey({ at: { "/jwks": answering(200, `{"keys":${keys}}`) } })).status);
  });
});

describe("FE-11 a provider that is slow", () => {
  it("is given up within ten seconds wherever it is slow, while other sign-ins go on (SS-06)", async () => {
    await makeUser(site, "patient@example.com");
    const slow = places.flatMap((place) => [silent, trickling].map((answer) => journey({ at: { [place]: answer } })));
    const others: number[] = [];
    for (let tries = 0; tries < 5; tries++) {
      const begun = Date.now();
      const answer = await localFetch(`${site.issuer}/api/auth/v1/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: "patient@example.com", password }),
      });
      expect(answer.status).toBe(200);
      others.push(Date.now() - begun);
    }
    expect(Math.max(...others)).toBeLessThan(3_000);
    for (const refused of await Promise.all(slow)) expectRefused(refused, 503, "provider-unavailable");
  });
});
