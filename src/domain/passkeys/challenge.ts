/** Challenges of passkey ceremonies: Web Authentication Level 3 §13.4.3. */
import { limits } from "../../config/limits.ts";
import { sha256 } from "../../crypto/hash.ts";
import { randomHandle } from "../../crypto/random.ts";
import { decodeBase64Url, encodeBase64Url, fromUtf8, utf8 } from "../../lib/base64url.ts";
import { isRecord, parseJson } from "../../lib/json.ts";
import type { RealmContext } from "../realm-context.ts";

const purpose = "passkey-challenge";

/** The page that a ceremony takes place on. */
export interface Place {
  /** Its host. A passkey works on the host where it was made. */
  readonly rpId: string;
  readonly origin: string;
  readonly browserId: string | null;
}

interface Ceremony {
  readonly use: "registration" | "sign-in" | "second-factor";
  readonly place: Place;
  /** Whose ceremony it is (`bindingOf`); nobody's where people sign in without saying who they are. */
  readonly subject: string | null;
}

/** A challenge that has been handed out, as it is spent. */
export interface GivenChallenge {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Tied to realm, browser, page, use and person by its seal, so that nothing is stored for those who only look. */
export async function newChallenge(context: RealmContext, ceremony: Ceremony): Promise<string> {
  const plain = JSON.stringify({ issuedAt: context.clock.now(), nonce: randomHandle(16) });
  return encodeBase64Url(utf8(await context.ring.seal(purpose, bindingText(context, ceremony), utf8(plain))));
}

/** Null unless it was handed out for this very ceremony, and not long ago. Whether it was used before, the user's object says. */
export async function findChallenge(
  context: RealmContext,
  ceremony: Ceremony,
  challenge: string,
): Promise<GivenChallenge | null> {
  if (ceremony.place.browserId === null) return null;
  const sealed = fromUtf8(decodeBase64Url(challenge) ?? new Uint8Array());
  const opened = sealed && (await context.ring.open(purpose, bindingText(context, ceremony), sealed));
  const value = opened ? parseJson(fromUtf8(opened) ?? "") : undefined;
  if (!isRecord(value) || typeof value.issuedAt !== "number") return null;
  const expiresAt = value.issuedAt + limits.passkeyChallengeTtlSeconds * 1000;
  if (context.clock.now() >= expiresAt) return null;
  return { id: `passkey-challenge|${await sha256(challenge)}`, expiresAt };
}

const bindingText = (context: RealmContext, { use, place, subject }: Ceremony): string =>
  JSON.stringify([context.realm.id, use, place.browserId, place.origin, place.rpId, subject]);
