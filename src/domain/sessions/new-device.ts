import { deviceNameOf } from "../../lib/user-agent.ts";
import { reachOf } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Device } from "./open-session.ts";

/** So that the owner of an account hears of a sign-in that may not be theirs (ASVS 6.3.5). Nobody waits for the message. */
export async function tellOfNewDevice(
  { realm, clock }: RealmContext,
  user: Parameters<typeof reachOf>[0],
  { userAgent, network, post }: Pick<Device, "userAgent" | "network" | "post">,
): Promise<void> {
  const to = reachOf(user);
  if (to === null || post === null || !realm.settings.notify_new_device) return;
  await post({ type: "new-device", to, device: { ...deviceNameOf(userAgent), network, at: clock.now() } });
}
