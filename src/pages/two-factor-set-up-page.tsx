import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { PasskeyButton } from "./parts/passkey-button.tsx";
import { RecoveryCodes } from "./parts/recovery-codes.tsx";
import { tooManyAttempts } from "./parts/too-many-attempts.ts";
import type { TwoFactorProblem } from "./two-factor-page.tsx";

export interface TwoFactorSetUpPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction?: string | undefined;
  /** A `data:` address of ours. */
  qrCode: string;
  /** The same secret in base32. */
  secret: string;
  /** Nobody signs in here without it. */
  required: boolean;
  next: string;
  problem?: Exclude<TwoFactorProblem, "wrong-recovery-code"> | undefined;
  retryAfterSeconds?: number | undefined;
}

const problemId = "set-up-problem";

/** Shows a secret to an authenticator app, and asks for its first code as `token`. */
export function TwoFactorSetUpPage(props: TwoFactorSetUpPageProps) {
  const { frame, problem } = props;
  const texts = frame.texts.secondFactor;
  return (
    <Layout frame={frame} title={texts.setUp.title} failed={problem !== undefined}>
      <div id="set-up" class="stack">
        <div class="head">
          <h1>{texts.setUp.title}</h1>
          <p class="quiet">{props.required ? texts.setUp.leadRequired : texts.setUp.lead}</p>
        </div>
        {problem ? (
          <Notice id={problemId} tone="danger">
            <p>{problemText(props, problem)}</p>
          </Notice>
        ) : null}
        <figure class="stack tight">
          <figcaption>{texts.setUp.scan}</figcaption>
          <img id="qr-code" class="qr" src={props.qrCode} alt={texts.setUp.qrCode} width={208} height={208} />
        </figure>
        <p>
          {texts.setUp.orType} <code id="totp-secret">{grouped(props.secret)}</code>
        </p>
        <PostForm id="set-up-form" action={props.action} fields={{ csrf: props.csrf, interaction: props.interaction }}>
          <TextField
            name="token"
            label={texts.setUp.token}
            type="text"
            autocomplete="one-time-code"
            describedBy={problem ? problemId : undefined}
          />
          <button id="set-up-button" type="submit" class="button primary">
            {texts.setUp.submit}
          </button>
        </PostForm>
        <PasskeyButton frame={frame} use="registration" label={texts.setUp.passkeyInstead} next={props.next} />
      </div>
      <div id="kept-codes" class="stack" hidden>
        <h2 id="codes-title" tabindex={-1}>
          {texts.codes.title}
        </h2>
        <RecoveryCodes frame={frame} codes={[]} continueHref={props.next} />
      </div>
    </Layout>
  );
}

export interface RecoveryCodesPageProps {
  frame: PageFrame;
  codes: readonly string[];
  continueHref: string;
}

/** Shows the recovery codes, this once. */
export function RecoveryCodesPage({ frame, codes, continueHref }: RecoveryCodesPageProps) {
  const { title } = frame.texts.secondFactor.codes;
  return (
    <Layout frame={frame} title={title}>
      <div class="stack">
        <div class="head">
          <h1>{title}</h1>
        </div>
        <RecoveryCodes frame={frame} codes={codes} continueHref={continueHref} />
      </div>
    </Layout>
  );
}

/** In fours, as people read it off. */
const grouped = (secret: string): string => secret.replaceAll(/.{4}(?=.)/g, "$& ");

function problemText(
  { frame, retryAfterSeconds }: TwoFactorSetUpPageProps,
  problem: NonNullable<TwoFactorSetUpPageProps["problem"]>,
): string {
  if (problem !== "too-many-attempts") return frame.texts.secondFactor.problems[problem];
  return tooManyAttempts(frame.texts, retryAfterSeconds);
}
