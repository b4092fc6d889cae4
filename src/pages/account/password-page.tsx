import { PostForm, TextField } from "../parts/form.tsx";
import { Panel } from "../parts/shell.tsx";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, AccountShell } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export interface PasswordPageProps {
  account: AccountFrame;
  hasPassword: boolean;
  /** Where a code can be sent to somebody who has no password. */
  address?: string | undefined;
  codeSent: boolean;
  /** In characters. */
  minLength: number;
  /** The way for those who do not know theirs. */
  forgotHref: string;
  problem?: { field: "current" | "code" | "password"; text: string } | undefined;
}

/** Changes the password; sets one for those who have none, by a code. */
export function PasswordPage(props: PasswordPageProps) {
  return (
    <AccountShell account={props.account} place="password">
      {props.hasPassword ? <Change {...props} /> : <FirstOne {...props} />}
    </AccountShell>
  );
}

function NewPassword({ account, minLength, problem }: PasswordPageProps) {
  const texts = account.frame.texts.accountPages.password;
  return (
    <TextField
      name="password"
      label={texts.next}
      type="password"
      autocomplete="new-password"
      hint={texts.minimum(minLength)}
      minLength={minLength}
      problem={problem?.field === "password" ? problem.text : undefined}
    />
  );
}

function Change(props: PasswordPageProps) {
  const { account, problem } = props;
  const texts = account.frame.texts.accountPages.password;
  return (
    <Panel id="change-password" title={texts.change} lead={texts.changeLead}>
      <PostForm id="password-form" action={accountPaths.password} fields={{ csrf: account.csrf }}>
        <TextField
          name="current"
          label={texts.current}
          type="password"
          autocomplete="current-password"
          problem={problem?.field === "current" ? problem.text : undefined}
        />
        <NewPassword {...props} />
        <button id="password-button" type="submit" class="button primary">
          {texts.submit}
        </button>
      </PostForm>
      <a id="forgot-link" href={safeHref(props.forgotHref)}>
        {texts.forgot}
      </a>
    </Panel>
  );
}

function FirstOne(props: PasswordPageProps) {
  const { account, address, problem } = props;
  const texts = account.frame.texts.accountPages.password;
  if (address === undefined)
    return (
      <Panel id="set-password" title={texts.set} lead={texts.setNoAddress}>
        <a id="profile-link" href={accountPaths.profile}>
          {account.frame.texts.accountPages.places.profile}
        </a>
      </Panel>
    );
  return (
    <Panel id="set-password" title={texts.set} lead={texts.setLead(plainText(address, 255))}>
      <PostForm id="password-code-form" action={accountPaths.passwordCode} fields={{ csrf: account.csrf }}>
        <button id="password-code-button" type="submit" class={props.codeSent ? "button" : "button primary"}>
          {texts.sendCode}
        </button>
      </PostForm>
      {props.codeSent ? (
        <PostForm id="set-password-form" action={accountPaths.setPassword} fields={{ csrf: account.csrf }}>
          <TextField
            name="code"
            label={texts.code}
            type="text"
            autocomplete="one-time-code"
            problem={problem?.field === "code" ? problem.text : undefined}
          />
          <NewPassword {...props} />
          <button id="set-password-button" type="submit" class="button primary">
            {texts.submitSet}
          </button>
        </PostForm>
      ) : null}
    </Panel>
  );
}
