import { afterEach, describe, expect, it, vi } from "vitest";
import { forgetHosts } from "../../src/domain/realms/realm-directory.ts";
import { operate } from "../admin/support.ts";
import { travel } from "../support/clock.ts";
import { requestIn, watchedEnv } from "../support/watched-env.ts";
import { jsonBody, makeUser, signIn } from "../support/world.ts";
import { ask, hashOf, makeAsker, makeKey, verifyUrl } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("RL-01 how often a key may ask (S0.25)", () => {
  it("lets exactly a hundred of a hundred and thirty parallel calls through, and says when to come back", async () => {
    travel(0);
    const asker = await makeAsker();
    const answers = await Promise.all(Array.from({ length: 130 }, () => ask(asker, hashOf("x"))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(30);
    for (const { headers } of refused)
      expect(Object.fromEntries(headers)).toMatchObject({
        "x-error-code": "rate-limited",
        "retry-after": "60",
        "ratelimit-limit": "100",
        "ratelimit-remaining": "0",
        "ratelimit-reset": "60",
        "ratelimit-policy": '"key";q=100;w=60',
        ratelimit: '"key";r=0;t=60',
      });
    const left = answers
      .filter(({ status }) => status === 200)
      .map((answer) => answer.headers.get("ratelimit-remaining"));
    expect(left.map(Number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it("counts any minute, not the clock's: what was asked late counts on", async () => {
    travel(0);
    const asker = await makeAsker({ rate_limits: { session_checks_per_key_per_minute: 4 } });
    const statuses = async (count: number) => {
      const all: number[] = [];
      for (let asked = 0; asked < count; asked++) all.push((await ask(asker, hashOf("x"))).status);
      return all;
    };
    expect(await statuses(1)).toEqual([200]);
    travel(50);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    travel(10);
    const [first, second] = [await ask(asker, hashOf("x")), await ask(asker, hashOf("x"))];
    expect([first.status, second.status, second.headers.get("retry-after")]).toEqual([200, 429, "50"]);
    travel(50);
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
  });

  it("counts each key by itself, and neither wrong keys nor another's", async () => {
    const asker = await makeAsker({ rate_limits: { session_checks_per_key_per_minute: 2 } });
    const second = { ...asker, key: await makeKey(asker.context) };
    for (let asked = 0; asked < 3; asked++) await ask(asker, hashOf("x"));
    expect((await ask(asker, hashOf("x"))).status).toBe(429);
    expect((await ask({ ...asker, key: `gk_${"B".repeat(43)}` }, hashOf("x"))).status).toBe(401);
    expect((await ask(second, hashOf("x"))).status).toBe(200);
  });

  it("asks the object of a key only for keys there are (RL-05)", async () => {
    const calls: string[] = [];
    const bindings = watchedEnv({ before: (call) => calls.push(call) });
    const { context, key } = await makeAsker();
    forgetHosts(context.realm.hosts);
    const send = (shown: string) =>
      requestIn(bindings, verifyUrl(context), jsonBody({ token_hash: hashOf("x") }, { "x-api-key": shown }));
    expect((await send(`gk_${"C".repeat(43)}`)).status).toBe(401);
    expect(calls.filter((call) => call.startsWith("USERS"))).toEqual([]);
    expect((await send(key)).status).toBe(200);
    expect(calls.filter((call) => /^(?:USERS|GRANTS)/.test(call))).toEqual(["USERS.takeTurn", "GRANTS.get"]);
  });
});

describe("S0.26 an answer in time", () => {
  it.each(["DB", "GRANTS", "USERS"])("RE-01 503 and nothing said when %s is out of order", async (broken) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const asker = await makeAsker();
    const token = await signIn(asker.context, await makeUser(asker.context));
    let isBroken = false;
    const bindings = watchedEnv({
      before: (call) => {
        if (isBroken && call.startsWith(`${broken}.`)) throw new Error("out of order");
      },
    });
    forgetHosts(asker.context.realm.hosts);
    const send = () =>
      requestIn(
        bindings,
        verifyUrl(asker.context),
        jsonBody({ token_hash: hashOf(token) }, { "x-api-key": asker.key }),
      );
    expect(await (await send()).json()).toMatchObject({ valid: true });
    isBroken = true;
    const response = await send();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(await response.text()).not.toContain('"valid"');
  });

  it("503 after three seconds when storage does not answer at all", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const asker = await makeAsker();
    const bindings = watchedEnv({ before: () => {} });
    const hanging = {
      ...bindings,
      GRANTS: new Proxy(bindings.GRANTS, {
        get: () => () => new Promise((resolve) => setTimeout(resolve, 6_000, null)),
      }),
    };
    forgetHosts(asker.context.realm.hosts);
    const begun = performance.now();
    const headers = { "x-api-key": asker.key };
    const response = await requestIn(hanging, verifyUrl(asker.context), jsonBody({ token_hash: hashOf("x") }, headers));
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
    expect(performance.now() - begun).toBeLessThan(5_900);
  });

  it("S0.27 signs people in while tokens cannot be written down, and knows their session from its first use", async () => {
    const asker = await makeAsker();
    const user = await makeUser(asker.context);
    let isBroken = true;
    const bindings = watchedEnv({
      before: (call) => {
        if (isBroken && call === "GRANTS.put") throw new Error("out of order");
      },
    });
    forgetHosts(asker.context.realm.hosts);
    const { issuer } = asker.context.realm;
    const body = jsonBody({ email: user.email, password: "violet-harbour-quill-81" });
    const entered = await requestIn(bindings, `${issuer}/api/auth/v1/login`, body);
    expect(entered.status).toBe(200);
    isBroken = false;
    const token = /qt-auth=([^;]+)/.exec(entered.headers.get("set-cookie") ?? "")?.[1] ?? "";
    expect(await (await ask(asker, hashOf(token))).json()).toEqual({ valid: false });
    const cookie = { headers: { cookie: `qt-auth=${token}` } };
    expect((await requestIn(bindings, `${issuer}/api/auth/v1/users/me`, cookie)).status).toBe(200);
    expect(await (await ask(asker, hashOf(token))).json()).toMatchObject({ valid: true });
  });

  it("refuses a rate below one a minute", async () => {
    const { context } = await makeAsker();
    const settings = { rate_limits: { session_checks_per_key_per_minute: 0 } };
    expect((await operate("PATCH", `/realms/${context.realm.id}`, { settings })).status).toBe(422);
  });
});
