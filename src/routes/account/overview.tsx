/** GET /account, and the two ways on from it: being asked again, and having been signed out. */
import { originOf } from "../../domain/realms/realm.ts";
import { ownDataOf } from "../../domain/users/own-data.ts";
import { PageError } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { sendPage } from "../../http/page.ts";
import { readQuery } from "../../http/read-body.ts";
import { findSession } from "../../http/session.ts";
import { AccountOverviewPage } from "../../pages/account/overview-page.tsx";
import { accountPaths, isAccountPlace } from "../../pages/account/paths.ts";
import { SignedOutPage } from "../../pages/signed-out-page.tsx";
import { accountPage, askAgain, sendAccountPage } from "./visit.tsx";

export const showOverview = accountPage("overview", async (c, visit) => {
  const context = c.get("realm");
  const { realm, config } = context;
  const data = await ownDataOf(context, visit.current.profile.id);
  const { profile } = data;
  const here = hostOf(c.req.url);
  return sendAccountPage(c, visit, (account) => (
    <AccountOverviewPage
      account={account}
      name={profile.name ?? undefined}
      username={profile.username ?? undefined}
      email={profile.email === null ? undefined : { value: profile.email, confirmed: profile.emailVerified }}
      phone={
        profile.phoneNumber === null ? undefined : { value: profile.phoneNumber, confirmed: profile.phoneVerified }
      }
      avatarUrl={profile.avatarUrl ?? undefined}
      createdAt={profile.createdAt}
      hasPassword={data.hasPassword}
      passkeys={data.passkeys.length}
      twoStep={data.profile.tfaEnabled}
      offersTwoStep={realm.settings.tfa !== "off"}
      devices={data.sessions.length}
      linked={data.links.length}
      apps={data.consents.length}
      sites={realm.hosts.filter((host) => host !== here).map((host) => ({ host, href: originOf(host, config) }))}
    />
  ));
});

/** GET /account/confirm?to=: asks whoever is signed in for proof once more, and comes back. */
export function confirmAgain(c: AppContext): Promise<Response> {
  const to = readQuery(c).get("to");
  if (!isAccountPlace(to)) throw new PageError("not-found");
  return askAgain(c, to);
}

/** GET /account/ended: where a page goes whose session was ended elsewhere. */
export async function showEnded(c: AppContext): Promise<Response> {
  if ((await findSession(c)) !== null) return c.body(null, 303, { location: accountPaths.overview });
  return sendPage(c, (frame) => (
    <SignedOutPage frame={frame} reason="session-ended-elsewhere" continueHref={accountPaths.overview} />
  ));
}
