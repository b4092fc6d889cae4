import { expect } from "vitest";
import { type Module, module } from "../support/plan.ts";

const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  profile: ["name", "given_name", "family_name", "preferred_username"],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number"],
};

/** UserInfo shows what the scopes are for and nothing that other scopes are for; the ID token, none of it. */
const scopeModule = (name: string, scopes: readonly string[]): Module =>
  module(name, `UI-06 shows the claims of ${scopes.join(", ")} at UserInfo only`, async (trial) => {
    const scope = ["openid", ...scopes].join(" ");
    const { userInfo, tokens } = await (await trial.party()).signIn({ scope });
    expect((tokens.scope ?? scope).split(" ").toSorted(), "granted scope").toEqual(scope.split(" ").toSorted());
    for (const [known, claims] of Object.entries(claimsOfScope))
      for (const claim of claims)
        expect(userInfo[claim], claim).toEqual(scopes.includes(known) ? trial.person.claims[claim] : undefined);
  });

export const claims: readonly Module[] = [
  scopeModule("oidcc-scope-profile", ["profile"]),
  scopeModule("oidcc-scope-email", ["email"]),
  scopeModule("oidcc-scope-address", ["address"]),
  scopeModule("oidcc-scope-phone", ["phone"]),
  scopeModule("oidcc-scope-all", ["profile", "email", "address", "phone"]),

  module("oidcc-alternate-happy-flow", "AZ-03 takes parameters and scopes in any order", async (trial) => {
    const party = await trial.party();
    const usual = party.authorizationParameters({ scope: "email openid" });
    const reversed = new URLSearchParams([...usual].toReversed());
    const { userInfo } = await party.complete(await party.follow(reversed));
    expect(userInfo.email).toBe(trial.person.claims.email);
  }),

  module("oidcc-claims-essential", "AZ-15 returns a claim that the claims parameter asks for", async (trial) => {
    if (!trial.metadata.claims_parameter_supported) trial.skip("claims_parameter_supported is not advertised");
    const { userInfo } = await (await trial.party()).signIn({
      claims: JSON.stringify({ userinfo: { name: { essential: true } } }),
    });
    expect(userInfo.name).toBe(trial.person.claims.name);
    expect(userInfo).not.toHaveProperty("email");
  }),
];
