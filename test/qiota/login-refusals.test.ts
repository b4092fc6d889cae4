import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { answerAt, once } from "../authorization/requests.ts";
import {
  formBody,
  goodPassword,
  makeClient,
  makeRealm,
  makeUser,
  pkce,
  redeem,
  request,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import { callback, endpoint, errorUri, expectPage, expectProblem, formOf, makePartner, postForm } from "./support.ts";

let context: RealmContext;
let client: TestClient;
let user: UserRow;

beforeAll(async () => {
  context = await makeRealm();
  client = await makePartner(context);
  user = await makeUser(context);
});

const typed = (changes: Record<string, string | undefined> = {}) =>
  formOf(client, { email: user.email ?? "", password: goodPassword, ...changes });

const html = { accept: "text/html" };

describe("what /v1/login does not take", () => {
  it.each(["GET", "HEAD", "PUT", "DELETE"])("PW-18 is %s, with credentials in the query or without", async (method) => {
    for (const path of ["/v1/login", "/api/v1/login"]) {
      const response = await request(
        `${endpoint(context, path)}?${new URLSearchParams(typed() as Record<string, string>)}`,
        {
          method,
        },
      );
      expect([response.status, response.headers.get("allow"), response.headers.get("location")]).toEqual([
        405,
        "POST",
        null,
      ]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });

  it("PW-18 are parameters in the query: only the body counts", async () => {
    const query = new URLSearchParams(typed() as Record<string, string>);
    const response = await request(`${endpoint(context, "/v1/login")}?${query}`, formBody({}));
    await expectProblem(response, 400, "invalid_client");
  });

  it.each([
    ["client_id", 400, "invalid_client"],
    ["redirect_uri", 400, "redirect-not-allowed"],
  ])("AZ-04 is %s twice: a page, whichever comes first", async (name, status, code) => {
    for (const [first, second] of [
      ["good", "evil"],
      ["evil", "good"],
      ["good", "good"],
    ]) {
      const value = (word: string | undefined) => (word === "good" ? String(typed()[name]) : "https://evil.test/");
      const body = new URLSearchParams(Object.entries(typed({ [name]: value(first) })) as [string, string][]);
      body.append(name, value(second));
      const headers = { "content-type": "application/x-www-form-urlencoded", ...html };
      const response = await request(endpoint(context, "/v1/login"), {
        method: "POST",
        headers,
        body: body.toString(),
      });
      await expectPage(response, status, code);
    }
  });

  it.each(["email", "password", "state", "scope", "error_uri", "response_type", "x"])(
    "AZ-04 is %s twice: the client is told, and nobody signed in",
    async (name) => {
      const body = new URLSearchParams(Object.entries(typed()) as [string, string][]);
      body.append(name, "https://evil.test/");
      if (name === "x") body.append(name, "again");
      const headers = { "content-type": "application/x-www-form-urlencoded", ...html };
      const response = await request(endpoint(context, "/v1/login"), {
        method: "POST",
        headers,
        body: body.toString(),
      });
      expect(once(answerAt(response, callback)).error).toBe("invalid_request");
      expect(response.headers.getSetCookie()).toEqual([]);
    },
  );

  it("SE-10 is another type of body, of any name that resembles one", async () => {
    for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/jsonx", "text/json", ""]) {
      const headers = { "content-type": type };
      const body = JSON.stringify(typed());
      const response = await request(endpoint(context, "/v1/login"), { method: "POST", headers, body });
      expect([type, response.status]).toEqual([type, 400]);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
  });
});

describe("PKCE at /v1/login (RFC 7636)", () => {
  it("is missed where the client is not excused from it, as at /authorize", async () => {
    const strict = await makeClient(context, { redirect_uris: [callback], error_uris: [errorUri] });
    const response = await postForm(context, "/v1/login", { ...typed(), client_id: strict.clientId }, html);
    expect(once(answerAt(response, callback))).toMatchObject({
      error: "invalid_request",
      error_description: "code_challenge is required (PKCE, S256).",
    });
    expect(response.headers.getSetCookie()).toEqual([]);
    const plain = await postForm(context, "/v1/login", typed({ scope: "profile" }), html);
    expect(once(answerAt(plain, callback)).error).toBe("invalid_request");
  });

  it("is checked at the token endpoint whenever it was sent", async () => {
    const { verifier, challenge } = await pkce();
    const sent = typed({ code_challenge: challenge, code_challenge_method: "S256" });
    const codes = await Promise.all(
      [1, 2].map(async () => once(answerAt(await postForm(context, "/v1/login", sent), callback)).code ?? ""),
    );
    const without = await tokenRequest(context, client, {
      grant_type: "authorization_code",
      code: codes[0],
      redirect_uri: callback,
    });
    expect([without.status, (await without.json<{ error: string }>()).error]).toEqual([400, "invalid_grant"]);
    expect(await redeem(context, client, codes[1] ?? "", verifier)).toHaveProperty("access_token");
  });
});
