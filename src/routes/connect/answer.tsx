/** How an application hears what came of a consent: the four ways of contract §6, and our own page. */
import type { Client } from "../../domain/clients/client.ts";
import { answerFields, type ConsentAnswer, type ConsentOutcome } from "../../domain/vault/consent-answer.ts";
import { tellOfConnection } from "../../domain/vault/tell.ts";
import { Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import type { AppContext } from "../../http/env.ts";
import { logBug } from "../../http/log.ts";
import { sendPage } from "../../http/page.ts";
import { tellCode } from "../../http/refusal-headers.ts";
import { ConsentDonePage } from "../../pages/consent-done-page.tsx";
import { FormPostPage } from "../../pages/form-post-page.tsx";
import { connectPaths } from "./paths.ts";

export interface Told {
  readonly client: Client;
  readonly answer: ConsentAnswer;
  readonly provider: string;
  readonly userId: number;
}

export function sendAnswer(
  c: AppContext,
  { client, answer, provider, userId }: Told,
  outcome: ConsentOutcome,
): Response {
  const fields = answerFields(provider, answer, outcome);
  const { action, target } = answer;
  if (action === "redirect") return goTo(c, withFields(target, fields));
  if (action === "page") return goTo(c, pageAddress(client, userId, answer.state, outcome));
  if (action === "post")
    return sendPage(c, (frame) => <FormPostPage frame={frame} action={target} fields={fields} />, {
      formTargets: [target],
    });
  return sendPage(
    c,
    (frame) => (
      <ConsentDonePage
        frame={frame}
        way={action}
        origin={target ?? ""}
        connected={"oauthId" in outcome}
        message={fields}
      />
    ),
    { speaksToOpener: action === "postmessage" },
  );
}

/** Our own page again. `providers`: those that it was about. */
function pageAddress(client: Client, userId: number, providers: string | null, outcome: ConsentOutcome): string {
  const query = {
    public_key: client.clientId,
    user_id: String(userId),
    ...(providers === null ? {} : { providers }),
    ...("error" in outcome ? { error: outcome.error } : {}),
  };
  return withFields(connectPaths.page, query);
}

/** The address stays as it was registered, to the letter. */
const withFields = (address: string, fields: Record<string, string>): string =>
  `${address}${address.includes("?") ? "&" : "?"}${new URLSearchParams(fields)}`;

const goTo = (c: AppContext, location: string): Response =>
  c.body(null, c.req.method === "POST" ? 303 : 302, { location });

/** What the realm's operators have to hear of, since it is for them or the provider to mend. */
const faultsElsewhere: ReadonlySet<Reason> = new Set([
  "provider-unavailable",
  "provider-refused",
  "provider-answer-invalid",
]);

/** The application hears that it did not work, and why. Throws what is no refusal of ours. */
export async function refuseConsent(c: AppContext, told: Told, error: unknown): Promise<Response> {
  if (!(error instanceof Problem)) throw error;
  if (faultsElsewhere.has(error.reason)) logBug(c, error);
  const of = { provider: told.provider, clientId: told.client.clientId, oauthId: null };
  await tellOfConnection(c.get("realm"), told.userId, of, ["USER_CONSENT_FAILURE"], { reason: error.code });
  tellCode(c, error);
  return sendAnswer(c, told, { error: error.code });
}
