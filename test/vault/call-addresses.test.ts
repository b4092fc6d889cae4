import { beforeAll, describe, expect, it } from "vitest";
import { isApiHost, parseCallAddress } from "../../src/domain/vault/call-address.ts";
import { called, standUp, stubInternet } from "../support/upstream.ts";
import { call, makeVault, rowOf, type Vault } from "./calling.ts";

let vault: Vault;
beforeAll(async () => {
  stubInternet();
  vault = await makeVault({ settings: { api_hosts: ["api.vault.example.com", "*.files.example.com"] } });
  standUp("api.vault.example.com", () => Response.json({ ok: true }));
  standUp("evil.example.net", () => Response.json({ stolen: true }));
});

/** None of these may make the vault speak to anybody. */
const tricks: readonly string[] = [
  // User information
  "https://api.vault.example.com@evil.example.net/",
  "https://api.vault.example.com:443@evil.example.net/",
  "https://evil.example.net@api.vault.example.com/",
  "https://user:pass@api.vault.example.com/",
  "https://@api.vault.example.com/",
  "https://api.vault.example.com%40evil.example.net/",
  "https://evil.example.net\\@api.vault.example.com/",
  // Ports
  "https://api.vault.example.com:8443/",
  "https://api.vault.example.com:443/",
  "https://api.vault.example.com:80/",
  "https://api.vault.example.com:/",
  "https://api.vault.example.com:0/",
  // Schemes
  "http://api.vault.example.com/",
  "ftp://api.vault.example.com/",
  "file:///etc/passwd",
  "javascript:fetch('https://evil.example.net')",
  "data:text/plain,x",
  "blob:https://api.vault.example.com/x",
  "//evil.example.net/",
  "//api.vault.example.com/",
  "https:api.vault.example.com/",
  "https:/api.vault.example.com/",
  "https:///api.vault.example.com/",
  "https:\\\\api.vault.example.com/",
  "/v1/photos",
  "api.vault.example.com/v1",
  "wss://api.vault.example.com/",
  // Look-alikes
  "https://api.vault.example.com.evil.example.net/",
  "https://evilapi.vault.example.com/",
  "https://api.vault.example.com-evil.example.net/",
  "https://xapi.vault.example.com/",
  "https://vault.example.com/",
  "https://api-vault.example.com/",
  "https://evil.example.net/https://api.vault.example.com/",
  "https://evil.example.net/?api.vault.example.com",
  "https://evil.example.net#api.vault.example.com/",
  "https://evil.example.net?@api.vault.example.com/",
  "https://evil.example.net;@api.vault.example.com/",
  // Dots and labels
  "https://api.vault.example.com./",
  "https://api.vault.example.com../",
  "https://.api.vault.example.com/",
  "https://api..vault.example.com/",
  "https://api%2evault%2eexample%2ecom/",
  "https://api。vault。example。com/",
  "https://api．vault．example．com/",
  "https://api｡vault｡example｡com/",
  "https://apі.vault.example.com/",
  "https://ａpi.vault.example.com/",
  "https://ap\u00adi.vault.example.com/",
  "https://api.vault.example.com\u200b/",
  "https://xn--ap-gpc.vault.example.com/",
  // What parsers drop
  "https://api.vault.exa\tmple.com/",
  "https://api.vault.example.com\n.evil.example.net/",
  "https://evil.example.net\r\nHost: api.vault.example.com/",
  "\thttps://api.vault.example.com/",
  " https://api.vault.example.com/",
  "https://api.vault.example.com/ ",
  "https://api.vault.example.com/\0",
  "https://api.vault.example.com/x\\y",
  "https://api.vault.example.com\\.evil.example.net/",
  "https://api.vault.example.com/#fragment",
  // Addresses by number
  "https://127.0.0.1.nip.example.net/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.1/",
  "https://0177.0.0.1/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::1]/",
  "https://169.254.169.254/latest/meta-data/",
  "https://10.0.0.1/",
  // Paths that are not what they seem
  "https://api.vault.example.com/../admin",
  "https://api.vault.example.com/a/%2e%2e/admin",
  "https://api.vault.example.com/a/.%2E/admin",
  "https://api.vault.example.com/./a",
  // The edges of a wildcard
  "https://files.example.com/",
  "https://.files.example.com/",
  "https://..files.example.com/",
  "https://evilfiles.example.com/",
  "https://a.files.example.com.evil.example.net/",
  "https://*.files.example.com/",
  "https://a@files.example.com/",
  "https://evil.example.net/.files.example.com/",
  // Macros in the host
  "https://{{provider}}.example.net/",
  "https://api.vault.example.com{{user_id}}/",
  "{{email}}",
  "{{provider}}://api.vault.example.com/",
];

