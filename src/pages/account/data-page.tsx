import type { PageFrame } from "../frame.ts";
import { Layout } from "../layout.tsx";
import { InfoIcon } from "../look/icons.tsx";
import { ConfirmForm } from "../parts/confirm-form.tsx";
import { PostForm } from "../parts/form.tsx";
import { EndHead } from "../parts/sealed-head.tsx";
import { Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, type AccountProblem, AccountShell, WhenFresh } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export interface DataPageProps {
  account: AccountFrame;
  /** What has to be typed before the account is deleted. */
  confirmation: string;
  problem?: AccountProblem | undefined;
}

/** Takes one's data along, and deletes the account. */
export function DataPage({ account, confirmation, problem }: DataPageProps) {
  const { data: texts, problems } = account.frame.texts.accountPages;
  return (
    <AccountShell account={account} place="data">
      <WhenFresh account={account} place="data">
        <Panel id="download" title={texts.download} lead={texts.downloadLead}>
          <PostForm id="download-form" action={accountPaths.download} fields={{ csrf: account.csrf }}>
            <button id="download-button" type="submit" class="button primary">
              {texts.submitDownload}
            </button>
          </PostForm>
        </Panel>
        <Panel id="delete-account" title={texts.remove} tone="danger">
          <p>{texts.removeLead}</p>
          <ul class="ticks">
            {texts.consequences.map((text) => (
              <li>
                <InfoIcon />
                <span>{text}</span>
              </li>
            ))}
          </ul>
          <ConfirmForm
            id="delete"
            action={accountPaths.deleteAccount}
            fields={{ csrf: account.csrf }}
            label={texts.submitRemove}
            typed={{ label: texts.type, word: confirmation, problem: problem ? problems[problem] : undefined }}
          />
        </Panel>
      </WhenFresh>
    </AccountShell>
  );
}

/** The last page. */
export function DeletedPage({ frame }: { frame: PageFrame }) {
  const texts = frame.texts.accountPages.deleted;
  return (
    <Layout frame={frame} title={texts.title}>
      <EndHead title={texts.title} titleId="deleted-title" lead={texts.lead(plainText(frame.realmName))} />
    </Layout>
  );
}
