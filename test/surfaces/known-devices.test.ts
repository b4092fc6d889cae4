import { afterEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { loggedIn } from "../audit/support.ts";
import { countTo, messagesTo, newestTo } from "../messages/mailbox.ts";
import { travel } from "../support/clock.ts";
import { cookiesOf, goodPassword, jsonBody, makeRealm, makeUser, request } from "../support/world.ts";

afterEach(() => {
  vi.useRealTimers();
});

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1";
const wrong = "wrong-harbour-quill-1";
const cookieName = "__Host-gatehouse-browser";

/** A device that keeps what it is given, as a browser does; `forgetful`, as scripts are. */
class Device {
  readonly #cookies: Record<string, string> = {};
  readonly #context: RealmContext;
  readonly #agent: string;
  readonly #keeps: boolean;

  constructor(context: RealmContext, agent = firefox, keeps = true) {
    this.#context = context;
    this.#agent = agent;
    this.#keeps = keeps;
  }

  get cookie(): string | undefined {
    return this.#cookies[cookieName];
  }

  steal(from: Device): this {
    this.#cookies[cookieName] = from.cookie ?? "";
    return this;
  }

  async post(path: string, body: unknown): Promise<Response> {
    const cookie = Object.entries(this.#cookies).map(([name, value]) => `${name}=${value}`);
    const headers = { "user-agent": this.#agent, ...(cookie.length === 0 ? {} : { cookie: cookie.join("; ") }) };
    const response = await request(`${this.#context.realm.issuer}/api/auth/v1${path}`, jsonBody(body, headers));
    if (this.#keeps) Object.assign(this.#cookies, cookiesOf(response));
    return response;
  }

  async signIn(email: string | null, password = goodPassword): Promise<number> {
    return (await this.post("/login", { email, password })).status;
  }
}

/** An account that has signed in on one device. */
async function situation(settings: Record<string, unknown> = {}) {
  const context = await makeRealm(settings);
  const user = await makeUser(context);
  const own = new Device(context);
  expect(await own.signIn(user.email)).toBe(200);
  return { context, user, own };
}

const newsAbout = async (context: RealmContext): Promise<number> =>
  (await loggedIn(context.realm.id)).filter(
    ({ type, details }) => type === "user.signed_in" && details?.new_device === true,
  ).length;

describe("the owner of an account hears of a sign-in from a new device (ASVS 6.3.5)", () => {
  it("AU-08 not of the first one at sign-up, nor of the same one again", async () => {
    const context = await makeRealm();
    const email = "newcomer@example.test";
    const device = new Device(context);
    expect((await device.post("/signup", { email, password: goodPassword, name: "N" })).status).toBe(200);
    expect(device.cookie).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const after = await countTo(context, email);
    expect(await device.signIn(email)).toBe(200);
    expect(await countTo(context, email)).toBe(after);
  });

  it("AU-08 in their language, with what the device is, when, and where to end it; once", async () => {
    const context = await makeRealm();
    const user = await makeUser(context);
    await context.users.update(user.id, user.version, { locale: "fr" }, Date.now());
    const other = new Device(context, safari);
    expect([await new Device(context).signIn(user.email), await other.signIn(user.email)]).toEqual([200, 200]);
    const mail = await newestTo(context, user.email);
    expect(mail.subject).toContain("Un nouvel appareil");
    expect(mail.text).toContain("Safari");
    expect(mail.text).toContain("iPhone");
    expect(mail.text).toContain("UTC");
    expect(mail.text).toContain(`${context.realm.issuer}/account/devices\n`);
    expect(mail.html).toContain(`href="${context.realm.issuer}/account/devices"`);
    expect(await other.signIn(user.email)).toBe(200);
    expect(await countTo(context, user.email)).toBe(1);
    await expect.poll(() => newsAbout(context), { timeout: 10_000 }).toBe(1);
  });

  it("AU-08 nor of a program that keeps no cookies and is where it was; of one of another kind, yes", async () => {
    const { context, user } = await situation();
    const script = () => new Device(context, "okhttp/5.0", false);
    for (const round of [1, 2, 3]) {
      expect(await script().signIn(user.email)).toBe(200);
      expect([round, await countTo(context, user.email)]).toEqual([round, 1]);
    }
  });

  it("AU-08 not where the realm does not want it, nor for who did not get in", async () => {
    const { context, user } = await situation({ notify_new_device: false });
    expect(await new Device(context, safari).signIn(user.email)).toBe(200);
    expect(await countTo(context, user.email)).toBe(0);
    const talkative = await situation();
    expect(await new Device(talkative.context, safari).signIn(talkative.user.email, wrong)).toBe(401);
    expect(await countTo(talkative.context, talkative.user.email)).toBe(0);
  });

  it("AU-08 four times an hour at most, and every sign-in goes through", async () => {
    const { context, user } = await situation();
    const mails = async () => (await messagesTo(context, user.email)).length;
    for (let time = 0; time < 7; time++)
      expect(await new Device(context, `Other/${time}`).signIn(user.email)).toBe(200);
    expect(await mails()).toBe(4);
    travel(3_601);
    expect(await new Device(context, "Other/later").signIn(user.email)).toBe(200);
    expect(await mails()).toBe(5);
  });

  it("AU-08 again once the device was thrown out, or the password is another one; of their own, no", async () => {
    const { context, user, own } = await situation();
    const other = new Device(context, safari);
    expect(await other.signIn(user.email)).toBe(200);
    expect((await own.post("/kick", {})).status).toBe(200);
    expect(await other.signIn(user.email)).toBe(200);
    expect(await countTo(context, user.email)).toBe(2);
    const password = "slate-lantern-orchard-57";
    const change = { "current-password": goodPassword, "new-password": password };
    expect((await own.post("/users/change-password", change)).status).toBe(200);
    const told = await countTo(context, user.email);
    expect(await own.signIn(user.email, password)).toBe(200);
    expect(await countTo(context, user.email)).toBe(told);
    expect(await other.signIn(user.email, password)).toBe(200);
    expect(await countTo(context, user.email)).toBe(told + 1);
  });
});

describe("a device that has signed in before (OWASP ASVS 6.1.1)", () => {
  /** Guesses until it is throttled; answers how many were looked at. */
  async function guess(device: Device, email: string | null): Promise<number> {
    for (let tries = 0; tries < 20; tries++) if ((await device.signIn(email, wrong)) === 429) return tries;
    throw new Error("never throttled");
  }

  it("PW-11 is let in while a stranger's guesses are held up, and does not let the stranger go on", async () => {
    const { context, user, own } = await situation();
    const stranger = new Device(context);
    expect(await guess(stranger, user.email)).toBe(8);
    expect(await own.signIn(user.email)).toBe(200);
    expect(await stranger.signIn(user.email)).toBe(429);
    expect(await new Device(context).signIn(user.email)).toBe(429);
    const change = { "current-password": goodPassword, "new-password": "slate-lantern-orchard-57" };
    expect((await own.post("/users/change-password", change)).status).toBe(200);
  });

  it("PW-11 is held to the same limits: whoever stole its cookie guesses no more than a stranger, and locks out no other", async () => {
    const { context, user, own } = await situation();
    const second = new Device(context, safari);
    expect(await second.signIn(user.email)).toBe(200);
    const thief = new Device(context, "thief", false).steal(own);
    expect(await guess(thief, user.email)).toBe(8);
    expect([await own.signIn(user.email), await second.signIn(user.email)]).toEqual([429, 200]);
    travel(31);
    expect(await guess(thief, user.email)).toBe(1);
    travel(59);
    expect(await own.signIn(user.email)).toBe(429);
    travel(2);
    expect(await own.signIn(user.email)).toBe(200);
  });

  it("PW-11 counts from the beginning after it was let in", async () => {
    const { user, own } = await situation();
    for (let round = 0; round < 3; round++) {
      for (let time = 0; time < 7; time++) expect(await own.signIn(user.email, wrong)).toBe(401);
      expect(await own.signIn(user.email)).toBe(200);
    }
  });

  it("PW-11 is nobody's that made its cookie up, brings that of another account, or comes from another realm", async () => {
    const { context, user, own } = await situation();
    const neighbour = await makeUser(context);
    const elsewhere = await situation();
    const theirs = new Device(context);
    expect(await theirs.signIn(neighbour.email)).toBe(200);
    expect(await guess(new Device(context), user.email)).toBe(8);
    for (const from of [new Device(context), theirs, elsewhere.own])
      expect(await new Device(context).steal(from).signIn(user.email)).toBe(429);
    expect(await own.signIn(user.email)).toBe(200);
  });

  it("PW-08 PW-11 tells nobody whether an account exists", async () => {
    const { context, own } = await situation();
    const device = new Device(context, firefox, false).steal(own);
    expect(await guess(device, "nobody@example.test")).toBe(8);
  });
});
