import { expect } from "vitest";
import { type Module, module, seconds } from "../support/plan.ts";
import type { SignedIn } from "../support/relying-party.ts";

const authTimeOf = ({ idToken }: SignedIn): number => {
  expect(idToken.auth_time, "auth_time").toBeTypeOf("number");
  return Number(idToken.auth_time);
};

/** The same person, in the same session: nothing was shown and nothing has changed. */
function expectSameSession(first: SignedIn, second: SignedIn): void {
  expect(second.shown, "pages shown").toEqual([]);
  expect(second.idToken.sub).toBe(first.idToken.sub);
  expect(second.idToken.auth_time ?? first.idToken.auth_time).toBe(first.idToken.auth_time ?? second.idToken.auth_time);
  expect(second.code).not.toBe(first.code);
}

export const sessions: readonly Module[] = [
  module("oidcc-prompt-login", "AZ-11 asks for the password again", async (trial) => {
    const party = await trial.party();
    const first = await party.signIn({ max_age: "10000" });
    await seconds(1.1);
    const second = await party.signIn({ prompt: "login", max_age: "10000" });
    expect(second.shown).toContain("sign-in");
    expect(second.idToken.sub).toBe(first.idToken.sub);
    expect(authTimeOf(second)).toBeGreaterThan(authTimeOf(first));
  }),

  module("oidcc-prompt-none-not-logged-in", "AZ-09 shows nothing and says that nobody is signed in", async (trial) => {
    const party = await trial.party();
    const outcome = await party.ask({ prompt: "none" });
    expect(outcome.shown, "pages shown").toEqual([]);
    expect(["login_required", "interaction_required"]).toContain(party.error(outcome));
  }),

  module("oidcc-prompt-none-logged-in", "AZ-10 answers without a page while somebody is signed in", async (trial) => {
    const party = await trial.party();
    const first = await party.signIn();
    expectSameSession(first, await party.signIn({ prompt: "none" }));
    const stranger = party.besides((await trial.party()).setting.client);
    const outcome = await stranger.ask({ prompt: "none" });
    expect(outcome.shown, "pages shown to a client without consent").toEqual([]);
    expect(["consent_required", "interaction_required"]).toContain(stranger.error(outcome));
  }),

  module("oidcc-id-token-hint", "AZ-13 takes an ID token as a hint, and only one of its own", async (trial) => {
    const party = await trial.party();
    const first = await party.signIn();
    const hint = first.tokens.id_token ?? "";
    expectSameSession(first, await party.signIn({ prompt: "none", id_token_hint: hint }));
    const [head, body] = hint.split(".");
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
    for (const forged of [`${head}.${body}.${"A".repeat(342)}`, `${none}.${body}.`, `${head}.${body}.`]) {
      const outcome = await party.ask({ prompt: "none", id_token_hint: forged });
      expect(
        outcome.shown.filter((kind) => kind !== "error"),
        "pages shown",
      ).toEqual([]);
      if (outcome.place.at === "client") expect(party.error(outcome)).toMatch(/^(?:invalid_request|login_required)$/);
    }
  }),

  module("oidcc-max-age-1", "AZ-12 asks again when the sign-in is older than max_age", async (trial) => {
    const party = await trial.party();
    const first = await party.signIn({ max_age: "10000" });
    await seconds(2.1);
    const second = await party.signIn({ max_age: "1" });
    expect(second.shown).toContain("sign-in");
    expect(second.idToken.sub).toBe(first.idToken.sub);
    expect(authTimeOf(second)).toBeGreaterThan(authTimeOf(first));
    expect(Date.now() / 1000 - authTimeOf(second), "seconds since the sign-in").toBeLessThan(30);
  }),

  module("oidcc-max-age-10000", "AZ-12 asks nothing while the sign-in is younger than max_age", async (trial) => {
    const party = await trial.party();
    const first = await party.signIn({ max_age: "15000" });
    await seconds(1.1);
    const second = await party.signIn({ max_age: "10000" });
    expectSameSession(first, second);
    expect(authTimeOf(second)).toBe(authTimeOf(first));
  }),
];
