import { randomHandle } from "../../crypto/random.ts";
import { Problem } from "../../errors/errors.ts";
import type { DeviceDecision } from "../../storage/user-object/device-authorizations.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import type { ClaimedSession } from "../sessions/session-token.ts";
import type { WaitingDevice } from "./find.ts";

/** `too-late`: somebody else has decided, or the code has expired while the page was open. */
export type DeviceOutcome = "connected" | "refused" | "session-limit" | "too-late";

/**
 * The user lets a device in (RFC 8628 §3.3): it gets a session of its own, which counts among theirs, and tokens when it next asks.
 * Throws Problem when the session that approves has ended, or owes a second factor.
 */
export async function letDeviceIn(
  context: RealmContext,
  device: WaitingDevice,
  approving: ClaimedSession,
): Promise<DeviceOutcome> {
  const { settings } = context.realm;
  const sid = randomHandle(16);
  const approval = {
    sid: approving.sid,
    session: {
      sid,
      userAgent: device.userAgent,
      ip: device.ip,
      absoluteMs: settings.session_absolute_seconds * 1000,
      client: { id: device.client.clientId, name: device.client.name },
    },
    scopes: device.scopes,
    policy: {
      maxSessions: settings.max_sessions,
      policy: settings.session_limit_policy,
      secondFactor: settings.tfa,
      listens: context.realm.listensToSessions,
    },
    takeUpUntil: device.expiresAt,
  };
  const opened = await context.objects.call(approving.userId, (user) => user.approveDevice(approval));
  if (!opened.ok && opened.reason !== "session-limit-reached") throw new Problem(opened.reason);
  if (!opened.ok) {
    const isOurs = await decide(context, device, { outcome: "denied", because: "device-session-limit" });
    return isOurs ? "session-limit" : "too-late";
  }
  if (await decide(context, device, { outcome: "approved", userId: approving.userId, sid })) {
    const { clientId: client } = device.client;
    recordEvent(context, {
      type: "consent.granted",
      user: approving.userId,
      client,
      details: { scopes: device.scopes },
    });
    recordEvent(context, {
      type: "user.signed_in",
      user: approving.userId,
      client,
      details: { amr: ["device"], session_id: sid },
    });
    return "connected";
  }
  await context.objects.call(approving.userId, (user) => user.endSession(sid));
  return "too-late";
}

/** The user keeps a device out. */
export async function keepDeviceOut(context: RealmContext, device: WaitingDevice): Promise<DeviceOutcome> {
  const isOurs = await decide(context, device, { outcome: "denied", because: "access-denied" });
  return isOurs ? "refused" : "too-late";
}

type Decision = DeviceDecision extends infer One
  ? One extends DeviceDecision
    ? Omit<One, "attemptId">
    : never
  : never;

/** Whether this decision stands: of several at once the first does. */
function decide(context: RealmContext, { userCode }: WaitingDevice, decision: Decision): Promise<boolean> {
  const named = { ...decision, attemptId: randomHandle(16) } as DeviceDecision;
  return context.objects.callDevices(userCode.charAt(0), (devices) => devices.decideDevice(userCode, named));
}
