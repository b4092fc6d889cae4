/** /account/devices: every session, and the end of one or of all others. */
import { kickOwn } from "../../domain/sessions/kick.ts";
import type { AppContext } from "../../http/env.ts";
import { deviceNameOf } from "../../lib/user-agent.ts";
import { DevicesPage } from "../../pages/account/devices-page.tsx";
import { interactionPaths } from "../interaction/paths.ts";
import { accountForm, accountPage, done, type Refusal, sendAccountPage, type Visit } from "./visit.tsx";

async function show(c: AppContext, visit: Visit, refusal: Refusal | null): Promise<Response> {
  const { profile, claimed } = visit.current;
  const sessions = await c.get("realm").objects.call(profile.id, (object) => object.sessions());
  const devices = sessions
    .map((session) => ({
      sid: session.sid,
      ...deviceNameOf(session.userAgent),
      app: session.client?.name ?? null,
      address: session.ip,
      createdAt: session.createdAt,
      lastUsedAt: session.lastUsedAt,
      current: session.sid === claimed.sid,
    }))
    .toSorted((one, other) => Number(other.current) - Number(one.current) || other.lastUsedAt - one.lastUsedAt)
    .slice(0, mostShown);
  return sendAccountPage(
    c,
    visit,
    (account) => <DevicesPage account={account} devices={devices} connectHref={interactionPaths.device} />,
    { refusal },
  );
}

/** A page stays small; the button that ends all others ends those that are not shown as well. */
const mostShown = 50;

export const showDevices = accountPage("devices", show);

/** POST /account/devices/end */
export const endDevice = accountForm(
  "devices",
  async (c, visit, form) => {
    await kick(c, visit, form.get("sid") ?? "");
    return done(c, "devices", "device-ended");
  },
  show,
);

/** POST /account/devices/end-others */
export const endOtherDevices = accountForm(
  "devices",
  async (c, visit) => {
    await kick(c, visit, null);
    return done(c, "devices", "devices-ended");
  },
  show,
);

const kick = (c: AppContext, { current }: Visit, target: string | null): Promise<number> =>
  kickOwn(c.get("realm"), current.claimed, target);
