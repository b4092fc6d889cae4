import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { PasskeyButton } from "./parts/passkey-button.tsx";
import { tooManyAttempts } from "./parts/too-many-attempts.ts";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export type TwoFactorProblem = "wrong-code" | "wrong-recovery-code" | "missing" | "too-many-attempts";

export interface TwoFactorPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction?: string | undefined;
  userLabel: string;
  /** What the user has: an authenticator app, recovery codes, passkeys of this host. */
  has: { readonly app: boolean; readonly recoveryCodes: boolean; readonly passkey: boolean };
  /** Where the user's other passkeys work. */
  elsewhere: readonly { readonly host: string; readonly href: string }[];
  /** Where the browser goes when a passkey has worked. */
  next: string;
  startOverHref: string;
  problem?: TwoFactorProblem | undefined;
  retryAfterSeconds?: number | undefined;
}

const problemId = "two-factor-problem";

/** Asks for the second factor, and posts it as `token` or `recovery-code`. */
export function TwoFactorPage(props: TwoFactorPageProps) {
  const { frame, has, problem } = props;
  const texts = frame.texts.secondFactor;
  const fields = { csrf: props.csrf, interaction: props.interaction };
  const lead = has.app ? texts.lead : has.recoveryCodes && !has.passkey ? texts.leadRecovery : texts.leadPasskey;
  const startOver = safeHref(props.startOverHref);
  const wrongRecoveryCode = problem === "wrong-recovery-code";
  return (
    <Layout
      frame={frame}
      title={texts.title}
      failed={problem !== undefined}
      aside={
        startOver ? (
          <a id="start-over-link" href={startOver}>
            {texts.startOver}
          </a>
        ) : null
      }
    >
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          <p class="quiet">{lead}</p>
          <p class="small">
            {texts.signedInAs} <bdi id="user-label">{plainText(props.userLabel)}</bdi>
          </p>
        </div>
        {problem ? (
          <Notice id={problemId} tone="danger">
            <p>{problemText(props, problem)}</p>
          </Notice>
        ) : null}
        {has.app ? (
          <PostForm id="two-factor-form" action={props.action} fields={fields}>
            <TextField
              name="token"
              label={texts.token}
              type="text"
              autocomplete="one-time-code"
              describedBy={problem && !wrongRecoveryCode ? problemId : undefined}
              focused={!wrongRecoveryCode}
            />
            <button id="two-factor-button" type="submit" class="button primary">
              {texts.submit}
            </button>
          </PostForm>
        ) : null}
        {has.passkey ? (
          <PasskeyButton frame={frame} use="second-factor" label={texts.passkey} next={props.next} />
        ) : null}
        {props.elsewhere.length > 0 ? (
          <p class="small">
            {texts.passkeyElsewhere}{" "}
            {props.elsewhere.map(({ host, href }) => (
              <a href={safeHref(href)}>
                <bdi>{plainText(host, 255)}</bdi>{" "}
              </a>
            ))}
          </p>
        ) : null}
        {has.recoveryCodes ? (
          <details class="more" open={wrongRecoveryCode || !(has.app || has.passkey)}>
            <summary>{texts.useRecoveryCode}</summary>
            <PostForm id="recovery-form" action={props.action} fields={fields}>
              <TextField
                name="recovery-code"
                label={texts.recoveryCode}
                hint={texts.recoveryHint}
                type="text"
                autocomplete="off"
                describedBy={wrongRecoveryCode ? problemId : undefined}
              />
              <button id="recovery-button" type="submit" class="button">
                {texts.submit}
              </button>
            </PostForm>
          </details>
        ) : null}
      </div>
    </Layout>
  );
}

function problemText({ frame, retryAfterSeconds }: TwoFactorPageProps, problem: TwoFactorProblem): string {
  if (problem !== "too-many-attempts") return frame.texts.secondFactor.problems[problem];
  return tooManyAttempts(frame.texts, retryAfterSeconds);
}
