/** The page where somebody lets a device in that shows a code: RFC 8628 §3.3. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type DeviceOutcome, keepDeviceOut, letDeviceIn } from "../../domain/device/decide.ts";
import { findDevice, lookUp, type WaitingDevice } from "../../domain/device/find.ts";
import { parseUserCode, shownUserCode } from "../../domain/device/user-code.ts";
import { type Interaction, openInteraction, sealInteraction } from "../../domain/interaction/interaction.ts";
import { PageError, Problem } from "../../errors/errors.ts";
import { addressKey, callerAddress } from "../../http/address.ts";
import { checkCsrfToken, csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { limitPerAddress, limitUserCodes } from "../../http/rate-limit.ts";
import { readPageForm, readQuery } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { type CurrentSession, findSession } from "../../http/session.ts";
import { Parameters } from "../../lib/parameters.ts";
import { DeviceConfirmPage } from "../../pages/device-confirm-page.tsx";
import { DeviceDonePage } from "../../pages/device-done-page.tsx";
import { DevicePage, type DeviceProblem } from "../../pages/device-page.tsx";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { leaveForSecondFactor, leaveForSignIn } from "./leave-for.ts";
import { interactionPaths } from "./paths.ts";
import { shownClient } from "./shown-client.ts";

/** GET /device: a form, filled in when the address brings the code along. Nothing is looked up, and nothing decided. */
export function showDevice(c: AppContext): Promise<Response> {
  return devicePage(c, { userCode: readQuery(c).get("user_code") });
}

/** POST /device: the first time it brings a code, the second time what its user has decided. */
export async function submitDevice(c: AppContext): Promise<Response> {
  const form = await readPageForm(c);
  const browser = await checkCsrfToken(c, form.get("csrf"));
  const sealed = form.get("interaction");
  if (sealed !== undefined) {
    const interaction = await openInteraction(c.get("realm"), browser, sealed);
    return decideDevice(c, interaction, form.get("decision") === "allow");
  }
  const typed = form.get("user-code")?.slice(0, longestTyped);
  if (typed === undefined) return refuse(c, typed, new Problem("user-code-missing"));
  const parameters = new Parameters([["user_code", typed]]);
  return confirmDevice(c, { parameters, begunAt: Date.now(), device: true });
}

const longestTyped = 40;

/**
 * Shows who asks for what, to somebody who is signed in as the realm wants it; whoever is not goes there first. Before that nothing is
 * looked up: only people with an account can try codes, and their tries are counted.
 */
export async function confirmDevice(c: AppContext, interaction: Interaction): Promise<Response> {
  const typed = codeOf(interaction);
  const current = await findSession(c);
  if (current === null && parseUserCode(typed) !== null) return leaveForSignIn(c, interaction);
  if (current !== null && owesFactor(c, current)) return leaveForSecondFactor(c, interaction);
  const context = c.get("realm");
  const guesser = { userId: current?.claimed.userId ?? null, addressKey: addressKey(callerAddress(c)) };
  try {
    await limitPerAddress(c, "user-code", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
    const device = await findDevice(context, typed, guesser, () => limitUserCodes(c));
    if (current === null) throw new PageError("interaction-expired");
    return await confirmPage(c, interaction, device, current);
  } catch (error) {
    return refuse(c, typed, error);
  }
}

/** The form is sealed for this browser and this session: nobody else's press of the button counts. */
async function decideDevice(c: AppContext, interaction: Interaction, isAllowed: boolean): Promise<Response> {
  const code = parseUserCode(codeOf(interaction));
  if (interaction.shownTo === undefined || code === null) throw new PageError("interaction-expired");
  const current = await findSession(c);
  const { shownTo: _, ...again } = interaction;
  if (current === null || current.session.sid !== interaction.shownTo || owesFactor(c, current))
    return confirmDevice(c, again);
  const context = c.get("realm");
  const device = await lookUp(context, code);
  if (device === null) return donePage(c, "too-late", 409);
  if (!isAllowed) return donePage(c, await keepDeviceOut(context, device));
  const outcome = await letDeviceIn(context, device, current.claimed);
  if (outcome === "connected") await notifyOwner(c, current.claimed.userId, "device-linked");
  return donePage(c, outcome, statuses[outcome]);
}

const statuses = { connected: 200, refused: 200, "session-limit": 403, "too-late": 409 } as const;

function codeOf({ device, parameters }: Interaction): string {
  if (device !== true) throw new PageError("interaction-expired");
  return parameters.get("user_code") ?? "";
}

/** As for an application that is signed in to: what the realm requires, and what the account has. */
function owesFactor(c: AppContext, { session, profile }: CurrentSession): boolean {
  const isRequired = c.get("realm").realm.settings.tfa === "required" || profile.tfaEnabled;
  return isRequired && !session.amr.includes("mfa");
}

const problems: Readonly<Record<string, DeviceProblem>> = {
  "user-code-missing": "missing",
  "user-code-wrong": "wrong-code",
  "rate-limited": "too-many-attempts",
};

/** The form again, saying what is wrong. Throws what it cannot say. */
function refuse(c: AppContext, typed: string | undefined, error: unknown): Promise<Response> {
  const problem = error instanceof Problem ? problems[error.reason] : undefined;
  if (!(error instanceof Problem) || problem === undefined) throw error;
  refusalHeaders(c, error);
  const shown = { userCode: typed, problem, retryAfterSeconds: error.retryAfterSeconds };
  return devicePage(c, shown, error.status as ContentfulStatusCode);
}

interface Shown {
  readonly userCode?: string | undefined;
  readonly problem?: DeviceProblem;
  readonly retryAfterSeconds?: number | undefined;
}

async function devicePage(c: AppContext, shown: Shown, status: ContentfulStatusCode = 200): Promise<Response> {
  const csrf = await csrfToken(c, ensureBrowserId(c));
  const code = parseUserCode(shown.userCode ?? "");
  const userCode = code === null ? shown.userCode?.slice(0, longestTyped) : shownUserCode(code);
  const { authenticationUrl } = c.get("realm").realm;
  return sendPage(
    c,
    (frame) => <DevicePage frame={frame} action={interactionPaths.device} csrf={csrf} {...shown} userCode={userCode} />,
    { status, formTargets: authenticationUrl === null ? [] : [authenticationUrl] },
  );
}

async function confirmPage(
  c: AppContext,
  interaction: Interaction,
  device: WaitingDevice,
  { session, profile }: CurrentSession,
): Promise<Response> {
  const context = c.get("realm");
  const browser = ensureBrowserId(c);
  const sealed = await sealInteraction(context, browser, { ...interaction, shownTo: session.sid });
  const csrf = await csrfToken(c, browser);
  return sendPage(c, (frame) => (
    <DeviceConfirmPage
      frame={frame}
      action={interactionPaths.device}
      csrf={csrf}
      interaction={sealed}
      client={shownClient(device.client)}
      userCode={shownUserCode(device.userCode)}
      userAgent={device.userAgent ?? undefined}
      askedSecondsAgo={(context.clock.now() - device.createdAt) / 1000}
      scopes={device.scopes.map((name) => ({ name, description: context.realm.settings.scopes[name] }))}
      userLabel={profile.name ?? profile.email ?? profile.username ?? String(profile.id)}
      switchHref={`${interactionPaths.signIn}?interaction=${sealed}`}
    />
  ));
}

const donePage = (c: AppContext, outcome: DeviceOutcome, status: ContentfulStatusCode = 200): Response =>
  sendPage(c, (frame) => <DeviceDonePage frame={frame} outcome={outcome} againHref={interactionPaths.device} />, {
    status,
  });
