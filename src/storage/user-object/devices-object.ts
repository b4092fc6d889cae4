import type { Profile } from "../profile.ts";
import { beginGuess, takeGuessBack } from "./attempts.ts";
import { CredentialsObject } from "./credentials-object.ts";
import {
  addDevice,
  type DeviceAddition,
  type DeviceAnswer,
  type DeviceDecision,
  type DevicePoll,
  decideDevice,
  findPendingDevice,
  type NewDeviceAuthorization,
  type PendingDevice,
  pollDevice,
} from "./device-authorizations.ts";
import {
  approveDevice,
  type DeviceApproval,
  type DeviceApprovalAnswer,
  type DeviceGrantAnswer,
  type DeviceRedemption,
  redeemDevice,
} from "./device-sessions.ts";
import type { Grant } from "./grants.ts";
import { enabledProfile } from "./live-session.ts";

export type DeviceGrantResult =
  | { readonly ok: true; readonly grant: Grant; readonly profile: Profile }
  | Exclude<DeviceGrantAnswer, { ok: true }>;

/** The part that is about devices which cannot ask for a password: where they wait, and how their user lets them in (RFC 8628). */
export abstract class DevicesObject extends CredentialsObject {
  /** Lets a device wait here. */
  async addDevice(device: NewDeviceAuthorization): Promise<DeviceAddition> {
    const addition = addDevice(this.sql, device, Date.now());
    await this.scheduleCleaning();
    return addition;
  }

  /** The device that waits with this code. */
  async findPendingDevice(userCode: string): Promise<PendingDevice | null> {
    return findPendingDevice(this.sql, userCode, Date.now());
  }

  /** See `decideDevice`. */
  async decideDevice(userCode: string, decision: DeviceDecision): Promise<boolean> {
    return decideDevice(this.sql, userCode, decision, Date.now());
  }

  async pollDevice(poll: DevicePoll): Promise<DeviceAnswer> {
    return pollDevice(this.sql, poll, Date.now());
  }

  /** 0 when the guess may go ahead, else milliseconds to wait, or "undecided" while others are being judged. */
  async beginGuess(key: string, most: number): Promise<number | "undecided"> {
    return beginGuess(this.sql, key, most, Date.now());
  }

  async takeGuessBack(key: string): Promise<void> {
    takeGuessBack(this.sql, key);
  }

  /** The user lets a device in. See `approveDevice`. */
  async approveDevice(approval: DeviceApproval): Promise<DeviceApprovalAnswer> {
    const profile = enabledProfile(this.sql);
    if (profile === null) return { ok: false, reason: "session-ended" };
    const answer = approveDevice(this.sql, profile, approval, Date.now());
    this.tellOfEnds();
    await this.scheduleCleaning();
    return answer;
  }

  /** The device comes for its tokens. See `redeemDevice`. */
  async redeemDevice(redemption: DeviceRedemption): Promise<DeviceGrantResult> {
    const profile = enabledProfile(this.sql);
    if (profile === null) return { ok: false, reason: "device-approval-ended" };
    const answer = redeemDevice(this.sql, profile, redemption, Date.now());
    this.tellOfEnds();
    await this.scheduleCleaning();
    return answer.ok ? { ...answer, profile } : answer;
  }
}
