/** /account/two-step: an authenticator app (RFC 6238) and recovery codes; the page that sets it up is the one on the way in. */
import { changeFactors, disableSecondFactor, renewRecoveryCodes } from "../../domain/second-factor/change-factors.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { accountPaths } from "../../pages/account/paths.ts";
import { TwoStepPage, type TwoStepPageProps } from "../../pages/account/two-step-page.tsx";
import { RecoveryCodesPage } from "../../pages/two-factor-set-up-page.tsx";
import { interactionPaths } from "../interaction/paths.ts";
import { sealWaitingPage, withSealed } from "../interaction/waiting-request.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { accountForm, accountPage, done, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const context = c.get("realm");
  const { profile } = visit.current;
  const factors = await context.objects.call(profile.id, (object) => object.factors(null));
  const problem = refusal === null ? undefined : fieldProblem(refusal, factors.sealedTotpSecret !== null);
  return sendAccountPage(
    c,
    visit,
    (account) => (
      <TwoStepPage
        account={account}
        on={profile.tfaEnabled}
        app={factors.sealedTotpSecret !== null}
        recoveryCodesLeft={factors.recoveryCodesLeft}
        policy={context.realm.settings.tfa}
        problem={problem}
      />
    ),
    { refusal, saysAtField: problem !== undefined && visit.current.profile.tfaEnabled },
  );
}

function fieldProblem({ problem, form }: Refusal, hasApp: boolean): TwoStepPageProps["problem"] {
  if (problem !== "wrong-code" && problem !== "code-missing") return undefined;
  const isToken = form.get("token") !== undefined || (hasApp && form.get("recovery-code") === undefined);
  return { field: isToken ? "token" : "recovery-code", problem };
}

export const showTwoStep = accountPage("two-step", show);

/** GET /account/two-step/set-up: to the page that shows the QR code, and back here from it. */
export const setUpTwoStep = accountPage("two-step", async (c) => {
  const sealed = await sealWaitingPage(c, accountPaths["two-step"]);
  return c.body(null, 303, { location: withSealed(interactionPaths.twoFactorSetUp, sealed) });
});

/** POST /account/two-step/codes: shown this once. */
export const makeRecoveryCodes = accountForm(
  "two-step",
  async (c, { current }) => {
    const codes = await renewRecoveryCodes(c.get("realm"), current.claimed);
    await notifyOwner(c, current.profile.id, "recovery-codes-renewed");
    return sendPage(c, (frame) => (
      <RecoveryCodesPage frame={frame} codes={codes} continueHref={accountPaths["two-step"]} />
    ));
  },
  show,
);

/** POST /account/two-step/off */
export const turnOff = accountForm(
  "two-step",
  async (c, { current }, form) => {
    const context = c.get("realm");
    // Before a code is judged, so that none is used up for nothing.
    await changeFactors(context, current.claimed, { kind: "nothing" });
    const typed = { token: form.get("token"), recoveryCode: form.get("recovery-code") };
    await disableSecondFactor(context, current.claimed, typed);
    await notifyOwner(c, current.profile.id, "tfa-disabled");
    return done(c, "two-step", "two-step-off");
  },
  show,
);
