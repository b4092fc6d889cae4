import { describe, expect, it } from "vitest";
import { AuthorizationError } from "../../src/domain/authorization/authorization-error.ts";
import type { AuthorizationRequest, Prompt } from "../../src/domain/authorization/authorization-request.ts";
import { nextStep, type Standing } from "../../src/domain/authorization/next-step.ts";
import type { RedirectTarget } from "../../src/domain/authorization/redirect-target.ts";
import type { Client } from "../../src/domain/clients/client.ts";
import { clientMetadataSchema } from "../../src/domain/clients/metadata.ts";
import { Parameters } from "../../src/lib/parameters.ts";

const now = 1_800_000_000_000;
const begunAt = now - 5_000;
const minute = 60_000;

const client: Client = {
  integrationId: 1,
  clientId: "partner-1",
  name: "Partner",
  type: "confidential",
  firstParty: false,
  selfRegistered: false,
  registrationTokenHash: null,
  usedAt: null,
  secretHash: null,
  sealedSecret: null,
  metadata: clientMetadataSchema.parse({}),
  disabled: false,
  version: 1,
  createdAt: 0,
  updatedAt: 0,
};
const target = {
  uri: "https://partner.test/cb",
  mode: "query",
  state: null,
  issuer: "https://auth.test",
} as RedirectTarget;

interface Situation {
  prompt?: Prompt[];
  maxAge?: number;
  hint?: number;
  scopes?: string[];
  claimScopes?: string[];
  firstParty?: boolean;
  /** Minutes since the sign-in; undefined: nobody is signed in. 0: since the request began. */
  signedIn?: number;
  consented?: string[];
  pressed?: boolean;
  secondFactor?: AuthorizationRequest["secondFactor"];
  /** Has shown two factors; has a second one. */
  mfa?: boolean;
  enrolled?: boolean;
}

function decide({ prompt = [], maxAge, hint, scopes = ["openid"], firstParty = false, ...rest }: Situation) {
  const request: AuthorizationRequest = {
    client: { ...client, firstParty },
    target,
    errorTarget: null,
    scopes,
    codeChallenge: null,
    nonce: null,
    dpopJkt: null,
    resources: [],
    claims: null,
    claimScopes: rest.claimScopes ?? [],
    prompts: new Set(prompt),
    maxAgeSeconds: maxAge ?? null,
    secondFactor: rest.secondFactor ?? "not-asked",
    hintedUserId: hint ?? null,
    loginHint: null,
    uiLocales: null,
    parameters: new Parameters([]),
    pushed: null,
  };
  const { signedIn, consented = ["openid"], pressed = false } = rest;
  const authTime = signedIn === 0 ? begunAt + 1000 : now - (signedIn ?? 0) * minute;
  const amr = rest.mfa ? ["pwd", "otp", "mfa"] : ["pwd"];
  const standing: Standing | null =
    signedIn === undefined
      ? null
      : { userId: 7, sid: "s", authTime, amr, enrolled: rest.enrolled ?? rest.mfa ?? false, consented };
  try {
    const next = nextStep(request, standing, { begunAt, now, consentGiven: pressed });
    return next.step === "sign-in" ? `sign-in: ${next.why}` : next.step;
  } catch (error) {
    if (!(error instanceof AuthorizationError)) throw error;
    expect(error.target).toBe(target);
    return error.code;
  }
}

