// Bytes on a socket that are no request, or more than one. The runtime reads them first; what it lets through is the product's.
import { connect } from "node:net";
import * as fc from "fast-check";

const QUIET_MS = 120;
const DEADLINE_MS = 5_000;
/** A machine that is busy with all that was sent answers later than that. */
const PATIENT_MS = 2_500;
/** kj's own answers to what is no HTTP. */
const OF_RUNTIME = new Set([501, 505]);
const HIDDEN = "/gh-hidden";
const hidden = `GET ${HIDDEN} HTTP/1.1\r\nhost: x\r\n\r\n`;

const post = (host, lines, body) =>
  `POST /api/auth/v1/login HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n${body}`;
const get =
  (target, lines = []) =>
  (host) =>
    `GET ${target} HTTP/1.1\r\nhost: ${host}\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

/** Whichever `chunked` counts, the body ends in the same place: what follows is a request of its own. */
const REALLY_TWO = new Set(["chunked twice"]);

/** By name: what is sent. Where a second request hides in the first, it must not be answered. */
const SHAPES = {
  "length and chunks": (host) => post(host, ["content-length: 4", "transfer-encoding: chunked"], `0\r\n\r\n${hidden}`),
  "chunks and length": (host) =>
    post(host, ["transfer-encoding: chunked", `content-length: ${5 + hidden.length}`], `0\r\n\r\n${hidden}`),
  "two lengths": (host) => post(host, ["content-length: 2", `content-length: ${2 + hidden.length}`], `{}${hidden}`),
  "a list of lengths": (host) => post(host, ["content-length: 2, 3"], `{}${hidden}`),
  "a signed length": (host) => post(host, ["content-length: +2"], `{}${hidden}`),
  "a negative length": (host) => post(host, ["content-length: -1"], hidden),
  "a huge length": (host) => post(host, ["content-length: 99999999999999999999"], "{}"),
  "a length in hex": (host) => post(host, ["content-length: 0x2"], `{}${hidden}`),
  "chunked twice": (host) => post(host, ["transfer-encoding: chunked, chunked"], `0\r\n\r\n${hidden}`),
  "an unknown encoding": (host) => post(host, ["transfer-encoding: xchunked"], `0\r\n\r\n${hidden}`),
  "an encoding behind a tab": (host) =>
    post(host, ["transfer-encoding:\tchunked", "content-length: 3"], `0\r\n\r\n${hidden}`),
  "an encoding before its colon": (host) =>
    post(host, ["transfer-encoding : chunked", "content-length: 3"], `0\r\n\r\n${hidden}`),
  "a chunk of a bad size": (host) => post(host, ["transfer-encoding: chunked"], `zz\r\n{}\r\n0\r\n\r\n`),
  "a chunk of a huge size": (host) =>
    post(host, ["transfer-encoding: chunked"], `ffffffffffffffffff\r\n{}\r\n0\r\n\r\n`),
  "a chunk without its end": (host) => post(host, ["transfer-encoding: chunked"], "2\r\n{}0\r\n\r\n"),
  "a chunk with an extension": (host) => post(host, ["transfer-encoding: chunked"], `2;a="\r\n{}\r\n0\r\n\r\n`),
  "a folded header": get("/healthz", ["x-a: 1", " folded: 2"]),
  "a header without a colon": get("/healthz", ["nothing"]),
  "a header without a name": get("/healthz", [": 1"]),
  "a null byte in a header": get("/healthz", ["x-a: a\0b"]),
  "a null byte in the target": get("/heal\0thz"),
  "bytes that are no UTF-8": get("/\xff\xfe", ["x-a: \xc3\x28"]),
  "a bad percent-encoding": get("/%zz%"),
  "an overlong encoding": get("/%c0%ae%c0%ae/"),
  "two hosts": get("/healthz", ["host: evil.test"]),
  "an empty host": () => "GET /healthz HTTP/1.1\r\nhost:\r\n\r\n",
  "no host": () => "GET /healthz HTTP/1.1\r\n\r\n",
  "a host with a path": () => "GET /healthz HTTP/1.1\r\nhost: a/b?c\r\n\r\n",
  "an absolute target": get("http://evil.test/healthz"),
  "a target of another scheme": get("file:///etc/passwd"),
  "two cookies headers": get("/api/auth/v1/users/me", ["cookie: qt-auth=a", "cookie: qt-auth=b"]),
  "a header of 100 kB": get("/healthz", [`x-a: ${"a".repeat(100_000)}`]),
  "ten thousand headers": get(
    "/healthz",
    Array.from({ length: 10_000 }, (_, at) => `x-${at}: 1`),
  ),
  "a target of 100 kB": get(`/${"a".repeat(100_000)}`),
  "an unknown method": (host) => `HACK / HTTP/1.1\r\nhost: ${host}\r\n\r\n`,
  "an upgrade to h2c": get("/healthz", ["connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AA"]),
  "the preface of HTTP/2": () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "HTTP/0.9": () => "GET /\r\n",
  "HTTP/9.9": (host) => `GET / HTTP/9.9\r\nhost: ${host}\r\n\r\n`,
  "a bare line feed": (host) => `GET /healthz HTTP/1.1\nhost: ${host}\n\n`,
  "a bare carriage return": (host) => `GET /healthz HTTP/1.1\rhost: ${host}\r\r`,
  TLS: () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  nothing: () => "\r\n\r\n\r\n",
};

