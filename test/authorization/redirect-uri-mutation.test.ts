import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkRedirectUri, isRegistered } from "../../src/domain/clients/redirect-uri.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { makeClient, makeRealm, type TestClient } from "../support/world.ts";
import { authorize } from "./requests.ts";

const registered = "https://good.test/app/cb?tenant=7";

type Edit = { at: number; drop: number; add: string };

/** Small changes anywhere in a string. */
const edits = fc.array(
  fc.record({
    at: fc.nat(registered.length),
    drop: fc.nat(2),
    add: fc.oneof(
      fc.constantFrom(
        "",
        "/",
        "\\",
        ".",
        "..",
        "@",
        ":",
        "#",
        "?",
        "&",
        "%",
        "%2f",
        "%00",
        ";",
        " ",
        "\t",
        "\n",
        "\0",
        "evil",
      ),
      fc.string({ maxLength: 3 }),
      fc.string({ unit: "grapheme", maxLength: 2 }),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

const edited = (text: string, changes: readonly Edit[]): string =>
  changes.reduce((result, { at, drop, add }) => result.slice(0, at) + add + result.slice(at + drop), text);

describe("a changed redirect_uri (RFC 9700 §4.1.3)", () => {
  let context: RealmContext;
  let client: TestClient;

  beforeAll(async () => {
    context = await makeRealm();
    client = await makeClient(context, { redirect_uris: [registered] });
  });

  it("RU-02 is refused without a redirect, whatever the change", async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const uri = edited(registered, changes).toWellFormed();
        fc.pre(uri !== registered);
        const response = await authorize(context, client, { redirect_uri: uri });
        expect([response.status, response.headers.get("location")]).toEqual([400, null]);
        expect(response.headers.get("x-error-code")).toBe("redirect-not-allowed");
        await response.body?.cancel();
      }),
      { seed: 20_261_121, numRuns: 300 },
    );
  });

  it("RU-02 is not registered for a native app either, loopback ports apart", () => {
    const loopback = "http://127.0.0.1:3000/cb";
    const loopbackOnAnyPort = /^http:\/\/127\.0\.0\.1(?::[0-9]{1,5})?\/cb$/;
    fc.assert(
      fc.property(edits, fc.constantFrom(registered, loopback), (changes, uri) => {
        const changed = edited(uri, changes);
        fc.pre(changed !== uri && !loopbackOnAnyPort.test(changed));
        expect(isRegistered(changed, [uri], "public")).toBe(false);
      }),
      { seed: 20_261_121, numRuns: 5000 },
    );
  });
});

describe("loopback addresses of native apps (RFC 8252 §7.3)", () => {
  const uris = ["http://127.0.0.1/cb", "http://[::1]:5000/cb?x=1"];

  it.each([
    ["http://127.0.0.1/cb", true],
    ["http://127.0.0.1:1/cb", true],
    ["http://127.0.0.1:8080/cb", true],
    ["http://127.0.0.1:65535/cb", true],
    ["http://[::1]:9/cb?x=1", true],
    ["http://[::1]/cb?x=1", true],
    ["http://[::1]:8080/cb", false],
    ["http://127.0.0.1:8080/cb/", false],
    ["http://127.0.0.1:8080/CB", false],
    ["http://127.0.0.1:8080/cb?x=1", false],
    ["http://127.0.0.1:8080/cb#x", false],
    ["http://127.0.0.1:8080/", false],
    ["http://127.0.0.1:8080", false],
    ["http://127.0.0.1:/cb", false],
    ["http://127.0.0.1:123456/cb", false],
    ["http://127.0.0.1:80@evil.test/cb", false],
    ["http://127.0.0.1:x/cb", false],
    ["http://127.0.0.1.evil.test:80/cb", false],
    ["http://127.0.0.2:8080/cb", false],
    ["http://127.1:8080/cb", false],
    ["http://0x7f.1:8080/cb", false],
    ["http://2130706433:8080/cb", false],
    ["http://localhost:8080/cb", false],
    ["http://localhost/cb", false],
    ["http://[0:0:0:0:0:0:0:1]:9/cb?x=1", false],
    ["http://[::ffff:127.0.0.1]:9/cb", false],
    ["https://127.0.0.1:8080/cb", false],
    ["HTTP://127.0.0.1:8080/cb", false],
    [" http://127.0.0.1:8080/cb", false],
    ["http://127.0.0.1:8080/cb\n", false],
  ])("RU-03 %s: %s", (uri, allowed) => {
    expect(isRegistered(uri, uris, "public")).toBe(allowed);
  });

  it("RU-03 knows no exception for a web application", () => {
    expect(isRegistered("http://127.0.0.1/cb", uris, "confidential")).toBe(true);
    expect(isRegistered("http://127.0.0.1:8080/cb", uris, "confidential")).toBe(false);
  });

  it("RU-03 takes localhost only as it is registered", () => {
    expect(isRegistered("http://localhost:3000/cb", ["http://localhost:3000/cb"], "public")).toBe(true);
    expect(isRegistered("http://localhost:3001/cb", ["http://localhost:3000/cb"], "public")).toBe(false);
    expect(isRegistered("http://127.0.0.1:3000/cb", ["http://localhost:3000/cb"], "public")).toBe(false);
  });

  it("RU-03 sends the answer to the port that was asked for", async () => {
    const context = await makeRealm();
    const native = await makeClient(context, { redirect_uris: uris }, { type: "public" });
    const asked = { redirect_uri: "http://127.0.0.1:49152/cb", prompt: "none" };
    const response = await authorize(context, native, asked);
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toMatch(/^http:\/\/127\.0\.0\.1:49152\/cb\?error=login_required&/);
    const web = await makeClient(context, { redirect_uris: uris }, { type: "confidential" });
    expect((await authorize(context, web, asked)).status).toBe(400);
  });
});

describe("registering a redirect URI (RFC 6749 §3.1.2, RFC 8252 §7.1, RFC 9700 §2.6)", () => {
  it.each([
    "https://app.test/cb#fragment",
    "https://app.test/cb#",
    "http://app.example.com/cb",
    "http://10.0.0.1/cb",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:https://app.test/x",
    "about:blank",
    "myapp:/cb",
    "https://*.app.test/cb",
    "https://app.test/*",
    "/cb",
    "//app.test/cb",
    "app.test/cb",
    "https://user@app.test/cb",
    "https://user:pass@app.test/cb",
    "https://@app.test/cb",
    "https://app.test/c b",
    "https://app.test/cb\r\nx: y",
    "https://app.test\\cb",
    "https://äpp.test/cb",
    "",
  ])("RU-06 refuses %j from everybody", (uri) => {
    for (const type of ["confidential", "public"] as const) expect(checkRedirectUri(uri, type, false)).not.toBeNull();
  });

  it.each([
    ["https://app.test/cb", true, true],
    ["https://app.test/cb?x=1", true, true],
    ["com.example.app:/cb", false, true],
    ["http://127.0.0.1/cb", false, true],
    ["http://[::1]:3000/cb", false, true],
    ["http://localhost:3000/cb", false, true],
    ["http://localhost.evil.test:3000/cb", false, false],
    ["http://a.localhost:3000/cb", false, false],
    ["http://127.0.0.1.evil.test/cb", false, false],
  ])("RU-06 %s: web application %s, native app %s", (uri, web, native) => {
    expect(checkRedirectUri(uri, "confidential", false) === null).toBe(web);
    expect(checkRedirectUri(uri, "public", false) === null).toBe(native);
  });
});