describe("nextStep (OIDC Core §3.1.2.1, §3.1.2.3, §3.1.2.4)", () => {
  it.each<[string, Situation, string]>([
    ["nobody is signed in", {}, "sign-in: nobody"],
    ["the user is signed in and has agreed before", { signedIn: 60 }, "respond"],
    ["the user has agreed to less", { signedIn: 60, scopes: ["openid", "email"] }, "consent"],
    ["the user has agreed to more", { signedIn: 60, consented: ["email", "openid", "phone"] }, "respond"],
    ["the user has agreed to nothing", { signedIn: 60, consented: [] }, "consent"],
    ["AZ-15 a claim is asked for whose scope was not agreed to", { signedIn: 60, claimScopes: ["profile"] }, "consent"],
    [
      "AZ-15 a claim is asked for whose scope was agreed to",
      { signedIn: 60, claimScopes: ["profile"], consented: ["openid", "profile"] },
      "respond",
    ],
    ["a client of the house needs no consent", { signedIn: 60, consented: [], firstParty: true }, "respond"],
    ["the button was pressed", { signedIn: 60, consented: [], pressed: true }, "respond"],
    ["the button was pressed, but nobody is signed in any more", { pressed: true }, "sign-in: nobody"],

    ["prompt=none, nobody", { prompt: ["none"] }, "login_required"],
    ["prompt=none, signed in", { prompt: ["none"], signedIn: 60 }, "respond"],
    ["prompt=none, without consent", { prompt: ["none"], signedIn: 60, consented: [] }, "consent_required"],
    ["prompt=none, too long ago", { prompt: ["none"], signedIn: 60, maxAge: 60 }, "login_required"],
    ["prompt=none, for somebody else", { prompt: ["none"], signedIn: 60, hint: 8 }, "login_required"],

    ["prompt=login, signed in before", { prompt: ["login"], signedIn: 60 }, "sign-in: again"],
    ["prompt=login, signed in since", { prompt: ["login"], signedIn: 0 }, "respond"],
    ["prompt=login, nobody", { prompt: ["login"] }, "sign-in: nobody"],
    ["prompt=select_account, signed in before", { prompt: ["select_account"], signedIn: 60 }, "sign-in: again"],
    ["prompt=select_account, signed in since", { prompt: ["select_account"], signedIn: 0 }, "respond"],

    ["prompt=consent, agreed before", { prompt: ["consent"], signedIn: 60 }, "consent"],
    ["prompt=consent, the house's own client", { prompt: ["consent"], signedIn: 60, firstParty: true }, "consent"],
    ["prompt=consent, button pressed", { prompt: ["consent"], signedIn: 60, pressed: true }, "respond"],
    ["prompt=login consent, signed in before", { prompt: ["login", "consent"], signedIn: 60 }, "sign-in: again"],
    ["prompt=login consent, signed in since", { prompt: ["login", "consent"], signedIn: 0 }, "consent"],
    [
      "prompt=login, agreed, but signed in before",
      { prompt: ["login"], signedIn: 60, pressed: true },
      "sign-in: again",
    ],

    ["max_age not reached", { maxAge: 3600, signedIn: 60 }, "respond"],
    ["max_age passed by a second", { maxAge: 3599, signedIn: 60 }, "sign-in: again"],
    ["max_age=0 always asks", { maxAge: 0, signedIn: 0.1 }, "sign-in: again"],
    ["max_age=0, signed in since", { maxAge: 0, signedIn: 0 }, "respond"],

    ["MF-14 two factors are asked for, one shown", { secondFactor: "needed", signedIn: 60 }, "second-factor"],
    ["MF-14 two factors are asked for and shown", { secondFactor: "needed", signedIn: 60, mfa: true }, "respond"],
    ["MF-14 two factors are asked for, nobody is signed in", { secondFactor: "needed" }, "sign-in: nobody"],
    [
      "MF-14 two factors are asked for of whoever has them, and one is shown",
      { secondFactor: "if-enrolled", signedIn: 60, enrolled: true },
      "second-factor",
    ],
    ["MF-14 two factors are asked for where there are none", { secondFactor: "if-enrolled", signedIn: 60 }, "respond"],
    [
      "MF-14 nothing but two factors will do, of somebody who has them",
      { secondFactor: "enrolled-only", signedIn: 60, enrolled: true },
      "second-factor",
    ],
    [
      "MF-14 nothing but two factors will do, of somebody who has shown them",
      { secondFactor: "enrolled-only", signedIn: 60, mfa: true },
      "respond",
    ],
    [
      "MF-14 nothing but two factors will do, of somebody who has none (OIDC Core §5.5.1.1)",
      { secondFactor: "enrolled-only", signedIn: 60 },
      "unmet_authentication_requirements",
    ],
    ["MF-14 a second factor that nobody asks for", { signedIn: 60, enrolled: true }, "respond"],
    [
      "MF-07 prompt=none, with a factor missing",
      { prompt: ["none"], secondFactor: "needed", signedIn: 60 },
      "interaction_required",
    ],
    [
      "MF-07 the button was pressed, with a factor missing",
      { secondFactor: "needed", signedIn: 60, consented: [], pressed: true },
      "second-factor",
    ],
    [
      "prompt=login comes before the second factor",
      { prompt: ["login"], secondFactor: "needed", signedIn: 60 },
      "sign-in: again",
    ],

    ["the hint names the user", { hint: 7, signedIn: 60 }, "respond"],
    ["the hint names somebody else", { hint: 8, signedIn: 60 }, "sign-in: somebody-else"],
    ["the hint names somebody else than who has just signed in", { hint: 8, signedIn: 0 }, "login_required"],
    ["the hint names somebody and nobody is signed in", { hint: 8 }, "sign-in: nobody"],
    ["the hint outranks consent", { hint: 8, signedIn: 60, pressed: true }, "sign-in: somebody-else"],
  ])("%s", (_, situation, expected) => {
    expect(decide(situation)).toBe(expected);
  });
});
