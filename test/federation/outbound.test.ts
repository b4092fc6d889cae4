import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { outboundFault } from "../../src/domain/outbound/outbound-address.ts";
import { OutboundError, outboundFetch } from "../../src/domain/outbound/outbound-fetch.ts";
import { called, standUp, stubInternet } from "../support/upstream.ts";

beforeAll(stubInternet);
afterEach(() => void vi.useRealTimers());

/** Refused in production, whatever they stand for. */
const nowhere = [
  "http://idp.example.com/",
  "https://localhost/",
  "https://localhost./",
  "https://LOCALHOST/",
  "https://sub.localhost/",
  "https://localhost.localdomain/",
  "https://127.0.0.1/",
  "https://127.0.0.2/",
  "https://127.1/",
  "https://0/",
  "https://0.0.0.0/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0x7f.1/",
  "https://017700000001/",
  "https://0177.0.0.1/",
  "https://127.0.0.1.:443/",
  "https://１２７.0.0.1/",
  "https://127。0。0。1/",
  "https://ⓛocalhost/",
  "https://10.0.0.1/",
  "https://172.16.0.1/",
  "https://172.31.255.255/",
  "https://192.168.0.1/",
  "https://169.254.169.254/latest/meta-data/",
  "https://100.64.0.1/",
  "https://198.18.0.1/",
  "https://224.0.0.1/",
  "https://255.255.255.255/",
  "https://93.184.215.14/",
  "https://[::1]/",
  "https://[::]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::ffff:7f00:1]/",
  "https://[64:ff9b::7f00:1]/",
  "https://[fe80::1]/",
  "https://[fc00::1]/",
  "https://[fd00:ec2::254]/",
  "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
  "https://metadata.google.internal/",
  "https://metadata/",
  "https://idp/",
  "https://printer.local/",
  "https://router.home.arpa/",
  "https://hidden.onion/",
  "https://idp.test/",
  "https://idp.invalid/",
  "https://idp.example.com./",
  "https://idp.example.com:8443/",
  "https://idp.example.com:22/",
  "https://user@idp.example.com/",
  "https://user:secret@idp.example.com/",
  "https://:@idp.example.com/",
  "https://@idp.example.com/",
  "https://idp.example.com\\@127.0.0.1/",
  "https://idp.example.com\t.evil.test/",
  " https://idp.example.com/",
  "https://idp.example.com/\n",
  "https:idp.example.com@127.0.0.1/",
  "ftp://idp.example.com/",
  "file:///etc/passwd",
  "gopher://idp.example.com/",
  "javascript:alert(1)",
  "data:text/plain,x",
  "blob:https://idp.example.com/x",
  "//idp.example.com/",
  "idp.example.com",
  "",
];

const somewhere = ["https://idp.example.com/", "https://idp.example.com:443/a?b=c#d", "https://xn--bcher-kva.example/"];

/** What a laptop may reach besides. */
const atHome = [
  "http://localhost:4000/",
  "http://127.0.0.1:4000/x",
  "https://127.0.0.1/",
  "http://[::1]:4000/",
  "http://idp.localhost:4000/",
  "https://idp.test:8443/",
];

describe("SS-01 addresses that somebody else has named (OWASP ASVS 1.3.6)", () => {
  it.each(nowhere)("%j is refused", (address) => {
    expect(outboundFault(address, false)).not.toBeNull();
  });

  it.each(somewhere)("%s is allowed", (address) => {
    expect([outboundFault(address, false), outboundFault(address, true)]).toEqual([null, null]);
  });

  it.each(atHome)("%s is allowed on a laptop only", (address) => {
    expect([outboundFault(address, true), outboundFault(address, false) === null]).toEqual([null, false]);
  });

  it.each([
    "http://10.0.0.1/",
    "http://169.254.169.254/",
    "http://idp.example.com/",
    "http://metadata.google.internal/",
    "http://[fe80::1]/",
    "http://user@localhost:4000/",
    "ftp://localhost/",
    "http://localhost./",
  ])("%s is refused on a laptop, too", (address) => {
    expect(outboundFault(address, true)).not.toBeNull();
  });
});

describe("outboundFetch", () => {
  const options = { development: false };
  const kind = (error: unknown) => (error instanceof OutboundError ? error.kind : error);
  const failing = (address: string, more = {}) =>
    outboundFetch(address, {}, { ...options, ...more }).then(() => "nothing failed", kind);

  it("does not make a call to a refused address", async () => {
    const before = called.length;
    for (const address of nowhere) expect(await failing(address)).toBe("address");
    expect(called.slice(before)).toEqual([]);
  });

  it("SS-02 does not follow redirects", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      standUp("moved.example.com", () => new Response(null, { status, headers: { location: "https://127.0.0.1/x" } }));
      const before = called.length;
      const answer = await outboundFetch("https://moved.example.com/a", {}, options);
      expect([answer.status, called.slice(before)]).toEqual([status, ["https://moved.example.com/a"]]);
    }
  });

  it("brings the whole answer, up to the limit to the byte (SS-04)", async () => {
    standUp("size.example.com", (request) => {
      const size = Number(new URL(request.url).searchParams.get("size"));
      return new Response(new Uint8Array(size).fill(120), { headers: { "x-kept": "yes" } });
    });
    const answer = await outboundFetch(`https://size.example.com/?size=${limits.outboundAnswerBytes}`, {}, options);
    expect([(await answer.arrayBuffer()).byteLength, answer.headers.get("x-kept")]).toEqual([
      limits.outboundAnswerBytes,
      "yes",
    ]);
    expect(await failing(`https://size.example.com/?size=${limits.outboundAnswerBytes + 1}`)).toBe("too-large");
    expect(await failing("https://size.example.com/?size=11", { mostBytes: 10 })).toBe("too-large");
  });

  it("hangs up on an answer without end", async () => {
    let pulled = 0;
    let hungUp = false;
    standUp("endless.example.com", () => {
      const body = new ReadableStream({
        pull: (controller) => {
          pulled += 64 * 1024;
          controller.enqueue(new Uint8Array(64 * 1024));
        },
        cancel: () => {
          hungUp = true;
        },
      });
      return new Response(body);
    });
    expect(await failing("https://endless.example.com/")).toBe("too-large");
    expect([hungUp, pulled <= 2 * limits.outboundAnswerBytes]).toEqual([true, true]);
  });

  it("gives up at the deadline, whether the answer never comes or never ends", async () => {
    standUp("silent.example.com", (request) => {
      return new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason)));
    });
    standUp("trickling.example.com", () => {
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
      return new Response(body);
    });
    const begun = Date.now();
    for (const host of ["silent", "trickling"])
      expect(await failing(`https://${host}.example.com/`, { deadline: AbortSignal.timeout(100) })).toBe("timeout");
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  it("tells a connection that fails from one that is refused", async () => {
    expect(await failing("https://nobody.example.com/")).toBe("unreachable");
  });
});
