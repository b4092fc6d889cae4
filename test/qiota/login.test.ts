import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import type { UserRow } from "../../src/storage/d1/user-store.ts";
import { answerAt, once } from "../authorization/requests.ts";
import {
  cookiesOf,
  goodPassword,
  makeRealm,
  makeUser,
  signIn,
  type TestClient,
  tokenRequest,
} from "../support/world.ts";
import { get, sessionCount } from "../surfaces/session-api.ts";
import { callback, errorUri, expectPage, expectProblem, formOf, makePartner, postForm, postJson } from "./support.ts";

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

describe("POST /v1/login (contract §3)", () => {
  it("S1.16 S1.17 sends the browser to redirect_uri with a code that the client exchanges, and signs in", async () => {
    const response = await postForm(context, "/v1/login", typed(), html);
    expect(response.status).toBe(302);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { code, ...answer } = once(answerAt(response, callback));
    expect(answer).toEqual({ state: "a state & more", iss: context.realm.issuer });
    const tokens = await tokenRequest(context, client, {
      grant_type: "authorization_code",
      code,
      redirect_uri: callback,
    });
    expect(tokens.status).toBe(200);
    expect((await get(context, "/users/me", cookiesOf(response)["qt-auth"])).status).toBe(200);
  });

  it("S1.18 sends the browser to error_uri with error=bad_credential and its state, and signs nobody in", async () => {
    const before = await sessionCount(context, user.id);
    for (const changes of [{ password: "wrong" }, { password: "" }, { email: "" }, { email: undefined }]) {
      const response = await postForm(context, "/v1/login", typed(changes), html);
      expect(response.status).toBe(302);
      expect(once(answerAt(response, errorUri))).toEqual({
        error: "bad_credential",
        state: "a state & more",
        iss: context.realm.issuer,
      });
      expect(response.headers.getSetCookie()).toEqual([]);
      await response.text();
    }
    expect(await sessionCount(context, user.id)).toBe(before);
  });

  it("answers a form without error_uri with a page, and a server's with problem details", async () => {
    const fields = typed({ password: "wrong", error_uri: undefined });
    await expectPage(await postForm(context, "/v1/login", fields, html), 401, "bad_credential");
    await expectProblem(await postForm(context, "/v1/login", fields), 401, "bad_credential");
  });

  it.each(["/v1/login", "/api/v1/login"])(
    "answers programs with JSON at %s, whether they send a form or JSON",
    async (path) => {
      const sent = [
        () => postForm(context, path, typed(), { accept: "application/json" }),
        () => postJson(context, path, typed()),
        () => postJson(context, path, { ...typed(), client_id: client.integrationId }),
      ];
      for (const send of sent) {
        const response = await send();
        expect([response.status, response.headers.get("location")]).toEqual([200, null]);
        const body = await response.json<{ redirect_uri: string }>();
        expect(Object.keys(body)).toEqual(["redirect_uri"]);
        expect(body.redirect_uri.startsWith(`${callback}?code=`)).toBe(true);
        expect(Object.keys(cookiesOf(response))).toEqual(["qt-auth", "__Host-gatehouse-browser"]);
      }
      await expectProblem(await postJson(context, path, typed({ password: "wrong" })), 401, "bad_credential");
      const errors = await expectProblem(
        await postJson(context, path, typed({ password: undefined })),
        422,
        "validation-failed",
      );
      expect(Object.keys(errors ?? {})).toEqual(["password"]);
      await expectProblem(
        await postJson(context, path, typed({ response_type: "token" })),
        400,
        "unsupported_response_type",
      );
      await expectProblem(await postJson(context, path, typed({ response_mode: "form_post" })), 400, "invalid_request");
    },
  );

  it("hands mobile apps the session in x-qt-auth when they ask for it", async () => {
    const response = await postJson(context, "/v1/login", typed(), { "x-qt-auth": "dummy" });
    const token = response.headers.get("x-qt-auth") ?? "";
    expect((await get(context, "/users/me", undefined, { "x-qt-auth": token })).status).toBe(200);
  });

  it("signs in by username too, with the password's own spelling", async () => {
    const named = await makeUser(context, { username: "trinity", password: " padded passphrase 61 " });
    expect(named.username).toBe("trinity");
    const response = await postForm(
      context,
      "/v1/login",
      typed({ email: "Trinity", password: " padded passphrase 61 " }),
    );
    expect(once(answerAt(response, callback))).toHaveProperty("code");
  });

  it.each([{ prompt: "login" }, { max_age: "0" }, { prompt: "none" }, { prompt: "select_account" }])(
    "AZ-11 AZ-12 satisfies %j: nobody is asked twice for the password just given",
    async (wish) => {
      const response = await postForm(context, "/v1/login", typed(wish), html);
      expect(once(answerAt(response, callback))).toHaveProperty("code");
    },
  );

  it("ends the session that this browser had, another user's too", async () => {
    const other = await makeUser(context);
    const cookie = await signIn(context, other);
    const response = await postForm(context, "/v1/login", typed(), { cookie: `qt-auth=${cookie}` });
    expect(response.status).toBe(302);
    expect((await get(context, "/users/me", cookie)).status).toBe(403);
  });

  it.each(["query", "fragment", "form_post"])(
    "AZ-20 answers in response_mode %s, and errors in the query",
    async (response_mode) => {
      const response = await postForm(context, "/v1/login", typed({ response_mode }), html);
      if (response_mode === "form_post") {
        expect(response.status).toBe(200);
        expect(await response.text()).toContain(`action="${callback}"`);
      } else {
        expect(response.status).toBe(302);
        expect(response.headers.get("location")).toMatch(
          response_mode === "query" ? /callback\?code=/ : /callback#code=/,
        );
      }
      const refused = await postForm(context, "/v1/login", typed({ response_mode, password: "wrong" }), html);
      expect(once(answerAt(refused, errorUri)).error).toBe("bad_credential");
    },
  );
});
