/** /account/linked: accounts elsewhere that sign one in, at providers and main products. */
import { getProvider, requireOpen } from "../../domain/federation/sign-in.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { listAccounts, unlinkAccount } from "../../domain/sources/linked-accounts.ts";
import { sourceOf } from "../../domain/sources/source.ts";
import { parseRedirectUrl } from "../../domain/sso/return-address.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { postLater } from "../../http/messages/post-later.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { sendPage } from "../../http/page.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { requireFresh } from "../../http/session.ts";
import { LeavingPage, LinkedPage, type ShownLink } from "../../pages/account/linked-page.tsx";
import { accountPaths } from "../../pages/account/paths.ts";
import { depart } from "../session/social-start.ts";
import { accountForm, accountPage, done, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const context = c.get("realm");
  const user = await context.users.findById(visit.current.profile.id);
  if (user === null) throw new Problem("session-ended");
  const [accounts, rows, sources, providers] = await Promise.all([
    listAccounts(context, user, { by: "session", userId: user.id }),
    context.linkedAccounts.listOf(user.id),
    context.sources.list(),
    context.providers.listOpen(),
  ]);
  const labels = new Map([
    ...sources.map(sourceOf).map(({ name, label }) => [name, label] as const),
    ...providers.map(({ name, settings }) => [name, settings.label] as const),
  ]);
  const links = accounts.map((account): ShownLink => {
    const row = rows.find(({ source, sourceId }) => source === account.source && sourceId === account.sourceId);
    const email = row?.metadata.email;
    return {
      source: account.source,
      sourceId: account.sourceId,
      label: labels.get(account.source) ?? account.source,
      account: typeof email === "string" ? email : account.sourceId,
      linkedAt: account.linkedAt,
      active: account.status === "active",
      fixed: row === undefined,
    };
  });
  const offered = providers
    .filter(({ name }) => !accounts.some(({ source }) => source === name))
    .map(({ name, settings }) => ({ name, label: settings.label }));
  return sendAccountPage(c, visit, (account) => <LinkedPage account={account} links={links} offered={offered} />, {
    refusal,
  });
}

export const showLinked = accountPage("linked", show);

/** POST /account/linked/connect: away to the provider; its callback connects the two, and leads back here. */
export const connect = accountForm(
  "linked",
  async (c, { current }, form) => {
    const context = c.get("realm");
    const { claimed } = requireFresh(c, current);
    await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
    const provider = await getProvider(context, form.get("provider") ?? "");
    requireOpen(provider);
    const here = originOf(hostOf(c.req.url), context.config);
    const location = await depart(c, provider, {
      redirectUrl: parseRedirectUrl(context, `${accountPaths.linked}?done=account-linked`, here),
      failureUrl: parseRedirectUrl(context, accountPaths.linked, here),
      waiting: null,
      linkTo: { userId: claimed.userId, sid: claimed.sid },
    });
    c.header("refresh", `0;url=${location}`);
    return sendPage(c, (frame) => <LeavingPage frame={frame} label={provider.settings.label} href={location} />);
  },
  show,
);

/** POST /account/linked/disconnect */
export const disconnect = accountForm(
  "linked",
  async (c, { current }, form) => {
    const { profile } = requireFresh(c, current);
    const [source, sourceId] = [form.get("source") ?? "", form.get("source-id") ?? ""];
    await unlinkAccount(c.get("realm"), source, sourceId, { by: "session", userId: profile.id }, postLater(c));
    return done(c, "linked", "account-unlinked");
  },
  show,
);
