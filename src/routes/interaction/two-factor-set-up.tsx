/** The hosted page that sets an authenticator app or a passkey up as second factor. */
import { userIdOf } from "../../domain/second-factor/asker.ts";
import {
  beginTotpSetUp,
  confirmTotpSetUp,
  currentTotpSetUp,
  type TotpSetUp,
} from "../../domain/second-factor/set-up-totp.ts";
import { type Failure, PageError, Problem } from "../../errors/errors.ts";
import type { Reason } from "../../errors/reasons.ts";
import { type FoundAsker, findAsker } from "../../http/asker.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { currentDevice } from "../../http/session.ts";
import type { TwoFactorProblem } from "../../pages/two-factor-page.tsx";
import { RecoveryCodesPage, TwoFactorSetUpPage } from "../../pages/two-factor-set-up-page.tsx";
import { sendFullSession } from "../second-factor/answers.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { interactionPaths } from "./paths.ts";
import { shownProblem } from "./two-factor.tsx";
import { comeBack, sendVisitPage } from "./visit.ts";
import { arrive, onward, type Visit, type WaitingRequest, withWaiting } from "./waiting-request.ts";

/** GET /two-factor/set-up: a new secret each time; it counts for nothing until a code of it is given. */
export async function showSetUp(c: AppContext): Promise<Response> {
  const visit = await arrive(c);
  const { waiting } = visit;
  const asker = await findAsker(c, "tfa-setup-is-required");
  if (asker === null) return c.body(null, 303, { location: withWaiting(interactionPaths.signIn, waiting) });
  try {
    return await setUpPage(visit, asker, await beginTotpSetUp(c.get("realm"), asker), {});
  } catch (error) {
    return leadAway(c, waiting, error);
  }
}

/** POST /two-factor/set-up */
export async function submitSetUp(c: AppContext): Promise<Response> {
  const visit = await comeBack(c);
  const { form, waiting } = visit;
  const asker = await findAsker(c, "tfa-setup-is-required");
  if (asker === null) return c.body(null, 303, { location: withWaiting(interactionPaths.signIn, waiting) });
  const context = c.get("realm");
  try {
    const enabled = await confirmTotpSetUp(context, asker, form.get("token"), await currentDevice(c));
    await notifyOwner(c, userIdOf(asker), "tfa-enabled");
    sendFullSession(c, enabled.signedIn);
    return sendPage(c, (frame) => (
      <RecoveryCodesPage frame={frame} codes={enabled.recoveryCodes} continueHref={onward(waiting)} />
    ));
  } catch (error) {
    const problem = error instanceof Problem ? shownProblem(error, false) : null;
    const setUp = problem === null ? null : await currentTotpSetUp(context, asker);
    if (!(error instanceof Problem) || problem === null || problem === "wrong-recovery-code" || setUp === null)
      return leadAway(c, waiting, error);
    return setUpPage(visit, asker, setUp, { problem, refusal: error });
  }
}

const leadsTo: Partial<Record<Reason, string>> = {
  "session-ended": interactionPaths.signIn,
  "reauthentication-required": interactionPaths.signIn,
  "second-factor-not-proven": interactionPaths.twoFactor,
  "second-factor-set-up-expired": interactionPaths.twoFactorSetUp,
};

/** To the page that has to come first. Throws what no page can mend. */
function leadAway(c: AppContext, waiting: WaitingRequest | null, error: unknown): Response {
  const path = error instanceof Problem ? leadsTo[error.reason] : undefined;
  if (path !== undefined) return c.body(null, 303, { location: withWaiting(path, waiting) });
  throw error instanceof Problem ? new PageError(error.reason) : error;
}

interface Shown {
  readonly problem?: Exclude<TwoFactorProblem, "wrong-recovery-code">;
  readonly refusal?: Failure;
}

function setUpPage(visit: Visit, asker: FoundAsker, setUp: TotpSetUp, { problem, refusal }: Shown): Promise<Response> {
  return sendVisitPage(
    visit,
    (page) => (
      <TwoFactorSetUpPage
        {...page}
        action={interactionPaths.twoFactorSetUp}
        qrCode={setUp.qrCode}
        secret={setUp.secret}
        required={asker.kind === "half"}
        next={onward(visit.waiting)}
        problem={problem}
        retryAfterSeconds={refusal?.retryAfterSeconds}
      />
    ),
    { refusal, connects: true },
  );
}