/** Whole requests with bytes put in, taken out and changed. */
const mangled = (host) =>
  fc
    .tuple(
      fc.constantFrom(...Object.values(SHAPES)),
      fc.array(fc.tuple(fc.nat(400), fc.constantFrom("put", "take", "change"), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 8,
      }),
    )
    .map(([shape, changes]) => {
      const bytes = [...Buffer.from(shape(host), "latin1")];
      for (const [place, change, byte] of changes)
        bytes.splice(place % (bytes.length + 1), change === "put" ? 0 : 1, ...(change === "take" ? [] : [byte]));
      return Buffer.from(bytes).toString("latin1");
    });

/** Sends the bytes, and answers what came back until it was quiet or closed. */
function exchange(port, text, quietMs = QUIET_MS) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1").setNoDelay(true).setEncoding("latin1");
    let received = "";
    let timer;
    const deadline = setTimeout(() => end(true), DEADLINE_MS);
    const end = (isLate = false) => {
      clearTimeout(timer);
      clearTimeout(deadline);
      socket.destroy();
      resolve({ received, isLate });
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(end, quietMs);
    };
    socket.on("connect", () => socket.write(text, "latin1", wait));
    socket.on("data", (part) => {
      received += part;
      wait();
    });
    socket.on("error", () => end());
    socket.on("close", () => end());
  });
}

function faultInBytes({ received, isLate }) {
  if (isLate) return "it goes on and on";
  const statuses = [...received.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map(([, status]) => Number(status));
  const failed = statuses.find((status) => status >= 500 && !OF_RUNTIME.has(status));
  if (failed !== undefined) return `status ${failed}`;
  if (/\bat [\w.<>]+ \(|SQLITE_|D1_ERROR|node_modules/.test(received)) return "the answer looks like a stack";
  if (statuses.length > 1) return `${statuses.length} answers (${statuses.join(", ")}) to one request`;
  return null;
}

/**
 * Each shape once, then mangled ones.
 * @param {{ raw: number, seed: number, connections: number, say: (text: string) => void }} settings
 */
export async function runRaw({ port, host }, { raw, seed, connections, say }) {
  const findings = [];
  const note = (name, fault, text) => {
    findings.push({ name, what: fault, bytes: Buffer.from(text, "latin1").toString("base64").slice(0, 2_000) });
    say(`! raw bytes, ${name}: ${fault}\n  base64 ${findings.at(-1).bytes}`);
  };
  let sent = 0;
  for (const [name, shape] of Object.entries(SHAPES)) {
    sent += 1;
    const fault = faultInBytes(await exchange(port, shape(host)));
    const isExpected = REALLY_TWO.has(name) && /answers .* to one request/.test(fault);
    if (fault !== null && !isExpected) note(name, fault, shape(host));
  }
  const texts = fc.sample(mangled(host), { numRuns: Math.max(0, raw - sent), seed }).values();
  const work = async () => {
    for (const text of texts) {
      sent += 1;
      const fault = faultInBytes(await exchange(port, text));
      // Mangling may well make two requests of one.
      if (fault !== null && !/answers .* to one request/.test(fault)) note("mangled", fault, text);
    }
  };
  await Promise.all(Array.from({ length: connections * 4 }, work));
  const { received } = await exchange(port, get("/healthz")(host), PATIENT_MS);
  if (!received.startsWith("HTTP/1.1 200")) note("afterwards", "the product does not answer any more", "");
  return { sent, shapes: Object.keys(SHAPES).length, findings };
}
