import { PostForm, TextField } from "../parts/form.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import { type AccountFrame, type AccountProblem, AccountShell, WhenFresh } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export interface TwoStepPageProps {
  account: AccountFrame;
  /** A password alone does not sign in. */
  on: boolean;
  app: boolean;
  recoveryCodesLeft: number;
  /** The realm's setting. */
  policy: "off" | "optional" | "required";
  problem?: { field: "token" | "recovery-code"; problem: AccountProblem } | undefined;
}

/** Two-step verification: an authenticator app, recovery codes, and how to turn it off. */
export function TwoStepPage(props: TwoStepPageProps) {
  const { account, on, app, policy } = props;
  const texts = account.frame.texts.accountPages;
  const isOffered = policy !== "off" || on;
  return (
    <AccountShell account={account} place="two-step" lead={texts.twoStep.lead}>
      <Panel id="state" title={texts.twoStep.state}>
        <Facts
          facts={[
            { term: texts.places["two-step"], value: on ? texts.on : texts.off, id: "two-step-state" },
            { term: texts.twoStep.app, value: app ? texts.on : texts.off, id: "app-state" },
            {
              term: texts.twoStep.codesLeft,
              value: on ? String(props.recoveryCodesLeft) : undefined,
              id: "codes-left",
            },
          ]}
        />
        {isOffered ? null : <p class="quiet">{texts.twoStep.offered}</p>}
      </Panel>
      {isOffered ? (
        <WhenFresh account={account} place="two-step">
          <Panel id="app" title={texts.twoStep.app}>
            <a id="set-up-link" class={app ? "button" : "button primary"} href={accountPaths.setUpTwoStep}>
              {app ? texts.twoStep.replace : texts.twoStep.setUp}
            </a>
          </Panel>
          {on ? (
            <Panel id="codes" title={texts.twoStep.codes} lead={texts.twoStep.codesLead}>
              <PostForm id="codes-form" action={accountPaths.recoveryCodes} fields={{ csrf: account.csrf }}>
                <button id="codes-button" type="submit" class="button">
                  {texts.twoStep.newCodes}
                </button>
              </PostForm>
            </Panel>
          ) : null}
          {on ? <TurnOff {...props} /> : null}
        </WhenFresh>
      ) : null}
    </AccountShell>
  );
}

function TurnOff({ account, app, policy, problem }: TwoStepPageProps) {
  const { twoStep: texts, problems } = account.frame.texts.accountPages;
  if (policy === "required")
    return (
      <Panel id="turn-off" title={texts.turnOff}>
        <p>{texts.required}</p>
      </Panel>
    );
  const problemOf = (field: "token" | "recovery-code") =>
    problem?.field === field ? problems[problem.problem] : undefined;
  return (
    <Panel id="turn-off" title={texts.turnOff} lead={texts.turnOffLead} tone="danger">
      <PostForm id="off-form" action={accountPaths.twoStepOff} fields={{ csrf: account.csrf }}>
        {app ? (
          <TextField
            name="token"
            label={texts.token}
            type="text"
            autocomplete="one-time-code"
            problem={problemOf("token")}
            optional
          />
        ) : null}
        <TextField
          name="recovery-code"
          label={texts.recoveryCode}
          type="text"
          autocomplete="off"
          problem={problemOf("recovery-code")}
          optional
        />
        <button id="off-button" type="submit" class="button danger">
          {texts.submitOff}
        </button>
      </PostForm>
    </Panel>
  );
}
