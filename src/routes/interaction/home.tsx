/** GET / on a domain of the realm: who is signed in here. */
import { originOf } from "../../domain/realms/realm.ts";
import { csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { sendPage } from "../../http/page.ts";
import { findSession } from "../../http/session.ts";
import { accountPaths } from "../../pages/account/paths.ts";
import { HomePage } from "../../pages/home-page.tsx";
import { interactionPaths } from "./paths.ts";

export async function home(c: AppContext): Promise<Response> {
  const { realm, config } = c.get("realm");
  const current = await findSession(c);
  const csrf = await csrfToken(c, ensureBrowserId(c));
  const host = hostOf(c.req.url);
  const siblings = realm.hosts
    .filter((sibling) => sibling !== host)
    .map((sibling) => ({ host: sibling, href: originOf(sibling, config) }));
  return sendPage(c, (frame) => (
    <HomePage
      frame={frame}
      user={current === null ? undefined : userOf(current.profile)}
      signInHref={interactionPaths.signIn}
      signUpHref={realm.settings.sign_up ? interactionPaths.signUp : undefined}
      twoFactorHref={
        realm.settings.tfa === "off" || current?.profile.tfaEnabled ? undefined : interactionPaths.twoFactorSetUp
      }
      accountHref={accountPaths.overview}
      signOutAction={interactionPaths.signOut}
      csrf={csrf}
      host={host}
      siblings={siblings}
    />
  ));
}

function userOf(profile: { id: number; name: string | null; email: string | null; username: string | null }) {
  return {
    label: profile.name ?? profile.email ?? profile.username ?? String(profile.id),
    email: profile.email ?? undefined,
  };
}
