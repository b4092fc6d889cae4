import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export type SignInCodeProblem =
  | "recipient-missing"
  | "recipient-invalid"
  | "code-missing"
  | "otp-mismatch"
  | "too-many-attempts"
  | "expired"
  | "not-allowed";

export interface SignInCodePageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction?: string | undefined;
  /** Where a code was sent; without it, the page asks where to. */
  sentTo?: string | undefined;
  /** As it was typed, when no code was sent there. */
  recipient?: string | undefined;
  problem?: SignInCodeProblem | undefined;
  retryAfterSeconds?: number | undefined;
  signInHref: string;
  againHref: string;
}

const noticeId = "code-notice";

/** Signing in by a code: asks where to send it (`recipient`), then for the six digits (`code`); `step` says which. */
export function SignInCodePage(props: SignInCodePageProps) {
  const { frame, problem, sentTo } = props;
  const texts = frame.texts.recovery.byCode;
  return (
    <Layout frame={frame} title={texts.title} failed={problem !== undefined} aside={<Ways {...props} />}>
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          {sentTo ? null : <p class="quiet">{texts.lead}</p>}
        </div>
        {problem || sentTo ? (
          <Notice id={noticeId} tone={problem ? "danger" : "info"}>
            <p>{problem ? problemText(props, problem) : texts.sentTo(plainText(sentTo ?? "", 255))}</p>
          </Notice>
        ) : null}
        {sentTo ? <CodeForm {...props} /> : <AskForm {...props} />}
      </div>
    </Layout>
  );
}

function AskForm({ frame, action, csrf, interaction, recipient, problem }: SignInCodePageProps) {
  const texts = frame.texts.recovery.byCode;
  return (
    <PostForm id="code-ask-form" action={action} fields={{ csrf, interaction, step: "send" }}>
      <TextField
        name="recipient"
        label={texts.recipient}
        type="text"
        autocomplete="username"
        value={recipient}
        describedBy={problem ? noticeId : undefined}
        focused
      />
      <button id="code-ask-button" type="submit" class="button primary">
        {texts.send}
      </button>
    </PostForm>
  );
}

function CodeForm({ frame, action, csrf, interaction, problem }: SignInCodePageProps) {
  const texts = frame.texts.recovery.byCode;
  return (
    <PostForm
      id="code-form"
      action={action}
      fields={{ csrf, interaction, step: "check" }}
      describedBy={problem ? undefined : noticeId}
    >
      <TextField
        name="code"
        label={texts.code}
        type="text"
        autocomplete="one-time-code"
        describedBy={problem ? noticeId : undefined}
        focused
      />
      <button id="code-button" type="submit" class="button primary">
        {texts.submit}
      </button>
    </PostForm>
  );
}

function problemText({ frame, retryAfterSeconds }: SignInCodePageProps, problem: SignInCodeProblem): string {
  if (problem === "too-many-attempts" && retryAfterSeconds !== undefined)
    return frame.texts.signIn.tooManyAttemptsFor(retryAfterSeconds);
  return frame.texts.recovery.byCode.problems[problem];
}

function Ways({ frame, sentTo, againHref, signInHref }: SignInCodePageProps) {
  const texts = frame.texts.recovery.byCode;
  return (
    <p class="row">
      {sentTo ? (
        <a id="again-link" href={safeHref(againHref)}>
          {texts.again}
        </a>
      ) : null}
      <a id="sign-in-link" href={safeHref(signInHref)}>
        {texts.back}
      </a>
    </p>
  );
}
