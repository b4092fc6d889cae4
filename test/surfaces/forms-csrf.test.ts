import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { spoiled } from "../support/spoiled.ts";
import { makeRealm, request } from "../support/world.ts";
import { browserCookie, type Prepared, preparedForms, send } from "./prepared-forms.ts";

let context: RealmContext;

beforeAll(async () => {
  context = await makeRealm();
});

afterEach(() => {
  vi.useRealTimers();
});

const host = () => context.realm.authDomain;

async function expectNothing(prepared: Prepared, response: Response, statuses: readonly number[]): Promise<void> {
  expect(statuses).toContain(response.status);
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.get("x-error-code")).toMatch(/./);
  expect(response.headers.getSetCookie().join()).not.toContain("qt-auth=");
  expect(await prepared.happened()).toBe(false);
}

describe.each(Object.entries(preparedForms))("the form posted to %s (OWASP ASVS 3.5)", (path, prepareIn) => {
  const prepare = () => prepareIn(context);

  it("SE-08 has its effect when an honest browser posts it", async () => {
    const prepared = await prepare();
    const response = await send(prepared, {
      headers: { origin: context.realm.issuer, "sec-fetch-site": "same-origin" },
    });
    expect([200, 303]).toContain(response.status);
    expect(await prepared.happened()).toBe(true);
  });

  it("SE-08 needs the token that this browser was given, for this realm, not long ago", async () => {
    const prepared = await prepare();
    const other = await prepare();
    const foreign = await makeRealm();
    const foreignPage = await request(`${foreign.realm.issuer}/sign-in`, {
      headers: { cookie: `${browserCookie}=${prepared.browser.cookie(host(), browserCookie)}` },
    });
    const foreignToken = /name="csrf" value="([^"]+)"/.exec(await foreignPage.text())?.[1] ?? "";
    expect(foreignToken).not.toBe("");
    const [minute = "", keyId = "", tag = ""] = (prepared.fields.csrf ?? "").split(".");
    const tokens = {
      missing: undefined,
      empty: "",
      "another browser's": other.fields.csrf,
      "another realm's": foreignToken,
      "without tag": `${minute}.${keyId}.`,
      "of the next minute": `${Number(minute) + 1}.${keyId}.${tag}`,
      "of an unknown key": `${minute}.t9.${tag}`,
      "with a changed tag": `${minute}.${keyId}.${spoiled(tag)}`,
      "the browser's own id": prepared.browser.cookie(host(), browserCookie),
    };
    for (const [what, csrf] of Object.entries(tokens)) {
      const { csrf: _, ...fields } = prepared.fields;
      const forged = { ...prepared, fields: csrf === undefined ? fields : { ...fields, csrf } };
      const response = await send(forged);
      expect([what, response.status]).toEqual([what, 403]);
      await expectNothing(prepared, response, [403]);
    }
  });

  it("SE-08 refuses a token sent as an array, twice, or in the query", async () => {
    const prepared = await prepare();
    const { csrf = "", ...rest } = prepared.fields;
    const others = new URLSearchParams(rest).toString();
    for (const body of [
      `${others}&csrf[]=${csrf}`,
      `${others}&csrf=${csrf}&csrf=${csrf}`,
      `${others}&csrf=x&csrf=${csrf}`,
    ])
      await expectNothing(prepared, await send(prepared, { body }), [400, 403]);
    await expectNothing(prepared, await send(prepared, { body: others, path: `${path}?csrf=${csrf}` }), [403]);
    await expectNothing(prepared, await send(prepared, { body: others, headers: { "x-csrf-token": csrf } }), [403]);
  });

  it("SE-08 is of no use after twelve hours", async () => {
    const prepared = await prepare();
    const now = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: now + 12 * 3_600_000 + 120_000 });
    await expectNothing(prepared, await send(prepared), [403]);
  });

  it("SE-04 is not fooled by a second cookie of its name, nor by one without the prefix", async () => {
    const prepared = await prepare();
    const other = await prepare();
    const [own, planted] = [prepared, other].map(({ browser }) => browser.cookie(host(), browserCookie));
    const forged = { ...prepared, fields: { ...prepared.fields, csrf: other.fields.csrf ?? "" } };
    const name = browserCookie.replace("__Host-", "");
    for (const cookie of [
      `${browserCookie}=${planted}; ${browserCookie}=${own}`,
      `${browserCookie}=${own}; ${browserCookie}=${planted}`,
      `${name}=${planted}; ${browserCookie}=${own}`,
      `${name}=${planted}`,
    ])
      await expectNothing(prepared, await send(forged, { cookie }), [403]);
  });

  it.each([
    ["a foreign Origin", { origin: "https://evil.test" }],
    ["Origin null", { origin: "null" }],
    ["an Origin that begins like ours", { origin: "https://auth.evil.test" }],
    ["our host over http", { origin: "http-self" }],
    ["our host on another port", { origin: "port-self" }],
    ["Sec-Fetch-Site cross-site", { "sec-fetch-site": "cross-site" }],
    ["Sec-Fetch-Site cross-site and our Origin", { "sec-fetch-site": "cross-site", origin: "self" }],
  ] as [string, Record<string, string>][])("SE-08 refuses a post with %s, the right token or not", async (_, sent) => {
    const prepared = await prepare();
    const { issuer, authDomain } = context.realm;
    const origins: Record<string, string> = {
      self: issuer,
      "http-self": `http://${authDomain}`,
      "port-self": `${issuer}:8443`,
    };
    const headers = sent.origin === undefined ? sent : { ...sent, origin: origins[sent.origin] ?? sent.origin };
    await expectNothing(prepared, await send(prepared, { headers }), [403]);
  });

  it.each([
    ["text/plain", [400]],
    ["application/json", [400]],
    ["multipart/form-data; boundary=x", [400]],
    ["application/x-www-form-urlencodedx", [400]],
    ["text/plain; application/x-www-form-urlencoded", [400]],
    ["", [400]],
  ] as [string, number[]][])("SE-10 does not read a form sent as %j", async (type, statuses) => {
    const prepared = await prepare();
    await expectNothing(prepared, await send(prepared, { headers: { "content-type": type } }), statuses);
  });

  it("SE-10 checks the token whatever the case and parameters of the content type", async () => {
    for (const type of ["APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded; charset=utf-7"]) {
      const prepared = await prepare();
      const forged = { ...prepared, fields: { ...prepared.fields, csrf: "x" } };
      await expectNothing(prepared, await send(forged, { headers: { "content-type": type } }), [403]);
    }
  });

  it("SE-10 cannot be reached by another method, or by naming another one", async () => {
    const prepared = await prepare();
    const query = new URLSearchParams(prepared.fields).toString();
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const response = await send(prepared, {
        method,
        path: `${path}?${query}&_method=POST`,
        headers: { "x-http-method-override": "POST" },
      });
      expect(response.headers.get("location")).toBeNull();
      expect(await prepared.happened()).toBe(false);
    }
    const forged = { ...prepared, fields: { ...prepared.fields, csrf: "x", _method: "GET" } };
    for (const name of ["x-http-method-override", "x-http-method", "x-method-override"])
      await expectNothing(prepared, await send(forged, { headers: { [name]: "GET" } }), [403]);
  });

  it("SE-10 has no second spelling that is checked less", async () => {
    const prepared = await prepare();
    const forged = { ...prepared, fields: { ...prepared.fields, csrf: "x" } };
    const encoded = path.replace("/s", "/%73").replace("/c", "/%63");
    for (const spelling of [
      `${path}/`,
      `/${path}`,
      `/.${path}`,
      encoded,
      path.toUpperCase(),
      `${path};x`,
      `${path}%00`,
      `${path}%2f`,
      `/x/..${path}`,
    ])
      await expectNothing(prepared, await send(forged, { path: spelling }), [403, 404, 405]);
  });
});

describe("login CSRF (OWASP ASVS 7.6.2)", () => {
  it("SE-09 another site cannot sign a visitor's browser in: it has no token for that browser", async () => {
    const attacker = await preparedForms["/sign-in"]?.(context);
    if (attacker === undefined) throw new Error("no such form");
    for (const cookie of ["", `${browserCookie}=AAAAAAAAAAAAAAAAAAAAAA`]) {
      const response = await send(attacker, { cookie });
      expect(response.headers.get("x-error-code")).toBe("form-expired");
      await expectNothing(attacker, response, [403]);
    }
  });
});
