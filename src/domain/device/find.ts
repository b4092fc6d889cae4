/** Finding the device that somebody means who types a code, and making guessing pointless: RFC 8628 §5.1. */
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { Problem } from "../../errors/errors.ts";
import type { PendingDevice } from "../../storage/user-object/device-authorizations.ts";
import type { UserMethods } from "../../storage/user-object/handle.ts";
import type { Client } from "../clients/client.ts";
import { deviceCodeGrant } from "../clients/metadata.ts";
import type { RealmContext } from "../realm-context.ts";
import { beginInTurn } from "../sessions/begin-in-turn.ts";
import { parseUserCode } from "./user-code.ts";

export interface WaitingDevice extends PendingDevice {
  readonly client: Client;
}

/** Who types a code. `userId` is null as long as nobody has signed in: then nothing is looked up either. */
export interface Guesser {
  readonly userId: number | null;
  /** Names the network address. */
  readonly addressKey: string;
}

/**
 * The device that waits with the code. Every kind of wrong code is refused alike: none, never given, too old, decided already, or of a
 * client that may not use it any more. `beforeLookUp` may throw: what looks nothing up uses up nobody else's turns. Throws Problem.
 */
export async function findDevice(
  context: RealmContext,
  typed: string,
  guesser: Guesser,
  beforeLookUp: () => Promise<void>,
): Promise<WaitingDevice> {
  const counts = await countsOf(context, guesser);
  await begin(counts);
  const code = guesser.userId === null ? null : parseUserCode(typed);
  const device = code === null ? null : await lookUpInTurn(context, code, counts, beforeLookUp);
  await Promise.all(counts.map((count) => (device === null ? count.wrong() : count.takeBack())));
  if (device === null) throw new Problem("user-code-wrong");
  return device;
}

async function lookUpInTurn(
  context: RealmContext,
  code: string,
  counts: readonly GuessCount[],
  beforeLookUp: () => Promise<void>,
): Promise<WaitingDevice | null> {
  try {
    await beforeLookUp();
  } catch (error) {
    await Promise.all(counts.map((count) => count.takeBack()));
    throw error;
  }
  return lookUp(context, code);
}

/** The same for a code that was looked up before. */
export async function lookUp(context: RealmContext, code: string): Promise<WaitingDevice | null> {
  const device = await context.objects.callDevices(code.charAt(0), (devices) => devices.findPendingDevice(code));
  if (device === null) return null;
  const client = await context.clients.find(device.clientId);
  const mayUseIt = client !== null && !client.disabled && client.metadata.grant_types.includes(deviceCodeGrant);
  return mayUseIt ? { ...device, client } : null;
}

/** Guesses of one account, or from one address: counted before they are judged, so that a hundred at once are a hundred. */
interface GuessCount {
  begin(): Promise<number | "undecided">;
  wrong(): Promise<void>;
  takeBack(): Promise<void>;
}

async function countsOf(context: RealmContext, { userId, addressKey }: Guesser): Promise<GuessCount[]> {
  const { objects } = context;
  const address = await sha256(`device-code-guesses|${addressKey}`);
  const ofAddress = countIn(`device-code:${address}`, (run) => objects.callStranger(address, run));
  return userId === null ? [ofAddress] : [ofAddress, countIn("device-code", (run) => objects.call(userId, run))];
}

type Caller = <Value>(run: (object: UserMethods) => Promise<Value>) => Promise<Value>;

const countIn = (key: string, call: Caller): GuessCount => ({
  begin: () => call((object) => object.beginGuess(key, limits.userCodeGuessesPerMinute)),
  wrong: () => call((object) => object.judgeAttemptWrong(key)),
  takeBack: () => call((object) => object.takeGuessBack(key)),
});

/** What one of the counts refuses is no guess in the others. */
async function begin(counts: readonly GuessCount[]): Promise<void> {
  const waits = await Promise.all(counts.map((count) => beginInTurn(count.begin)));
  const waitMs = Math.max(...waits);
  if (waitMs === 0) return;
  await Promise.all(counts.map((count, index) => (waits[index] === 0 ? count.takeBack() : undefined)));
  throw new Problem("rate-limited", { retryAfterSeconds: Math.ceil(waitMs / 1000) });
}
