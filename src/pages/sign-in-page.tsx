import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { PasskeyButton } from "./parts/passkey-button.tsx";
import { type ProviderLink, ProviderLinks } from "./parts/provider-links.tsx";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export type SignInProblem =
  | "wrong-credentials"
  | "password-expired"
  | "too-many-attempts"
  | "expired"
  | "reauthenticate"
  | "provider-failed"
  | "provider-denied"
  | "link-required";

export interface SignInPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  /** Handle of the authorization request that waits for this sign-in. */
  interaction?: string | undefined;
  identifier?: string | undefined;
  clientName?: string | undefined;
  problem?: SignInProblem | undefined;
  retryAfterSeconds?: number | undefined;
  signUpHref?: string | undefined;
  forgotHref?: string | undefined;
  codeHref?: string | undefined;
  /** Where the browser goes when a passkey has worked; without it none is offered. */
  passkeyNext?: string | undefined;
  /** Where people may sign in with an account they have elsewhere. */
  providers?: readonly ProviderLink[] | undefined;
}

const problemId = "sign-in-problem";

/** Asks for identifier and password, and posts them as `identifier` and `password`. */
export function SignInPage(props: SignInPageProps) {
  const { frame, problem, identifier, clientName } = props;
  const texts = frame.texts.signIn;
  const title = problem === "reauthenticate" ? texts.reauthenticateTitle : texts.title;
  const failed = problem === "wrong-credentials" || problem === "password-expired" || problem === "too-many-attempts";
  const describedBy = failed ? problemId : undefined;
  return (
    <Layout frame={frame} title={title} failed={failed} aside={<SignUpHint {...props} />}>
      <div class="stack">
        <div class="head">
          <h1>{title}</h1>
          <p class="quiet">
            {clientName ? texts.leadFor(plainText(clientName)) : texts.lead(plainText(frame.realmName))}
          </p>
        </div>
        {problem ? (
          <Notice id={problemId} tone={failed || problem === "provider-failed" ? "danger" : "info"}>
            <p>{problemText(props, problem)}</p>
          </Notice>
        ) : null}
        <PostForm
          id="sign-in-form"
          action={props.action}
          fields={{ csrf: props.csrf, interaction: props.interaction }}
          describedBy={problem ? problemId : undefined}
        >
          <TextField
            name="identifier"
            label={texts.identifier}
            type="text"
            autocomplete={props.passkeyNext ? "username webauthn" : "username"}
            value={identifier}
            describedBy={describedBy}
            focused={!identifier}
          />
          <TextField
            name="password"
            label={texts.password}
            type="password"
            autocomplete="current-password"
            describedBy={describedBy}
            focused={Boolean(identifier)}
          />
          <button id="sign-in-button" type="submit" class="button primary">
            {texts.submit}
          </button>
        </PostForm>
        {props.passkeyNext ? (
          <PasskeyButton frame={frame} use="sign-in" label={texts.passkey} next={props.passkeyNext} />
        ) : null}
        <OtherWays {...props} />
        <ProviderLinks texts={frame.texts} providers={props.providers} />
      </div>
    </Layout>
  );
}

function problemText({ frame, retryAfterSeconds }: SignInPageProps, problem: SignInProblem): string {
  const texts = frame.texts.signIn;
  if (problem === "too-many-attempts" && retryAfterSeconds !== undefined) {
    return texts.tooManyAttemptsFor(retryAfterSeconds);
  }
  return texts.problems[problem];
}

function OtherWays({ frame, forgotHref, codeHref }: SignInPageProps) {
  const texts = frame.texts.recovery;
  const links = [
    { id: "code-link", href: safeHref(codeHref), text: texts.byCode.link },
    { id: "forgot-link", href: safeHref(forgotHref), text: texts.forgotLink },
  ].filter(({ href }) => href !== undefined);
  if (links.length === 0) return null;
  return (
    <p class="row small">
      {links.map(({ id, href, text }) => (
        <a id={id} href={href}>
          {text}
        </a>
      ))}
    </p>
  );
}

function SignUpHint({ frame, signUpHref }: SignInPageProps) {
  const href = safeHref(signUpHref);
  const texts = frame.texts.signIn;
  if (!href) return null;
  return (
    <p>
      {texts.noAccount}{" "}
      <a id="sign-up-link" href={href}>
        {texts.signUp}
      </a>
    </p>
  );
}
