import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { FailureHead } from "./parts/sealed-head.tsx";
import type { Texts } from "./texts/index.ts";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export interface ErrorPageProps {
  frame: PageFrame;
  /** HTTP status of the response. */
  status: number;
  title: string;
  /** What the caller may know. */
  detail: string;
  /** The same in English and more exactly, where the reader's language has no sentence of its own for it. */
  technical?: string | undefined;
  requestId: string;
  errorCode: string;
  homeHref?: string | undefined;
}

/** Says what went wrong, what to do next, and what to quote when asking for help. */
export function ErrorPage({ frame, status, title, detail, technical, requestId, errorCode, homeHref }: ErrorPageProps) {
  const texts = frame.texts.error;
  const href = safeHref(homeHref);
  const heading = plainText(title, 120);
  return (
    <Layout frame={frame} title={heading} failed>
      <div class="stack">
        <FailureHead heading={heading} detail={detail} />
        <section class="stack tight" aria-labelledby="what-now">
          <h2 id="what-now">{texts.whatNow}</h2>
          <p>
            {nextStep(status, frame.texts)} {texts.ifItStays}
          </p>
        </section>
        <dl class="facts small">
          {technical && frame.texts.refusals ? (
            <div class="fact">
              <dt>{frame.texts.refusals.technical}</dt>
              <dd id="error-technical" lang="en" dir="ltr">
                {plainText(technical, 400)}
              </dd>
            </div>
          ) : null}
          <div class="fact">
            <dt>{texts.requestId}</dt>
            <dd>
              <code id="request-id">{plainText(requestId)}</code>
            </dd>
          </div>
          <div class="fact">
            <dt>{texts.errorCode}</dt>
            <dd>
              <code id="error-code">{plainText(errorCode)}</code>
            </dd>
          </div>
          <div class="fact">
            <dt>{texts.status}</dt>
            <dd>
              <code>{status}</code>
            </dd>
          </div>
        </dl>
        {href ? (
          <a id="home-link" class="button" href={href}>
            {texts.home}
          </a>
        ) : null}
      </div>
    </Layout>
  );
}

/** A title for what the status says, in the reader's language. */
export const errorTitle = (status: number, { error }: Texts): string => error.titles[kindOf(status)];

const nextStep = (status: number, { error }: Texts): string => error.next[kindOf(status)];

function kindOf(status: number): "request" | "forbidden" | "missing" | "busy" | "ours" {
  if (status === 429 || status === 503) return "busy";
  if (status >= 500) return "ours";
  if (status === 404) return "missing";
  return status === 403 ? "forbidden" : "request";
}
