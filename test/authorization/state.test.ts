import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type RedirectTarget,
  redirectLocation,
  responseModes,
} from "../../src/domain/authorization/redirect-target.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Browser } from "../support/browser.ts";
import { formBody, makeClient, makeRealm, makeUser, request, signIn, type TestClient } from "../support/world.ts";
import { answerAt, authorize, authorizeParameters, authorizeUrl, once } from "./requests.ts";

const callback = "https://partner.test/callback";
const awkward = "+ % & # \" < > é 😀 %20 %2B = ? / \\ ' ; , \t ~ \u0000 \u202e";

/** What people and programs put into state, up to about a kilobyte. */
const states = fc
  .oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 1024 }),
    fc.string({ unit: fc.constantFrom(..."+%&#\"<>é😀= \r\n\t\0/?;'\\"), minLength: 1, maxLength: 1024 }),
    fc.base64String({ minLength: 1, maxLength: 1024 }),
    fc.json({ maxDepth: 3 }),
  )
  .map((state) => state.slice(0, 1024).toWellFormed());

let context: RealmContext;
let client: TestClient;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm();
  client = await makeClient(context);
  cookie = await signIn(context, await makeUser(context));
});

describe("state (RFC 6749 §4.1.2)", () => {
  it("AZ-06 comes back as it was sent, with a code", async () => {
    await fc.assert(
      fc.asyncProperty(states, async (state) => {
        const response = await authorize(context, client, { state }, cookie);
        expect(once(answerAt(response, callback)).state).toBe(state);
      }),
      { seed: 20_261_121, numRuns: 60, examples: [[awkward], ["x".repeat(1024)], ["😀".repeat(512)]] },
    );
  });

  it("AZ-06 comes back as it was sent, with an error, from the query and from a posted form", async () => {
    await fc.assert(
      fc.asyncProperty(states, async (state) => {
        const parameters = authorizeParameters(client, { state, prompt: "none" });
        const responses = await Promise.all([
          request(`${context.realm.issuer}/authorize?${parameters}`),
          request(`${context.realm.issuer}/authorize`, formBody(Object.fromEntries(parameters))),
        ]);
        for (const response of responses) expect(once(answerAt(response, callback)).state).toBe(state);
      }),
      { seed: 20_261_121, numRuns: 150, examples: [[awkward]] },
    );
  });

  it("AZ-06 survives any target: registered query, fragment mode, form post (RFC 6749 §3.1.2)", () => {
    const uris = [
      "https://p.test",
      "https://p.test/cb?a=1",
      "https://p.test/cb?",
      "https://p.test/cb?a=%26&",
      "app.x:/cb",
    ];
    fc.assert(
      fc.property(states, fc.constantFrom(...uris), fc.constantFrom(...responseModes), (state, uri, mode) => {
        const target = { uri, mode, state, issuer: "https://auth.test" } as RedirectTarget;
        const location = redirectLocation(target, { code: "c&o=d+e" });
        expect(location.startsWith(uri)).toBe(true);
        const url = new URL(location);
        const answer =
          mode === "fragment" ? new URLSearchParams(location.slice(location.indexOf("#") + 1)) : url.searchParams;
        expect(answer.getAll("state")).toEqual([state]);
        expect(answer.getAll("code")).toEqual(["c&o=d+e"]);
        expect(answer.getAll("iss")).toEqual(["https://auth.test"]);
        expect(/^[\x21-\x7E]+$/.test(location)).toBe(true);
      }),
      { seed: 20_261_121, numRuns: 2000 },
    );
  });

  it("AZ-06 is not invented: absent or empty, it is not returned", async () => {
    for (const state of [undefined, ""]) {
      expect(once(answerAt(await authorize(context, client, { state }, cookie), callback))).not.toHaveProperty("state");
      const refused = await authorize(context, client, { state, prompt: "none" });
      expect(once(answerAt(refused, callback))).not.toHaveProperty("state");
    }
  });

  it("AZ-06 may be 2,048 long; beyond that the request is refused, and state is not cut", async () => {
    const longest = "s".repeat(2048);
    expect(once(answerAt(await authorize(context, client, { state: longest }, cookie), callback)).state).toBe(longest);
    const answer = once(answerAt(await authorize(context, client, { state: `${longest}s` }, cookie), callback));
    expect(answer).toMatchObject({ error: "invalid_request", state: `${longest}s` });
    expect(answer).not.toHaveProperty("code");
  });

  it("AZ-06 travels unchanged through the sign-in page", async () => {
    const user = await makeUser(context);
    const browser = new Browser(context.realm.hosts);
    const page = await browser.open(authorizeUrl(context, client, { state: awkward }));
    const back = await browser.submit(page, "sign-in-form", {
      identifier: user.email ?? "",
      password: "violet-harbour-quill-81",
    });
    expect(back.left).toBe(true);
    expect(back.url.searchParams.getAll("state")).toEqual([awkward]);
  });
});
