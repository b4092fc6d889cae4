import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { type Bindings, ConfigurationError, parseEnv } from "../../src/config/env.ts";
import type { Job } from "../../src/http/jobs.ts";
import type { Message } from "../../src/http/messages/message.ts";
import { consume } from "../../src/jobs/queue.ts";
import { done, operate } from "../admin/support.ts";
import { eventually } from "../audit/support.ts";
import { makeRealm, makeUser } from "../support/world.ts";

let log: MockInstance;

beforeEach(() => {
  log = vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

const mail: Message = {
  id: "message-1",
  channel: "mail",
  from: { address: "hello@daily.example", name: "The Daily" },
  to: "reader@example.test",
  subject: "Your code for The Daily",
  text: "secret-text 123456",
  html: "<p>secret-html 123456</p>",
  worthlessAfter: Date.now() + 600_000,
};
const text: Message = { ...mail, channel: "sms", to: "+4915112345678", subject: "", html: "" };

/** As deployed: no development, whatever else is given. */
function production(more: Partial<Bindings> = {}): Bindings {
  const { ENVIRONMENT: _, ...rest } = env;
  return { ...rest, ...more };
}

const consumed = (messages: Message | readonly Message[], bindings: Bindings, attempts = 1, realmId = "gone") =>
  consumedJobs(
    [messages].flat().map((message) => ({ type: "send-message", realmId, kind: "one-time-code", message })),
    bindings,
    attempts,
  );

/** What becomes of jobs in the queue, at their `attempts`-th try: which were taken, and after how many seconds others come again. */
async function consumedJobs(jobs: readonly unknown[], bindings: Bindings, attempts = 1) {
  const outcome: { taken: string[]; again: [id: string, delaySeconds: number | undefined][] } = {
    taken: [],
    again: [],
  };
  const batch = jobs.map((body, index) => ({
    id: String(index),
    timestamp: new Date(),
    attempts,
    body,
    ack: () => void outcome.taken.push(String(index)),
    retry: (options?: QueueRetryOptions) => void outcome.again.push([String(index), options?.delaySeconds]),
  }));
  await consume({ queue: "gatehouse-jobs", messages: batch } as unknown as MessageBatch, bindings);
  return outcome;
}

const taken = { taken: ["0"], again: [] };
const logged = () => log.mock.calls.map(([line]) => String(line)).join("\n");

describe("a message in the queue", () => {
  it("goes out by the mail binding, from the realm's sender", async () => {
    const send = vi.fn(() => Promise.resolve({ messageId: "1" }));
    expect(await consumed(mail, production({ MAIL: { send } as unknown as SendEmail }))).toEqual(taken);
    const { to, subject, html } = mail;
    const from = { email: "hello@daily.example", name: "The Daily" };
    expect(send.mock.calls).toEqual([[{ from, to, subject, text: mail.text, html }]]);
  });

  it("goes out by the binding that ships, as the local runtime simulates it", async () => {
    expect(env.MAIL).toBeDefined();
    vi.spyOn(console, "log").mockImplementation(() => {});
    expect(await consumed(mail, production())).toEqual(taken);
  });

  it.each([
    ["a mail", mail, { MAIL_HTTP_URL: "https://mail.example.com/v1/send", MAIL_HTTP_TOKEN: "token-of-mails" }],
    ["a text message", text, { SMS_HTTP_URL: "https://sms.example.com/send", SMS_HTTP_TOKEN: "token-of-texts" }],
  ])(
    "goes out to the provider as %s: one POST, the token in the header, the same id at every try",
    async (_, message, vars) => {
      const fetched = vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response(null, { status: 202 }));
      expect(await consumed(message, production(vars))).toEqual(taken);
      expect(await consumed(message, production(vars), 2)).toEqual(taken);
      expect(fetched).toHaveBeenCalledTimes(2);
      for (const [url, init] of fetched.mock.calls) {
        expect(url).toBe(Object.values(vars)[0]);
        expect(init).toMatchObject({ method: "POST", redirect: "manual" });
        expect(init?.headers).toEqual({
          "content-type": "application/json",
          authorization: `Bearer ${Object.values(vars)[1]}`,
          "idempotency-key": "message-1",
        });
        expect(JSON.parse(String(init?.body))).toEqual(
          message.channel === "sms"
            ? { id: "message-1", to: text.to, text: text.text }
            : {
                id: "message-1",
                from: { address: "hello@daily.example", name: "The Daily" },
                to: mail.to,
                subject: mail.subject,
                text: mail.text,
                html: mail.html,
              },
        );
      }
    },
  );

  it.each([
    ["answers 500", () => Promise.resolve(new Response("x", { status: 500 }))],
    ["redirects", () => Promise.resolve(new Response(null, { status: 302, headers: { location: "https://a.test" } }))],
    ["refuses", () => Promise.resolve(new Response(null, { status: 401 }))],
    ["cannot be reached", () => Promise.reject(new TypeError("network"))],
  ])("RE-17 is tried again, later each time, when the provider %s, and nothing of it is logged", async (_, answer) => {
    vi.spyOn(globalThis, "fetch").mockImplementation(answer);
    const vars = { MAIL_HTTP_URL: "https://mail.example.com/v1/send", MAIL_HTTP_TOKEN: "token-of-mails" };
    for (const [attempts, delaySeconds] of [
      [1, 10],
      [2, 20],
      [5, 160],
      [9, 2560],
    ] as const)
      expect(await consumed(mail, production(vars), attempts)).toEqual({ taken: [], again: [["0", delaySeconds]] });
    expect(logged()).toContain('"job":"send-message"');
    expect(logged()).not.toMatch(/123456|secret|reader@|token-of-mails|hello@/);
  });

  it.each([
    [
      "the binding refuses",
      mail,
      { MAIL: { send: () => Promise.reject(new Error("to reader@example.test: 123456")) } },
    ],
    ["there is no way of sending mails", mail, { MAIL: undefined }],
    ["there is no way of sending text messages", text, {}],
    ["the realm has no sender", { ...mail, from: { address: null, name: "The Daily" } }, {}],
  ])("RE-17 is tried again when %s, and the log says why without saying what", async (_, message, more) => {
    const outcome = await consumed(message, production(more as unknown as Partial<Bindings>));
    expect(outcome).toEqual({ taken: [], again: [["0", 10]] });
    expect(logged()).toMatch(/"error":"DeliveryFailed","why":"[a-z. _]+"/);
    expect(logged()).not.toMatch(/123456|secret|reader@/);
  });

  it.each([
    [
      "would come too late",
      { ...mail, worthlessAfter: 1 },
      1,
      { kind: "one-time-code", channel: "mail", why: "too-late" },
    ],
    ["was tried ten times", text, 10, { kind: "one-time-code", channel: "sms", why: "given-up" }],
  ])(
    "RE-17 is dropped when it %s, and the realm's log and operators are told",
    async (_, message, attempts, details) => {
      const { realm } = await makeRealm();
      const send = vi.fn();
      const bindings = production({ MAIL: { send } as unknown as SendEmail });
      expect(await consumed(message, bindings, attempts, realm.id)).toEqual(taken);
      expect(send).not.toHaveBeenCalled();
      const [event] = await eventually(realm.id, ({ type }) => type === "message.undelivered");
      expect(event).toMatchObject({ outcome: "failed", actor: { kind: "system" }, details });
      expect(JSON.stringify(event)).not.toMatch(/123456|secret|reader@|4915/);
      const { items } = await done(200, operate("GET", `/realms/${realm.id}/attention?domains=known`));
      expect(items).toEqual([
        expect.objectContaining({ kind: "messages-undelivered", subject: details.channel, count: 1 }),
      ]);
    },
  );

  it("RE-17 AU-04 is dropped when it tells of a theft, too, and the log names the channel that its reader is reached by", async () => {
    const context = await makeRealm();
    const user = await makeUser(context, { email: undefined, phoneNumber: "+4915112345678", phoneVerified: true });
    const sent: Job[] = [];
    const sendBatch = async (messages: Iterable<MessageSendRequest<Job>>) =>
      void sent.push(...[...messages].map(({ body }) => body));
    const bindings = production({ JOBS: { sendBatch } as unknown as Queue });
    const notice = { userId: user.id, clientId: null, eventId: "aud_1", at: Date.now() };
    const about = { type: "theft-notice", realmId: context.realm.id, ...notice };
    expect(await consumedJobs([about], bindings)).toEqual(taken);
    expect(sent).toMatchObject([{ type: "send-message", kind: "theft", message: { to: user.phoneNumber } }]);
    expect(await consumedJobs(sent, bindings, 10)).toEqual(taken);
    const [event] = await eventually(context.realm.id, ({ type }) => type === "message.undelivered");
    expect(event?.details).toEqual({ kind: "theft", channel: "sms", why: "given-up" });
  });

  it("RE-17 is tried again when what became of it cannot be written down", async () => {
    const { realm } = await makeRealm();
    const down = {
      prepare: () => {
        throw new Error("down");
      },
      batch: () => Promise.reject(new Error("down")),
    };
    const bindings = production({ DB: down as unknown as D1Database });
    expect(await consumed(text, bindings, 10, realm.id)).toEqual({ taken: [], again: [["0", 3600]] });
  });

  it("does not hold up the others", async () => {
    const send = vi.fn(() => Promise.resolve());
    const messages = [{ ...mail, from: { address: null, name: "" } }, mail, text, mail];
    const outcome = await consumed(messages, production({ MAIL: { send } as unknown as SendEmail }));
    expect(outcome).toEqual({
      taken: ["1", "3"],
      again: [
        ["0", 10],
        ["2", 10],
      ],
    });
  });
});

describe("the deployment's secrets", () => {
  it.each([
    { MAIL_HTTP_URL: "http://mail.example.com/", MAIL_HTTP_TOKEN: "token-of-mails" },
    { MAIL_HTTP_URL: "mail.example.com", MAIL_HTTP_TOKEN: "token-of-mails" },
    { MAIL_HTTP_URL: "https://mail.example.com/" },
    { MAIL_HTTP_TOKEN: "token-of-mails" },
    { SMS_HTTP_URL: "https://sms.example.com/", SMS_HTTP_TOKEN: "short" },
  ])("RE-19 must fit together: %j is refused, and not repeated", (vars) => {
    expect(() => parseEnv(production(vars))).toThrow(ConfigurationError);
    try {
      parseEnv(production(vars));
    } catch (error) {
      expect(String(error)).not.toMatch(/token-of-mails|short|example\.com/);
    }
  });

  it("may leave both providers out", () => {
    expect(parseEnv(production())).toMatchObject({ mailProvider: null, smsProvider: null, development: false });
  });
});
