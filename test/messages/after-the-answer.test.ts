import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import type { Bindings } from "../../src/config/env.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import type { Message } from "../../src/http/messages/message.ts";
import { requestIn } from "../support/watched-env.ts";
import { jsonBody, makeRealm, makeUser } from "../support/world.ts";
import { countTo } from "./mailbox.ts";

let log: MockInstance;

beforeEach(() => {
  log = vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** As deployed: no development, whatever else is given. */
function production(more: Partial<Bindings> = {}): Bindings {
  const { ENVIRONMENT: _, ...rest } = env;
  return { ...rest, ...more };
}

const logged = () => log.mock.calls.map(([line]) => String(line)).join("\n");

describe("a request in production that sends something", () => {
  async function deployed(more: Partial<Bindings> = {}): Promise<{
    context: RealmContext;
    queued: Message[];
    post: (path: string, body: unknown) => Promise<Response>;
  }> {
    const context = await makeRealm({ mail: { from_address: "hello@daily.example", from_name: "The Daily" } });
    const queued: Message[] = [];
    const send = (job: { message: Message }) => Promise.resolve(queued.push(job.message));
    const bindings = production({ JOBS: { send } as unknown as Queue, ...more });
    forgetHosts(context.realm.hosts);
    const headers = { "cf-connecting-ip": "203.0.113.5" };
    const post = (path: string, body: unknown) =>
      requestIn(bindings, `${context.realm.issuer}/api/auth/v1${path}`, jsonBody(body, headers));
    return { context, queued, post };
  }

  it("queues the finished message, and keeps none in the mailbox", async () => {
    const { context, queued, post } = await deployed();
    const user = await makeUser(context, { emailVerified: true });
    expect((await post("/users/send-otp", { email: user.email })).status).toBe(200);
    expect(queued).toMatchObject([
      {
        channel: "mail",
        from: { address: "hello@daily.example", name: "The Daily" },
        to: user.email,
        subject: `Your code for ${context.realm.name}`,
      },
    ]);
    expect(queued[0]?.worthlessAfter).toBeLessThanOrEqual(Date.now() + 600_000);
    expect(await countTo(context, user.email)).toBe(0);
    const otp = /\d{6}/.exec(queued[0]?.text ?? "")?.[0];
    expect((await post("/login", { email: user.email, otp })).status).toBe(200);
  });

  it("SS-06 is not undone, nor answered differently, when the queue takes nothing", async () => {
    const send = vi.fn(() => Promise.reject(new Error("out of order")));
    const { context, post } = await deployed({ JOBS: { send } as unknown as Queue });
    const user = await makeUser(context, { emailVerified: true });
    const answers = [];
    for (const email of [user.email, "nobody.here@example.test"]) {
      const response = await post("/users/forgot-password", { email });
      answers.push([response.status, await response.text()]);
    }
    expect(answers[0]).toEqual([200, expect.stringContaining("a message is on its way")]);
    expect(answers[1]).toEqual(answers[0]);
    expect(send).toHaveBeenCalledTimes(3);
    expect(logged()).toContain("jobs.send");
    expect(logged()).not.toContain(user.email);
  });

  it("SS-06 answers before the message is handed over", async () => {
    let release = (): void => {};
    const handed = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { context, post } = await deployed({ JOBS: { send: () => handed } as unknown as Queue });
    const user = await makeUser(context, { emailVerified: true });
    const answered = vi.fn();
    const { app } = await import("../../src/app.ts");
    const execution = createExecutionContext();
    const bindings = production({ JOBS: { send: () => handed } as unknown as Queue });
    const url = `${context.realm.issuer}/api/auth/v1/users/forgot-password`;
    const response = await app.fetch(new Request(url, jsonBody({ email: user.email })), bindings, execution);
    answered(response.status);
    expect(answered).toHaveBeenCalledWith(200);
    release();
    expect((await post("/users/forgot-password", { email: "nobody@example.test" })).status).toBe(200);
  });
});
