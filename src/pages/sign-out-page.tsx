import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm } from "./parts/form.tsx";
import { initialOf, plainText } from "./untrusted/plain-text.ts";

export interface SignOutPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  /** Parameters of the request that asked for the sign-out, to be posted again. */
  fields: Readonly<Record<string, string>>;
  userLabel?: string | undefined;
  clientName?: string | undefined;
}

/** Asks before a session ends that no trustworthy request asked to end. */
export function SignOutPage({ frame, action, csrf, fields, userLabel, clientName }: SignOutPageProps) {
  const texts = frame.texts.signOut;
  return (
    <Layout frame={frame} title={texts.title}>
      <div class="stack">
        <div class="head">
          {userLabel ? (
            <span class="seal" aria-hidden="true">
              {initialOf(userLabel, frame.language)}
            </span>
          ) : null}
          <h1>{texts.title}</h1>
          {userLabel ? (
            <p>
              <bdi>{plainText(userLabel)}</bdi>
            </p>
          ) : null}
          {clientName ? <p class="quiet">{texts.leadFor(plainText(clientName))}</p> : null}
          <p class="quiet">{texts.lead(plainText(frame.realmName))}</p>
        </div>
        <PostForm id="sign-out-form" action={action} fields={{ ...fields, csrf }}>
          <button id="sign-out-button" type="submit" class="button primary">
            {texts.submit}
          </button>
        </PostForm>
        <p class="aside small">{texts.stay}</p>
      </div>
    </Layout>
  );
}
