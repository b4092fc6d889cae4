/** /api/auth/v1/users/linked-accounts: the accounts elsewhere that lead to one's own here; connect and disconnect them. */
import * as z from "zod";
import { disconnectProvider } from "../../domain/federation/disconnect-provider.ts";
import { getProvider, requireOpen } from "../../domain/federation/sign-in.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { isNavigation } from "../../http/navigation.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readQuery } from "../../http/read-body.ts";
import { requireFresh, requireSession } from "../../http/session.ts";
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
  const { claimed } = requireFresh(c, await requireSession(c));
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
  const { profile } = requireFresh(c, await requireSession(c));
  await disconnectProvider(c.get("realm"), profile, c.req.param("provider") ?? "", postLater(c));
  return c.body(null, 204);
}
