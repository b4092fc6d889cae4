import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { answerAt, once } from "../authorization/requests.ts";
import { goodPassword, makeRealm, makeUser, type TestClient } from "../support/world.ts";
import { countUsers, sessionCount } from "../surfaces/session-api.ts";
import {
  callback,
  expectPage,
  expectProblem,
  formOf,
  fromPage,
  makePartner,
  partner,
  postForm,
  postJson,
} from "./support.ts";

let context: RealmContext;
let client: TestClient;
let native: TestClient;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  client = await makePartner(context, {
    post_logout_redirect_uris: ["https://bye.partner-two.test/out"],
    origins: ["https://spa.partner-three.test:8443"],
    error_uris: ["https://partner.test/login?from=gatehouse", "https://login.partner-four.test/form"],
  });
  await makePartner(context, { redirect_uris: ["https://another.test/callback"], error_uris: [] });
  native = await makePartner(context, { redirect_uris: [callback, "com.partner.app:/callback"] });
  user = await makeUser(context);
});

const entry = (of = client) => formOf(of, { email: user.email ?? "", password: goodPassword });

type Headers = Record<string, string>;

const foreign: [string, () => Headers][] = [
  ["a foreign Origin", () => fromPage("https://evil.test")],
  ["Origin null", () => fromPage("null")],
  ["an empty Origin", () => fromPage("")],
  ["another client's Origin", () => fromPage("https://another.test")],
  ["the client's own over http", () => fromPage("http://partner.test")],
  ["the client's own on another port", () => fromPage("https://partner.test:444")],
  ["a port of the client left out", () => fromPage("https://spa.partner-three.test")],
  ["a site above the client's", () => fromPage("https://partner-four.test")],
  ["a site below the client's", () => fromPage("https://evil.partner.test")],
  ["an Origin that begins like the client's", () => fromPage("https://partner.test.evil.test")],
  ["an Origin that ends like the client's", () => fromPage("https://evil-partner.test")],
  ["the client's own in capitals", () => fromPage("https://PARTNER.test")],
  ["a path behind the client's own", () => fromPage("https://partner.test/")],
  ["the client's own and another", () => fromPage("https://partner.test, https://evil.test")],
  ["our name on another port", () => fromPage(`${context.realm.issuer}:444`)],
  [
    "a foreign Origin that says same-origin",
    () => ({ ...fromPage("https://evil.test"), "sec-fetch-site": "same-origin" }),
  ],
  ["no Origin, from another site", () => ({ accept: "text/html", "sec-fetch-site": "cross-site" })],
  ["no Origin, from a neighbour", () => ({ accept: "text/html", "sec-fetch-site": "same-site" })],
];

