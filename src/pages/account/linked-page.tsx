import type { PageFrame } from "../frame.ts";
import { Layout } from "../layout.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { PostForm } from "../parts/form.tsx";
import { Panel } from "../parts/shell.tsx";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, AccountShell, Moment, WhenFresh } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export interface ShownLink {
  source: string;
  sourceId: string;
  /** What people know the source by. */
  label: string;
  /** The account's address or id there. */
  account: string;
  /** Milliseconds since the epoch. */
  linkedAt: number;
  active: boolean;
  /** Made by the site itself, so that nobody can take it away here. */
  fixed: boolean;
}

export interface LinkedPageProps {
  account: AccountFrame;
  links: readonly ShownLink[];
  /** Providers that are not connected yet. */
  offered: readonly { name: string; label: string }[];
}

/** Accounts elsewhere that sign one in. */
export function LinkedPage({ account, links, offered }: LinkedPageProps) {
  const texts = account.frame.texts.accountPages.linked;
  return (
    <AccountShell account={account} place="linked" lead={texts.lead}>
      <Panel id="links" title={texts.list}>
        <DataTable
          id="link-table"
          caption={texts.list}
          captionUnseen
          columns={[texts.source, texts.account, texts.since, { label: texts.change, plain: true }]}
          rows={links.map((link, index) => ({
            id: `link-${index}`,
            cells: [
              <>
                <bdi>{plainText(link.label)}</bdi> {link.active ? null : <span class="tag">{texts.disabled}</span>}
              </>,
              <bdi>{plainText(link.account, 255)}</bdi>,
              <Moment account={account} at={link.linkedAt} />,
              account.fresh && !link.fixed ? (
                <PostForm
                  id={`disconnect-${index}-form`}
                  action={accountPaths.disconnect}
                  fields={{ csrf: account.csrf, source: link.source, "source-id": link.sourceId }}
                >
                  <button
                    id={`disconnect-${index}-button`}
                    type="submit"
                    class="button slim"
                    aria-label={texts.disconnectNamed(plainText(link.label))}
                  >
                    {texts.disconnect}
                  </button>
                </PostForm>
              ) : null,
            ],
          }))}
          empty={texts.empty}
        />
      </Panel>
      {links.length + offered.length > 0 ? (
        <WhenFresh account={account} place="linked">
          {offered.length > 0 ? (
            <Panel id="more" title={texts.more}>
              <div class="actions">
                {offered.map(({ name, label }) => (
                  <PostForm
                    id={`connect-${name}-form`}
                    action={accountPaths.connect}
                    fields={{ csrf: account.csrf, provider: name }}
                  >
                    <button id={`connect-${name}-button`} type="submit" class="button">
                      {texts.connect(plainText(label))}
                    </button>
                  </PostForm>
                ))}
              </div>
            </Panel>
          ) : null}
        </WhenFresh>
      ) : null}
    </AccountShell>
  );
}

/** On the way to a provider. A form may not lead there itself, for the policy of its page lets it lead nowhere else. */
export function LeavingPage({ frame, label, href }: { frame: PageFrame; label: string; href: string }) {
  const texts = frame.texts.accountPages.linked;
  const title = texts.going(plainText(label));
  return (
    <Layout frame={frame} title={title}>
      <div class="stack">
        <div class="head">
          <h1>{title}</h1>
          <p class="quiet">{texts.goingLead}</p>
        </div>
        <a id="go-link" class="button primary" href={safeHref(href)}>
          {texts.go}
        </a>
      </div>
    </Layout>
  );
}
