/** /api/auth/v1/users/linked-accounts: the accounts elsewhere that lead to one's own here; connect and disconnect them. */
import * as z from "zod";
import { limits } from "../../config/limits.ts";
import { getProvider, requireOpen } from "../../domain/federation/sign-in.ts";
import { emit } from "../../domain/webhooks/emit.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { isNavigation } from "../../http/page.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import { type CurrentSession, requireSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { refuseSocial } from "./social-refusal.tsx";
import { depart, parseReturn, returnQuerySchema } from "./social-start.ts";

export const linkedAccountsAnswerSchema = z.object({
  "linked-accounts": z.array(
    z.object({
      source: z.string().describe("The provider's name."),
      "source-id": z.string().describe("What it calls the account."),
      email: z.string().nullable().describe("The account's address there when it was connected."),
      "linked-at": z.int().describe("Milliseconds since the epoch."),
      status: z.enum(["active", "disabled"]),
    }),
  ),
});

export const departureSchema = z.object({ "authorization-url": z.string().describe("Where to send the browser.") });

export async function listLinkedAccounts(c: AppContext): Promise<Response> {
  const { claimed } = await requireSession(c);
  const links = await c.get("realm").linkedAccounts.listOf(claimed.userId);
  const answer: z.output<typeof linkedAccountsAnswerSchema> = {
    "linked-accounts": links.map(({ source, sourceId, metadata, linkedAt, status }) => ({
      source,
      "source-id": sourceId,
      email: typeof metadata.email === "string" ? metadata.email : null,
      "linked-at": linkedAt,
      status,
    })),
  };
  return c.json(answer);
}

/** Takes the browser to the provider; the callback connects the two. Whoever only found the browser open cannot add a way in for later. */
export async function connectAccount(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { claimed } = requireFresh(await requireSession(c));
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const back = parseReturn(c, validate(returnQuerySchema, Object.fromEntries(readQuery(c).entries()), "query-invalid"));
  const provider = await getProvider(context, c.req.param("provider") ?? "");
  requireOpen(provider);
  const linkTo = { userId: claimed.userId, sid: claimed.sid };
  if (!isNavigation(c)) return c.json({ "authorization-url": await depart(c, provider, { ...back, linkTo }) });
  try {
    return c.body(null, 303, { location: await depart(c, provider, { ...back, linkTo }) });
  } catch (error) {
    return refuseSocial(c, back, error);
  }
}

export async function disconnectAccount(c: AppContext): Promise<Response> {
  const { profile } = requireFresh(await requireSession(c));
  const context = c.get("realm");
  const source = c.req.param("provider") ?? "";
  const isHeard = context.realm.listensTo.has("account.unlinked");
  const links = isHeard ? await context.linkedAccounts.listOf(profile.id) : [];
  const outcome = await context.linkedAccounts.deleteUnlessLast(profile.id, source);
  if (outcome === "none") throw new Problem("linked-account-unknown");
  if (outcome === "last") throw new Problem("linked-account-last");
  for (const { sourceId } of links.filter((link) => link.source === source))
    emit(context, "account.unlinked", profile, { source, source_id: sourceId });
  return c.body(null, 204);
}

function requireFresh(current: CurrentSession): CurrentSession {
  const ageMs = Date.now() - current.session.authTime;
  if (ageMs > limits.recentAuthenticationSeconds * 1000) throw new Problem("reauthentication-required");
  return current;
}