describe("a form for POST /v1/login (contract §3)", () => {
  it.each([
    ["redirect_uris", "https://partner.test"],
    ["error_uris", "https://login.partner-four.test"],
    ["post_logout_redirect_uris", "https://bye.partner-two.test"],
    ["origins", "https://spa.partner-three.test:8443"],
  ])("may stand on the origin of any of its client's %s", async (_, origin) => {
    const response = await postForm(context, "/v1/login", entry(), fromPage(origin));
    expect(once(answerAt(response, callback))).toHaveProperty("code");
  });

  it("may stand on each domain of the realm, and be posted to each", async () => {
    for (const host of context.realm.hosts)
      for (const headers of [
        fromPage(`https://${context.realm.hosts[1]}`),
        { accept: "text/html", "sec-fetch-site": "same-origin" },
        { accept: "text/html", "sec-fetch-site": "none" },
        {},
      ] as Headers[]) {
        const response = await postForm(context, "/v1/login", entry(), headers, host);
        expect(once(answerAt(response, callback))).toMatchObject({
          code: expect.any(String),
          iss: context.realm.issuer,
        });
      }
  });

  it.each(foreign)("SE-08 is refused with %s: a page, no redirect, nobody signed in", async (_, headers) => {
    const before = await sessionCount(context, user.id);
    for (const password of [goodPassword, "wrong"])
      await expectPage(
        await postForm(context, "/v1/login", { ...entry(), password }, headers()),
        403,
        "cross-site-request",
      );
    expect(await sessionCount(context, user.id)).toBe(before);
  });

  it("SE-08 is refused with Origin null also where the client has a native app's address, whose origin is spelled so", async () => {
    await expectPage(await postForm(context, "/v1/login", entry(native), fromPage("null")), 403, "cross-site-request");
    expect((await postForm(context, "/v1/login", entry(native), fromPage(partner))).status).toBe(302);
  });

  it("SE-08 RU-09 is refused from the site of a client that registered itself, as anybody could (RFC 7591 §5)", async () => {
    const stranger = await makePartner(context);
    await env.DB.prepare("UPDATE clients SET registration_token_hash = 'x' WHERE client_id = ?")
      .bind(stranger.clientId)
      .run();
    context.clients.forget(stranger);
    await expectPage(
      await postForm(context, "/v1/login", entry(stranger), fromPage(partner)),
      403,
      "cross-site-request",
    );
    const own = await postForm(context, "/v1/login", entry(stranger), fromPage(context.realm.issuer));
    expect(once(answerAt(own, callback))).toHaveProperty("code");
  });

  it("SE-08 is refused before anything else is said of the request", async () => {
    for (const changes of [
      { redirect_uri: "https://evil.test/" },
      { response_type: "token" },
      { error_uri: "https://evil.test/" },
    ]) {
      const response = await postForm(context, "/v1/login", { ...entry(), ...changes }, fromPage("https://evil.test"));
      await expectPage(response, 403, "cross-site-request");
    }
  });

  it("SE-08 is refused as JSON too, and not counted as a try", async () => {
    for (let tries = 0; tries < 12; tries++)
      await expectProblem(
        await postJson(context, "/v1/login", { ...entry(), password: "wrong" }, { origin: "https://evil.test" }),
        403,
        "cross-site-request",
      );
    expect((await postJson(context, "/v1/login", entry(), { origin: partner })).status).toBe(200);
  });

  it("SE-11 gets no CORS headers, so that no page of another origin reads the JSON", async () => {
    const response = await postJson(context, "/v1/login", entry(), { origin: partner });
    for (const [name] of response.headers) expect(name).not.toMatch(/^access-control/);
  });

  it("MR-01 of another realm's client is refused, and on another realm's domain", async () => {
    const stranger = await makeRealm();
    const theirs = await makePartner(stranger);
    await expectPage(await postForm(context, "/v1/login", entry(theirs), fromPage(partner)), 400, "invalid_client");
    await expectPage(await postForm(stranger, "/v1/login", entry(), fromPage(partner)), 400, "invalid_client");
    await expectPage(
      await postForm(context, "/v1/login", entry(), fromPage(stranger.realm.issuer)),
      403,
      "cross-site-request",
    );
    const response = await postForm(stranger, "/v1/login", entry(theirs), fromPage(partner));
    expect(once(answerAt(response, "https://partner.test/login?from=gatehouse")).error).toBe("bad_credential");
  });
});

describe.each([
  ["/register", () => ({ email: `from-elsewhere-${crypto.randomUUID()}@example.test`, password: goodPassword })],
  ["/register/reminder", () => ({ email: user.email ?? "" })],
  ["/password/forgot", () => ({ email: user.email ?? "" })],
  ["/password/reset", () => ({ token: "none", password: goodPassword })],
])("a form for POST /v1%s (contract §3)", (path, fields) => {
  it("SE-08 is taken from the client it names and from the realm, and from nowhere else", async () => {
    for (const prefix of ["/v1", "/api/v1"]) {
      const send = (more: Record<string, string>, headers: Headers) =>
        postForm(context, `${prefix}${path}`, { ...fields(), ...more }, headers);
      const named = { client_id: client.clientId };
      for (const response of [
        await send(named, fromPage(partner)),
        await send(named, fromPage(context.realm.issuer)),
        await send({}, fromPage(context.realm.issuer)),
        await send({}, {}),
      ])
        expect(response.headers.get("x-error-code")).toBe(
          path === "/password/reset" ? "verification-token-mismatch" : null,
        );
      const before = await countUsers(context);
      for (const [, headers] of foreign) await expectPage(await send(named, headers()), 403, "cross-site-request");
      await expectPage(await send({}, fromPage(partner)), 403, "cross-site-request");
      await expectPage(await send({ client_id: "nobody-knows-it" }, fromPage(partner)), 400, "invalid_client");
      expect(await countUsers(context)).toBe(before);
    }
  });
});
