import type { Child } from "hono/jsx";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { plainText } from "./untrusted/plain-text.ts";

export type LinkAccountProblem =
  | "wrong-password"
  | "wrong-code"
  | "password-missing"
  | "code-missing"
  | "password-expired"
  | "too-many-attempts"
  | "linked-elsewhere"
  | "session-limit";

export interface LinkAccountPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  redirectUrl?: string | undefined;
  /** What people know the main product by. */
  sourceLabel: string;
  /** What the product calls the person: name and id. */
  personName?: string | undefined;
  personId: string;
  /** The address that both accounts have. */
  email: string;
  /** The one who is signed in here to that very account; then a button is enough. */
  signedInAs?: string | undefined;
  /** A code is on its way. */
  codeSent?: boolean | undefined;
  /** New accounts are open. */
  offersFresh: boolean;
  problem?: LinkAccountProblem | undefined;
  retryAfterSeconds?: number | undefined;
}

const noticeId = "link-notice";

/** Connects a main product's account with the one here: posts `step` password, send, code, session or fresh. */
export function LinkAccountPage(props: LinkAccountPageProps) {
  const { frame, problem, codeSent, signedInAs, offersFresh } = props;
  const texts = frame.texts.linkAccount;
  return (
    <Layout frame={frame} title={texts.title} failed={problem !== undefined}>
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          <p class="quiet">{texts.lead(plainText(props.sourceLabel))}</p>
        </div>
        {problem || codeSent ? (
          <Notice id={noticeId} tone={problem ? "danger" : "info"}>
            <p>{problem ? problemText(props, problem) : texts.codeSent(plainText(props.email, 255))}</p>
          </Notice>
        ) : null}
        <Facts {...props} />
        <ConnectForm {...props} />
        <div class="actions">
          {signedInAs ? null : (
            <StepForm {...props} step="send">
              <button id="link-send-button" type="submit" class="button">
                {texts.sendCode}
              </button>
            </StepForm>
          )}
          {offersFresh ? (
            <StepForm {...props} step="fresh">
              <button id="link-fresh-button" type="submit" class="button" aria-describedby="link-fresh-hint">
                {texts.fresh}
              </button>
            </StepForm>
          ) : null}
        </div>
        {offersFresh ? (
          <p id="link-fresh-hint" class="quiet small">
            {texts.freshHint}
          </p>
        ) : null}
      </div>
    </Layout>
  );
}

function Facts({ frame, sourceLabel, personName, personId, email }: LinkAccountPageProps) {
  const texts = frame.texts.linkAccount;
  return (
    <dl class="facts">
      <div>
        <dt>{texts.from}</dt>
        <dd>
          <bdi id="link-source">{plainText(sourceLabel)}</bdi>
        </dd>
      </div>
      <div>
        <dt>{texts.there}</dt>
        <dd>
          <bdi id="link-person">{plainText(personName ?? personId, 255)}</bdi>
        </dd>
        {personName ? (
          <dd class="quiet small">
            <bdi id="link-person-id">{plainText(personId, 255)}</bdi>
          </dd>
        ) : null}
        <dd class="quiet small">{texts.caution}</dd>
      </div>
      <div>
        <dt>{texts.email}</dt>
        <dd>
          <bdi id="link-email">{plainText(email, 255)}</bdi>
        </dd>
      </div>
    </dl>
  );
}

type Step = "password" | "send" | "code" | "session" | "fresh";

function StepForm({
  action,
  csrf,
  redirectUrl,
  step,
  children,
}: LinkAccountPageProps & { step: Step; children?: Child }) {
  return (
    <PostForm id={`link-${step}-form`} action={action} fields={{ csrf, "redirect-url": redirectUrl, step }}>
      {children}
    </PostForm>
  );
}

/** Proves whose account it is: by the session there is, else by a code or the password. */
function ConnectForm(props: LinkAccountPageProps) {
  const { frame, problem, codeSent, signedInAs } = props;
  const texts = frame.texts.linkAccount;
  const asked = codeSent ? "code" : "password";
  return (
    <StepForm {...props} step={signedInAs ? "session" : asked}>
      {signedInAs ? (
        <p id="link-signed-in-as">{texts.signedInAs(plainText(signedInAs))}</p>
      ) : (
        <TextField
          name={asked}
          label={texts[asked]}
          type={codeSent ? "text" : "password"}
          autocomplete={codeSent ? "one-time-code" : "current-password"}
          describedBy={problem ? noticeId : undefined}
          focused
        />
      )}
      <button id="link-connect-button" type="submit" class="button primary">
        {texts.connect}
      </button>
    </StepForm>
  );
}

function problemText({ frame, retryAfterSeconds }: LinkAccountPageProps, problem: LinkAccountProblem): string {
  if (problem === "too-many-attempts" && retryAfterSeconds !== undefined)
    return frame.texts.signIn.tooManyAttemptsFor(retryAfterSeconds);
  return frame.texts.linkAccount.problems[problem];
}
