import { UnsecuredJWT } from "jose";
import { expect } from "vitest";
import { type Module, module } from "../support/plan.ts";
import { RelyingParty, type SignedIn } from "../support/relying-party.ts";
import { afterSignOut } from "../support/target.ts";
import { askToSignOut, expectSignedIn, expectSignedOut, finishSignOut } from "./sign-out.ts";

/** Signs in, asks with these parameters to sign out, and agrees if asked. */
async function signOutWith(party: RelyingParty, parameters: (signedIn: SignedIn) => Readonly<Record<string, string>>) {
  const signedIn = await party.signIn();
  return finishSignOut(party, await askToSignOut(party, parameters(signedIn)));
}

/** A request that must not send anybody anywhere: refused, or answered without leaving the provider. */
const refusing = (
  name: string,
  proves: string,
  parameters: (signedIn: SignedIn) => Readonly<Record<string, string>>,
): Module =>
  module(name, proves, async (trial) => {
    const party = await trial.party();
    const { ended } = await signOutWith(party, parameters);
    expect(ended.at, "where the browser has come to").toBe("provider");
    if (ended.at === "provider") expect(["error", "signed-out"]).toContain(trial.target.kindOf(ended));
    if (ended.at === "provider" && trial.target.kindOf(ended) === "error") await expectSignedIn(party);
  });

/** A request without much to go by: the person is signed out, asked or not, and stays at the provider. */
const staying = (
  name: string,
  proves: string,
  parameters: (signedIn: SignedIn) => Readonly<Record<string, string>>,
): Module =>
  module(name, proves, async (trial) => {
    const party = await trial.party();
    const { ended } = await signOutWith(party, parameters);
    if (ended.at === "client") throw new Error(`the browser was sent to ${ended.url}`);
    expect(trial.target.kindOf(ended)).toBe("signed-out");
    await expectSignedOut(party);
  });

const hintOf = ({ tokens }: SignedIn): string => tokens.id_token ?? "";
const state = "sign-out state &=%é";

/** The same claims, signed by nobody. */
function unsigned(signedIn: SignedIn): string {
  return new UnsecuredJWT(signedIn.idToken).encode();
}

/** The same token with another signature. */
function otherSignature(signedIn: SignedIn): string {
  const [head, body, signature = ""] = hintOf(signedIn).split(".");
  return `${head}.${body}.${[...signature].toReversed().join("")}`;
}

export const rpInitiatedLogout: readonly Module[] = [
  module(
    "oidcc-rp-initiated-logout-discovery-endpoint-verification",
    "LO-01 advertises end_session_endpoint",
    async (trial) => {
      expect(trial.metadata.end_session_endpoint).toMatch(/^https:\/\//);
    },
  ),

  module(
    "oidcc-rp-initiated-logout",
    "LO-01 LO-09 signs out, and goes back with the state it came with",
    async (trial) => {
      for (const method of ["GET", "POST"] as const) {
        const party = await trial.party();
        const signedIn = await party.signIn();
        const thief = new RelyingParty(party.setting, party.agent.thief());
        const question = { id_token_hint: hintOf(signedIn), post_logout_redirect_uri: afterSignOut, state };
        const { ended } = await finishSignOut(party, await askToSignOut(party, question, method));
        if (ended.at === "provider") throw new Error(`stayed at ${ended.url.pathname} (${ended.status})`);
        expect([...ended.parameters]).toEqual([["state", state]]);
        expect(ended.url.href.split("?")[0]).toBe(afterSignOut);
        await expectSignedOut(party);
        // It is not enough that the browser has forgotten: whoever has kept its cookies is signed out too.
        await expectSignedOut(thief);
      }
    },
  ),

  module("oidcc-rp-initiated-logout-no-state", "LO-01 goes back without a state that was not sent", async (trial) => {
    const party = await trial.party();
    const { ended } = await signOutWith(party, (signedIn) => ({
      id_token_hint: hintOf(signedIn),
      post_logout_redirect_uri: afterSignOut,
    }));
    expect(ended.url.href).toBe(afterSignOut);
    await expectSignedOut(party);
  }),

  refusing(
    "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
    "LO-02 goes to no address that is not registered",
    (signedIn) => ({ id_token_hint: hintOf(signedIn), post_logout_redirect_uri: "https://evil.example/", state }),
  ),
  refusing(
    "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
    "LO-02 goes to no address with something added",
    (signedIn) => ({ id_token_hint: hintOf(signedIn), post_logout_redirect_uri: `${afterSignOut}?a=b`, state }),
  ),
  refusing(
    "oidcc-rp-initiated-logout-modified-id-token-hint",
    "LO-02 JWT-03 takes no hint that nobody has signed",
    (signedIn) => ({ id_token_hint: unsigned(signedIn), post_logout_redirect_uri: afterSignOut, state }),
  ),
  refusing(
    "oidcc-rp-initiated-logout-bad-id-token-hint",
    "LO-02 JWT-03 takes no hint with a wrong signature",
    (signedIn) => ({ id_token_hint: otherSignature(signedIn), post_logout_redirect_uri: afterSignOut, state }),
  ),
  refusing(
    "oidcc-rp-initiated-logout-no-id-token-hint",
    "LO-02 LO-04 goes nowhere for a request that does not say whose it is",
    () => ({ post_logout_redirect_uri: afterSignOut, state }),
  ),

  staying("oidcc-rp-initiated-logout-no-params", "LO-03 signs out without any parameters", () => ({})),
  staying("oidcc-rp-initiated-logout-only-state", "LO-03 signs out with a state alone, and sends it nowhere", () => ({
    state,
  })),
  staying(
    "oidcc-rp-initiated-logout-no-post-logout-redirect-uri",
    "LO-03 signs out with a hint, and stays",
    (signedIn) => ({ id_token_hint: hintOf(signedIn), state }),
  ),
];
