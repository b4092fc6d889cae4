/** The hosted page that asks for the second factor: of somebody halfway through signing in, or of a session that has shown one only. */
import { originOf } from "../../domain/realms/realm.ts";
import { admit, userIdOf } from "../../domain/second-factor/asker.ts";
import { proveTyped } from "../../domain/second-factor/prove.ts";
import { type Failure, Problem } from "../../errors/errors.ts";
import { currentPlace, type FoundAsker, findAsker } from "../../http/asker.ts";
import type { AppContext } from "../../http/env.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { currentDevice } from "../../http/session.ts";
import { TwoFactorPage, type TwoFactorProblem } from "../../pages/two-factor-page.tsx";
import { sendFullSession } from "../second-factor/answers.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { interactionPaths } from "./paths.ts";
import { comeBack, sendVisitPage } from "./visit.ts";
import { arrive, onward, type Visit, type WaitingRequest, withWaiting } from "./waiting-request.ts";

/** GET /two-factor */
export async function showTwoFactor(c: AppContext): Promise<Response> {
  const visit = await arrive(c);
  const asker = await findAsker(c);
  const elsewhere = leadAway(asker, visit.waiting);
  if (asker === null || elsewhere !== null) return c.body(null, 303, { location: elsewhere ?? "/" });
  return twoFactorPage(visit, asker, {});
}

/** POST /two-factor */
export async function submitTwoFactor(c: AppContext): Promise<Response> {
  const visit = await comeBack(c);
  const { form, waiting } = visit;
  const asker = await findAsker(c);
  const elsewhere = leadAway(asker, waiting);
  if (asker === null || elsewhere !== null) return c.body(null, 303, { location: elsewhere ?? "/" });
  const typed = { token: form.get("token"), recoveryCode: form.get("recovery-code") };
  const context = c.get("realm");
  try {
    await limitPerAddress(c, "second-factor", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
    const proof = await proveTyped(context, userIdOf(asker), typed);
    sendFullSession(c, await admit(context, asker, proof, await currentDevice(c)));
    if (proof.kind === "recovery-code") await notifyOwner(c, userIdOf(asker), "recovery-code-used");
    return c.body(null, 303, { location: onward(waiting) });
  } catch (error) {
    if (error instanceof Problem && error.reason === "session-ended")
      return c.body(null, 303, { location: withWaiting(interactionPaths.signIn, waiting) });
    const problem = error instanceof Problem ? shownProblem(error, typed.token === undefined) : null;
    if (!(error instanceof Problem) || problem === null) throw error;
    return twoFactorPage(visit, asker, { problem, retryAfterSeconds: error.retryAfterSeconds }, error);
  }
}

/** Where somebody goes who has no business here; null when they have. */
function leadAway(asker: FoundAsker | null, waiting: WaitingRequest | null): string | null {
  if (asker === null) return withWaiting(interactionPaths.signIn, waiting);
  if (asker.kind === "half")
    return asker.half.owes === "tfa-setup-is-required" ? withWaiting(interactionPaths.twoFactorSetUp, waiting) : null;
  return asker.current?.session.amr.includes("mfa") ? onward(waiting) : null;
}

export function shownProblem(error: Problem, wasRecoveryCode: boolean): TwoFactorProblem | null {
  if (error.reason === "rate-limited") return "too-many-attempts";
  if (error.reason === "second-factor-missing") return "missing";
  if (error.reason !== "second-factor-wrong") return null;
  return wasRecoveryCode ? "wrong-recovery-code" : "wrong-code";
}

interface Shown {
  readonly problem?: TwoFactorProblem;
  readonly retryAfterSeconds?: number | undefined;
}

async function twoFactorPage(visit: Visit, asker: FoundAsker, shown: Shown, refusal?: Failure): Promise<Response> {
  const { c, browser, waiting } = visit;
  const context = c.get("realm");
  const userId = userIdOf(asker);
  const factors = await context.objects.call(userId, (object) => object.factors(null));
  const { rpId } = currentPlace(c, browser);
  const has = {
    app: factors.sealedTotpSecret !== null,
    recoveryCodes: factors.recoveryCodesLeft > 0,
    passkey: factors.passkeys.some((passkey) => passkey.rpId === rpId),
  };
  const { realm, config } = context;
  const elsewhere = realm.hosts
    .filter((host) => host !== rpId && factors.passkeys.some((passkey) => passkey.rpId === host))
    .map((host) => ({ host, href: `${originOf(host, config)}${interactionPaths.signIn}` }));
  if (!has.app && !has.recoveryCodes && factors.passkeys.length === 0)
    return c.body(null, 303, { location: withWaiting(interactionPaths.twoFactorSetUp, waiting) });
  const user = await context.users.findById(userId);
  return sendVisitPage(
    visit,
    (page) => (
      <TwoFactorPage
        {...page}
        action={interactionPaths.twoFactor}
        userLabel={user?.name ?? user?.email ?? user?.username ?? String(userId)}
        has={has}
        elsewhere={elsewhere}
        next={onward(waiting)}
        startOverHref={withWaiting(interactionPaths.signIn, waiting)}
        {...shown}
      />
    ),
    { refusal, connects: true },
  );
}
