import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { PageFrame } from "../frame.ts";
import { Panel, Shell, type ShellNotice } from "../parts/shell.tsx";
import { accountLiveScript } from "./live-script.ts";
import { type AccountPlace, accountPaths, accountPlaces } from "./paths.ts";

/** What every page of the account is given. */
export interface AccountFrame {
  frame: PageFrame;
  csrf: string;
  userLabel: string;
  signOutAction: string;
  /** Its user signed in a moment ago, and may change what matters. */
  fresh: boolean;
  /** IANA name, for times. */
  timeZone: string;
  notice?: ShellNotice | undefined;
}

export type AccountProblem = keyof PageFrame["texts"]["accountPages"]["problems"];
export type AccountDone = keyof PageFrame["texts"]["accountPages"]["done"];

interface AccountShellProps {
  account: AccountFrame;
  place: AccountPlace;
  title?: string;
  lead?: Child;
  children?: Child;
}

/** The frame of one's own pages: where they lead, who is signed in, and word of it when the session is ended elsewhere. */
export function AccountShell({ account, place, title, lead, children }: AccountShellProps) {
  const { frame } = account;
  const texts = frame.texts.accountPages;
  return (
    <Shell
      frame={frame}
      title={title ?? texts.places[place]}
      lead={lead}
      navigationLabel={texts.navigation}
      navigation={[{ places: accountPlaces.map((id) => ({ id, href: accountPaths[id], label: texts.places[id] })) }]}
      current={place}
      homeHref={accountPaths.overview}
      user={{ label: account.userLabel, signOutAction: account.signOutAction, csrf: account.csrf }}
      notice={account.notice}
    >
      {children}
      <script nonce={frame.nonce}>{raw(accountLiveScript)}</script>
    </Shell>
  );
}

/** Its children to somebody who signed in a moment ago; to others the way there and back. */
export function WhenFresh({
  account,
  place,
  children,
}: {
  account: AccountFrame;
  place: AccountPlace;
  children?: Child;
}) {
  if (account.fresh) return <>{children}</>;
  const texts = account.frame.texts.accountPages.confirm;
  return (
    <Panel id="confirm" title={texts.title} lead={texts.lead}>
      <a id="confirm-link" class="button primary" href={`${accountPaths.confirm}?to=${place}`}>
        {texts.submit}
      </a>
    </Panel>
  );
}

/** A moment in the reader's language and time. `at`: milliseconds since the epoch. */
export function Moment({ account, at }: { account: AccountFrame; at: number }) {
  const format = new Intl.DateTimeFormat(account.frame.language, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: account.timeZone,
  });
  return <time datetime={new Date(at).toISOString()}>{format.format(at)}</time>;
}
