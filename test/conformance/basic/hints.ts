import { expect } from "vitest";
import { type Module, module } from "../support/plan.ts";

/** Hints never make a request fail (OIDC Core §15.1), and what they say is not written into pages as it stands. */
const hintModule = (name: string, proves: string, parameters: Readonly<Record<string, string>>): Module =>
  module(name, proves, async (trial) => {
    await (await trial.party()).signIn(parameters);
    const hostile = Object.fromEntries(Object.keys(parameters).map((parameter) => [parameter, `"'><b id=injected>`]));
    // Some values have a grammar of their own, so that a refusal is as good.
    const { place } = await (await trial.party()).ask(hostile, { stopAt: "sign-in" });
    if (place.at === "provider") expect(place.html).not.toContain("<b id=injected>");
  });

export const hints: readonly Module[] = [
  hintModule("oidcc-display-page", "AZ-14 takes display=page", { display: "page" }),
  hintModule("oidcc-display-popup", "AZ-14 takes display=popup", { display: "popup" }),
  hintModule("oidcc-login-hint", "AZ-14 takes login_hint", { login_hint: "bob@example.com" }),
  hintModule("oidcc-ui-locales", "AZ-14 takes ui_locales", { ui_locales: "se fr-CA" }),
  hintModule("oidcc-claims-locales", "AZ-14 takes claims_locales", { claims_locales: "se" }),

  module(
    "oidcc-ensure-request-with-acr-values-succeeds",
    "AZ-14 takes acr_values and says what it was",
    async (trial) => {
      const known = trial.metadata.acr_values_supported?.at(-1) ?? "1";
      const { idToken } = await (await trial.party()).signIn({ acr_values: `${known} urn:example:unknown` });
      if (idToken.acr !== undefined) expect(idToken.acr).toBe(known);
    },
  ),

  module(
    "oidcc-ensure-request-with-unknown-parameter-succeeds",
    "AZ-03 ignores what it does not know",
    async (trial) => {
      await (await trial.party()).signIn({ extra: "foobar" }, { redeemWith: { extra: "foobar" } });
    },
  ),
];
