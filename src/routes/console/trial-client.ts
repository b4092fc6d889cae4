// What an application's settings say about a trial of it: whether there can be one, with what, and which steps.
import type * as z from "zod";
import type { Field } from "../../pages/console/field.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import type { clientSchema } from "../admin/client-json.ts";
import type { TrialAuth, TrialStep } from "./trial-calls.ts";
import type { TrialRun } from "./trial-run.ts";

export type TriedClient = z.output<typeof clientSchema>;

function authOf({ type, token_endpoint_auth_method: method, profile }: TriedClient): TrialAuth | "keys" {
  if (method === "private_key_jwt" || profile === "fapi2") return "keys";
  if (type === "public") return "none";
  return method === "client_secret_post" ? "post" : "basic";
}

/** Why it cannot be tried here; null when it can. */
export function impossible(client: TriedClient): keyof ConsoleTexts["trial"]["impossible"] | null {
  if (client.disabled) return "disabled";
  if (!client.grant_types.includes("authorization_code")) return "grant";
  if (authOf(client) === "keys") return "keys";
  return client.dpop_bound_access_tokens ? "dpop" : null;
}

/** What is asked before a trial. */
export const fieldsOf = (client: TriedClient, { trial }: ConsoleTexts): Field[] => [
  {
    name: "scope",
    kind: "text",
    label: trial.scopes,
    hint: trial.scopesHint,
    value: client.scopes.filter((scope) => ["openid", "profile", "email", "offline_access"].includes(scope)).join(" "),
    required: true,
  },
  {
    name: "prompt",
    kind: "select",
    label: trial.prompt,
    choices: [
      { value: "", label: trial.promptNone },
      { value: "login", label: trial.promptLogin },
      { value: "consent", label: trial.promptConsent },
    ],
    value: "",
  },
  ...(client.type === "confidential"
    ? [
        {
          name: "secret",
          kind: "secret",
          label: trial.secret,
          hint: trial.secretHint,
          value: "",
          required: true,
        } as const,
      ]
    : []),
];

export const authFor = (client: TriedClient): TrialAuth => {
  const auth = authOf(client);
  return auth === "keys" ? "none" : auth;
};

/** What a step needs before it can be taken. */
export const stepsOf = (client: TriedClient, run: TrialRun): TrialStep[] => {
  const steps: TrialStep[] = [];
  if (run.accessToken !== undefined) steps.push("userinfo");
  if (run.accessToken !== undefined && client.type === "confidential") steps.push("introspect");
  if (run.refreshToken !== undefined) steps.push("refresh", "revoke");
  if (run.accessToken !== undefined) steps.push("revokeAccess");
  return steps;
};
