/** The hosted page that asks for the second factor: of somebody halfway through signing in, or of a session that has shown one only. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { originOf } from "../../domain/realms/realm.ts";
import { admit, userIdOf } from "../../domain/second-factor/asker.ts";
import { proveTyped } from "../../domain/second-factor/prove.ts";
import { Problem } from "../../errors/errors.ts";
import { currentPlace, type FoundAsker, findAsker } from "../../http/asker.ts";
import { checkCsrfToken, csrfToken } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readPageForm } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { currentDevice } from "../../http/session.ts";
import { TwoFactorPage, type TwoFactorProblem } from "../../pages/two-factor-page.tsx";
import { sendFullSession } from "../second-factor/answers.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { interactionPaths } from "./paths.ts";
import { arrive, onward, type WaitingRequest, waitingRequest, withWaiting } from "./waiting-request.ts";

/** GET /two-factor */
export async function showTwoFactor(c: AppContext): Promise<Response> {
  const { browser, waiting } = await arrive(c);
  const asker = await findAsker(c);
  const elsewhere = leadAway(asker, waiting);
  if (asker === null || elsewhere !== null) return c.body(null, 303, { location: elsewhere ?? "/" });
  return twoFactorPage(c, browser, waiting, asker, {});
}

/** POST /two-factor */
export async function submitTwoFactor(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  const browser = await checkCsrfToken(c, form.get("csrf"));
  const waiting = await waitingRequest(c, browser, form.get("interaction"));
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
    refusalHeaders(c, error);
    const shown = { problem, retryAfterSeconds: error.retryAfterSeconds };
    return twoFactorPage(c, browser, waiting, asker, shown, error.status as ContentfulStatusCode);
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

async function twoFactorPage(
  c: AppContext,
  browser: string,
  waiting: WaitingRequest | null,
  asker: FoundAsker,
  shown: Shown,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
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
  const [csrf, user] = await Promise.all([csrfToken(c, browser), context.users.findById(userId)]);
  return sendPage(
    c,
    (frame) => (
      <TwoFactorPage
        frame={frame}
        action={interactionPaths.twoFactor}
        csrf={csrf}
        interaction={waiting?.sealed}
        userLabel={user?.name ?? user?.email ?? user?.username ?? String(userId)}
        has={has}
        elsewhere={elsewhere}
        next={onward(waiting)}
        startOverHref={withWaiting(interactionPaths.signIn, waiting)}
        {...shown}
      />
    ),
    {
      status,
      connects: true,
      formTargets: waiting?.targets ?? [],
      uiLocales: waiting?.request?.uiLocales ?? null,
    },
  );
}
