import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { EndHead } from "./parts/sealed-head.tsx";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export type ResetProblem =
  | "email-missing"
  | "email-invalid"
  | "code-missing"
  | "otp-mismatch"
  | "password-missing"
  | "password-too-short"
  | "password-too-long"
  | "password-too-common"
  | "password-contains-context"
  | "password-unchanged"
  | "too-many-attempts";

const fieldNames = ["email", "code", "password"] as const;
type FieldName = (typeof fieldNames)[number];

export interface ResetPasswordPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction?: string | undefined;
  /** `link`: the browser came by a link that is still good, and only the password is asked for. */
  by: "code" | "link";
  email?: string | undefined;
  /** The password that was given at the sign-in had been set by somebody else. */
  isOwed?: boolean | undefined;
  /** A message was asked for just now. */
  isSent?: boolean | undefined;
  problem?: { field: FieldName | "form"; problem: ResetProblem } | undefined;
  /** In characters. */
  passwordMinLength: number;
  againHref: string;
}

const noticeId = "reset-notice";

/** Asks for a new password, and posts `by`, `email`, `code` and `password`. */
export function ResetPasswordPage(props: ResetPasswordPageProps) {
  const { frame, by, email, isSent, problem, passwordMinLength, againHref } = props;
  const texts = frame.texts.recovery.reset;
  const problemOf = (field: FieldName | "form") =>
    problem?.field === field ? problemText(frame, problem.problem, passwordMinLength) : undefined;
  const focused = problem === undefined ? firstEmpty(by, email) : problem.field;
  return (
    <Layout
      frame={frame}
      title={texts.title}
      failed={problem !== undefined}
      aside={props.isOwed ? undefined : <Again frame={frame} href={againHref} />}
    >
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          <p class="quiet">{props.isOwed ? texts.owedLead : texts.lead}</p>
          {by === "link" && email ? (
            <p>
              <strong>
                <bdi id="account">{plainText(email, 255)}</bdi>
              </strong>
            </p>
          ) : null}
        </div>
        {isSent && email ? (
          <Notice id={noticeId} tone="info">
            <p>{texts.sentTo(plainText(email, 255))}</p>
          </Notice>
        ) : null}
        {problemOf("form") ? (
          <Notice id={noticeId} tone="danger">
            <p>{problemOf("form")}</p>
          </Notice>
        ) : null}
        <PostForm
          id="reset-form"
          action={props.action}
          fields={{ csrf: props.csrf, interaction: props.interaction, by }}
          describedBy={isSent || problemOf("form") ? noticeId : undefined}
        >
          {by === "code" ? (
            <>
              <TextField
                name="email"
                label={texts.email}
                type="email"
                autocomplete="email"
                value={email}
                problem={problemOf("email")}
                focused={focused === "email"}
              />
              <TextField
                name="code"
                label={texts.code}
                type="text"
                autocomplete="one-time-code"
                problem={problemOf("code")}
                focused={focused === "code"}
              />
            </>
          ) : null}
          <TextField
            name="password"
            label={texts.password}
            type="password"
            autocomplete="new-password"
            hint={frame.texts.signUp.passwordHint(passwordMinLength)}
            minLength={passwordMinLength}
            problem={problemOf("password")}
            focused={focused === "password"}
          />
          <button id="reset-button" type="submit" class="button primary">
            {texts.submit}
          </button>
        </PostForm>
      </div>
    </Layout>
  );
}

function firstEmpty(by: "code" | "link", email: string | undefined): FieldName {
  if (by === "link") return "password";
  return email ? "code" : "email";
}

function problemText(frame: PageFrame, problem: ResetProblem, passwordMinLength: number): string {
  const { recovery, signUp } = frame.texts;
  if (problem === "password-too-short") return signUp.passwordTooShort(passwordMinLength);
  if (problem === "password-too-long" || problem === "password-too-common" || problem === "password-contains-context")
    return signUp.problems[problem];
  return recovery.reset.problems[problem];
}

function Again({ frame, href }: { frame: PageFrame; href: string }) {
  return (
    <p>
      <a id="again-link" href={safeHref(href)}>
        {frame.texts.recovery.reset.again}
      </a>
    </p>
  );
}

/** Says that the new password is set. Nobody is signed in by it. */
export function PasswordSetPage({ frame, signInHref }: { frame: PageFrame; signInHref: string }) {
  const texts = frame.texts.recovery.reset.done;
  return (
    <Layout frame={frame} title={texts.title}>
      <div class="stack">
        <EndHead title={texts.title} lead={texts.lead} />
        <a id="sign-in-link" class="button primary" href={safeHref(signInHref)}>
          {texts.signIn}
        </a>
      </div>
    </Layout>
  );
}
