import type { PageFrame } from "../frame.ts";
import { Layout } from "../layout.tsx";
import { WarningIcon } from "../look/icons.tsx";
import { PostForm } from "../parts/form.tsx";
import { consoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";

export interface ConsoleRefusedPageProps {
  frame: PageFrame;
  userLabel: string;
  signOutAction: string;
  csrf: string;
}

/** For somebody who is signed in and has no business in the console: says so, and what to do. */
export function ConsoleRefusedPage({ frame, userLabel, signOutAction, csrf }: ConsoleRefusedPageProps) {
  const { refused } = consoleTexts(frame.language);
  return (
    <Layout frame={frame} title={refused.title} failed>
      <div class="stack">
        <div class="head">
          <span class="seal">
            <WarningIcon />
          </span>
          <h1>{refused.title}</h1>
          <p>
            <strong>
              <bdi id="user-label">{plainText(userLabel)}</bdi>
            </strong>
          </p>
          <p class="quiet">{refused.lead}</p>
        </div>
        <p>{refused.next}</p>
        <PostForm id="sign-out-form" action={signOutAction} fields={{ csrf }}>
          <button id="sign-out-button" type="submit" class="button">
            {frame.texts.home.signOut}
          </button>
        </PostForm>
        <p class="row small">
          <a id="home-link" href="/">
            {refused.home}
          </a>
        </p>
      </div>
    </Layout>
  );
}
