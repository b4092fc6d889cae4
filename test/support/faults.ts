import { afterEach, beforeEach, expect, type MockInstance, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { travel } from "./clock.ts";
import { requestIn, watchedEnv } from "./watched-env.ts";
import { basicAuth, formBody, makeClient, makeRealm, makeUser, signIn, type TestClient } from "./world.ts";

/** Bindings that fail at present. */
export const broken = new Set<string>();
/** Errors that single calls meet, by name of the call, one after the other: before it has done its work, or after. */
export const lostOnTheWay = new Map<string, Error[]>();
export const lostAnswers = new Map<string, Error[]>();
/** The calls made so far. */
export const calls: string[] = [];

const bindings = watchedEnv({
  before(call) {
    calls.push(call);
    if (broken.has(call.split(".", 1)[0] ?? "")) throw new Error("out of order");
    const error = lostOnTheWay.get(call)?.shift();
    if (error !== undefined) throw error;
  },
  after(call) {
    const error = lostAnswers.get(call)?.shift();
    if (error !== undefined) throw error;
  },
});

/** Breaks nothing yet. Answers what is logged meanwhile; call it once, in a file's first lines. */
export function expectFaults(): { readonly log: MockInstance } {
  const state: { log: MockInstance } = { log: vi.fn() };
  beforeEach(() => {
    // The clock stands still: what the isolate knows of a realm is not read anew, past the failing environment.
    travel(0);
    state.log = vi.spyOn(console, "error").mockImplementation(() => {});
  });
  afterEach(() => {
    broken.clear();
    lostOnTheWay.clear();
    lostAnswers.clear();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  return state;
}

/** A realm that the Worker knows through the failing environment only, and warm. */
export async function house() {
  const context = await makeRealm();
  const client = await makeClient(context);
  const user = await makeUser(context);
  const cookie = await signIn(context, user);
  forgetHosts(context.realm.hosts);
  const send = (path: string, init: RequestInit = {}) => requestIn(bindings, `${context.realm.issuer}${path}`, init);
  const post = (path: string, fields: Record<string, string | undefined>, as: TestClient = client) => {
    const init = formBody(fields);
    return send(path, { ...init, headers: { ...init.headers, authorization: basicAuth(as) } });
  };
  expect((await post("/token", { grant_type: "none" })).status).toBe(400);
  calls.length = 0;
  return { context, client, user, cookie, send, post };
}

/** 503, told when to come back, and nothing given: no token, no cookie, nowhere to go. */
export async function expectUnavailable(response: Response): Promise<void> {
  const body = await response.text();
  expect(response.status, body).toBe(503);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("location")).toBeNull();
  expect(response.headers.getSetCookie().filter((line) => line.startsWith("qt-auth="))).toEqual([]);
  expect(body).not.toMatch(/_token"|"active"|out of order|D1_|SELECT |\.ts:/);
}
