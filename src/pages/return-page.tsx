import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm } from "./parts/form.tsx";
import { FailureHead } from "./parts/sealed-head.tsx";
import { hostOf, safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export interface ReturnPageProps {
  frame: PageFrame;
  title: string;
  /** What was refused. */
  detail: string;
  /** The same in English and more exactly, where the reader's language has no sentence of its own for it. */
  technical?: string | undefined;
  /** The address to go back to, the answer included unless `fields` has it. */
  href: string;
  /** The answer, where it is sent by a form; null where it is in the address. */
  fields: Readonly<Record<string, string>> | null;
}

/** Says what was refused, and where the way back leads before anybody goes there. */
export function ReturnPage({ frame, title, detail, technical, href, fields }: ReturnPageProps) {
  const texts = frame.texts.returnTo;
  const heading = plainText(title, 120);
  const host = plainText(hostOf(href) ?? "", 255);
  return (
    <Layout frame={frame} title={heading} failed>
      <div class="stack">
        <FailureHead heading={heading} detail={detail} />
        <dl class="facts">
          <div>
            <dt>{texts.leadsTo}</dt>
            <dd>
              <bdi id="return-host">{host}</bdi>
            </dd>
            <dd class="quiet small">{texts.caution}</dd>
          </div>
          {technical && frame.texts.refusals ? (
            <div>
              <dt>{frame.texts.refusals.technical}</dt>
              <dd id="error-technical" class="quiet small" lang="en" dir="ltr">
                {plainText(technical, 400)}
              </dd>
            </div>
          ) : null}
        </dl>
        {fields === null ? (
          <a id="return-link" class="button" href={safeHref(href)} rel="noreferrer">
            {texts.goBack}
          </a>
        ) : (
          <PostForm id="return-form" action={href} fields={fields}>
            <button id="return-button" type="submit" class="button">
              {texts.goBack}
            </button>
          </PostForm>
        )}
      </div>
    </Layout>
  );
}