describe("where a token may go", () => {
  it("has sixty tricks and more to refuse", () => {
    expect(new Set(tricks).size).toBeGreaterThanOrEqual(60);
  });

  it.each(tricks)("SS-01 FZ-04 refuses %j before anybody is called (contract §6)", async (url) => {
    const before = called.length;
    const response = await call(vault, { url, method: "GET" });
    const row = await rowOf(response);
    expect([response.status, row.code, row.pincStatus, row.statusCode]).toEqual([
      400,
      "CALL_FORMAT_ERROR",
      "error",
      400,
    ]);
    expect(Object.keys(row.errors ?? {})).toEqual(["url"]);
    expect(response.headers.get("x-error-code")).toBe("CALL_FORMAT_ERROR");
    expect(called.slice(before)).toEqual([]);
  });

  it.each([
    ["https://api.vault.example.com", "https://api.vault.example.com/"],
    ["https://API.vault.Example.com/v1", "https://api.vault.example.com/v1"],
    ["HTTPS://api.vault.example.com/v1?a=1&b=%2e%2e", "https://api.vault.example.com/v1?a=1&b=%2e%2e"],
    ["https://api.vault.example.com/a b/é", "https://api.vault.example.com/a%20b/%C3%A9"],
    ["https://a.files.example.com/...", "https://a.files.example.com/..."],
    ["https://a.b.files.example.com/x%2fy", "https://a.b.files.example.com/x%2fy"],
  ])("takes %s", (text, href) => {
    const url = parseCallAddress(text, ["api.vault.example.com", "*.files.example.com"], false);
    expect(url).toBeInstanceOf(URL);
    expect(String(url)).toBe(href);
  });

  it.each([
    ["api.example.com", true],
    ["*.example.com", true],
    ["API.example.com", true],
    ["*.com", false],
    ["*", false],
    ["*.*.example.com", false],
    ["api.*.example.com", false],
    ["https://api.example.com", false],
    ["api.example.com:8443", false],
    ["api.example.com/v1", false],
    ["api.example.com.", false],
    ["user@api.example.com", false],
    ["127.0.0.1", false],
    ["localhost", false],
    ["", false],
  ])("lets an operator name %j as a host: %s", (host, expected) => {
    expect(isApiHost(host, false)).toBe(expected);
  });

  it.each(["localhost:3000", "127.0.0.1:3000", "127.0.0.1", "drive.localhost", "*.example.com"])(
    "lets a developer name %j",
    (host) => {
      expect(isApiHost(host, true)).toBe(true);
    },
  );

  it("knows hosts of this machine with any port under development, and not without it", () => {
    expect(parseCallAddress("http://127.0.0.1:4000/a", ["127.0.0.1"], true)).toBeInstanceOf(URL);
    expect(parseCallAddress("http://127.0.0.1:4000/a", ["127.0.0.1:5000"], true)).toBe(
      "is not on a host of the provider",
    );
    expect(parseCallAddress("http://0x7f.1:4000/a", ["127.0.0.1"], true)).toBe("writes its host in another way");
    expect(typeof parseCallAddress("http://127.0.0.1:4000/a", ["127.0.0.1"], false)).toBe("string");
  });
});
