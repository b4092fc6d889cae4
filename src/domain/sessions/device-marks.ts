import { sha256 } from "../../crypto/hash.ts";
import type { DeviceMarks } from "../../storage/user-object/known-devices.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Device } from "./open-session.ts";

/** The id that a browser keeps in a cookie of its host: 128 random bits, nothing but a name. */
export interface BrowserMark {
  readonly id: string;
  /** Whether the browser came with it, and is not only just being given it. */
  readonly brought: boolean;
}

type Looks = Pick<Device, "userAgent" | "network" | "browser">;

/** What the user's object knows a device by. What keeps nothing is known by its kind and the network it is in. */
export async function marksOf(context: RealmContext, { userAgent, network, browser }: Looks): Promise<DeviceMarks> {
  const place = await sha256(`place|${context.realm.id}|${userAgent?.slice(0, 400) ?? ""}|${network ?? ""}`);
  if (browser === null) return { mark: place, brought: false, place };
  return { mark: await browserMark(context, browser.id), brought: browser.brought, place };
}

/** The mark of a browser that came with its id; null for any other, which is a stranger. */
export const broughtMark = (context: RealmContext, { browser }: Pick<Device, "browser">): Promise<string> | null =>
  browser?.brought === true ? browserMark(context, browser.id) : null;

const browserMark = (context: RealmContext, id: string): Promise<string> => sha256(`browser|${context.realm.id}|${id}`);
