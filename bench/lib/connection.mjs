// A keep-alive HTTP/1.1 client over one raw socket, one request in flight. The load shares the machine's cores with the
// Worker, so it does as little as it can: no header objects, no streams, and what repeats is encoded once.
import { connect } from "node:net";

export class Answer {
  /** Text is held as latin1, one character a byte. */
  constructor(status, head, body) {
    this.status = status;
    this.head = head;
    this.body = body;
  }

  header(name) {
    return new RegExp(`\\r\\n${name}: *([^\\r]*)`, "i").exec(this.head)?.[1];
  }

  /** Value of a cookie that this answer sets; one that it takes away is none. */
  cookie(name) {
    return new RegExp(`\\r\\nset-cookie: *${name}=([^;\\r]+)`, "i").exec(this.head)?.[1];
  }

  /** All cookies that this answer sets, by name. */
  cookies() {
    const set = this.head.matchAll(/\r\nset-cookie: *([^=\r]+)=([^;\r]*)/gi);
    return Object.fromEntries(Array.from(set, ([, name, value]) => [name, value]));
  }

  json() {
    return JSON.parse(Buffer.from(this.body, "latin1").toString("utf8"));
  }
}

export class Connection {
  #port;
  #host;
  #socket;
  #received = "";
  #waiting;

  /** @param {{port: number, host: string}} to `host` is what the Host header says; the socket goes to loopback */
  constructor({ port, host }) {
    this.#port = port;
    this.#host = host;
  }

  async open() {
    const socket = connect(this.#port, "127.0.0.1").setNoDelay(true).setEncoding("latin1");
    await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
    socket.on("data", (text) => this.#receive(text));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the Worker closed the connection")));
    this.#socket = socket;
    return this;
  }

  close() {
    this.#socket?.removeAllListeners("close").destroy();
    this.#socket = undefined;
    this.#received = "";
  }

  /** Bodies and headers are ASCII. A `form` or `json` member sets the body and its type. */
  encode({ method, path, headers = {}, form, json }) {
    const body = form ? new URLSearchParams(form).toString() : json ? JSON.stringify(json) : undefined;
    const lines = [`${method ?? (body === undefined ? "GET" : "POST")} ${path} HTTP/1.1`, `host: ${this.#host}`];
    for (const name in headers) lines.push(`${name}: ${headers[name]}`);
    if (body === undefined) return `${lines.join("\r\n")}\r\n\r\n`;
    lines.push(`content-type: ${form ? "application/x-www-form-urlencoded" : "application/json"}`);
    return `${lines.join("\r\n")}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  }

  /** Sends what `encode` made. @returns {Promise<Answer>} */
  send(encoded) {
    if (this.#socket === undefined) return this.open().then(() => this.send(encoded));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(encoded, "latin1");
    });
  }

  /** Sends a request and throws unless it is answered with `status`. */
  async request(request, status = 200) {
    const answer = await this.send(this.encode(request));
    if (answer.status !== status) throw new UnexpectedAnswer(request, answer);
    return answer;
  }

  #receive(text) {
    this.#received += text;
    const parsed = parseAnswer(this.#received);
    if (parsed === undefined) return;
    this.#received = this.#received.slice(parsed.length);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(parsed.answer);
  }

  #fail(error) {
    const waiting = this.#waiting;
    this.close();
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}

export class UnexpectedAnswer extends Error {
  constructor(request, answer) {
    const said = answer.header("location") ?? answer.body;
    super(`${request.method ?? ""} ${request.path.slice(0, 60)}: ${answer.status} ${said.slice(0, 300)}`.trim());
    this.answer = answer;
  }
}

/** The first whole answer in `text` with its length in bytes, or undefined while some of it is missing. */
function parseAnswer(text) {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd + 2);
  const status = Number(text.slice(9, 12));
  const bodyStart = headEnd + 4;
  const declared = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (declared === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)) {
    return parseChunks(text, bodyStart, (body, length) => ({ answer: new Answer(status, head, body), length }));
  }
  const length = bodyStart + Number(declared ?? 0);
  if (text.length < length) return undefined;
  return { answer: new Answer(status, head, text.slice(bodyStart, length)), length };
}

function parseChunks(text, start, done) {
  let body = "";
  for (let at = start; ; ) {
    const lineEnd = text.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (text.length < next) return undefined;
    if (size === 0) return done(body, next);
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = next;
  }
}
