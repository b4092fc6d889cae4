import { newTotpSecret, totpSecretText, totpUrl } from "../../crypto/totp.ts";
import { Problem } from "../../errors/errors.ts";
import { qrCodeImage } from "../../lib/qr-code.ts";
import type { Factors } from "../../storage/user-object/second-factors.ts";
import { recordEvent } from "../audit/record-event.ts";
import type { RealmContext } from "../realm-context.ts";
import type { Device, FullySignedIn } from "../sessions/open-session.ts";
import { type Asker, admit, bindingOf, userIdOf } from "./asker.ts";
import { countGuess, digitsOf, matchTotp } from "./prove.ts";
import { newRecoveryCodes } from "./recovery-codes.ts";
import { openTotpSecret, sealTotpSecret } from "./totp-secret.ts";

/** What an authenticator app needs; shown while the set-up lasts, and never again. */
export interface TotpSetUp {
  /** Base32. */
  readonly secret: string;
  readonly url: string;
  /** A `data:` address. */
  readonly qrCode: string;
}

export interface Enabled {
  readonly signedIn: FullySignedIn;
  /** In clear, this once. */
  readonly recoveryCodes: readonly string[];
}

/** Makes a secret that counts for nothing until a code of it is given. Throws Problem. */
export async function beginTotpSetUp(context: RealmContext, asker: Asker): Promise<TotpSetUp> {
  const userId = userIdOf(asker);
  await requireOffered(context, asker);
  const secret = newTotpSecret();
  const sealed = await sealTotpSecret(context, userId, secret);
  const sid = asker.kind === "session" ? asker.session.sid : null;
  const refused = await context.objects.call(userId, (object) => object.beginTotpSetUp(sealed, bindingOf(asker), sid));
  if (refused !== null) throw new Problem(refused);
  return describe(context, userId, secret);
}

/** The set-up that this asker has begun, for showing it again after a mistyped code; null when there is none. */
export async function currentTotpSetUp(context: RealmContext, asker: Asker): Promise<TotpSetUp | null> {
  const userId = userIdOf(asker);
  const { pendingTotp } = await context.objects.call(userId, (object) => object.factors(null));
  if (pendingTotp?.setUpBy !== bindingOf(asker)) return null;
  const secret = await openTotpSecret(context, userId, pendingTotp.sealedSecret);
  return secret === null ? null : describe(context, userId, secret);
}

/** A first code shows that the app has the secret: from now on it is asked for. Throws Problem. */
export async function confirmTotpSetUp(
  context: RealmContext,
  asker: Asker,
  typed: string | null | undefined,
  device: Device,
): Promise<Enabled> {
  const userId = userIdOf(asker);
  const token = digitsOf(typed);
  if (token === "") throw new Problem("second-factor-missing", { fields: { token: "missing" } });
  const pending = pendingOf(await countGuess(context, userId), asker);
  const { step } = await matchTotp(context, userId, pending, token);
  const { codes, hashes } = await newRecoveryCodes(context, userId);
  const proof = {
    kind: "new-totp",
    setUpBy: bindingOf(asker),
    sealedSecret: pending,
    step,
    recoveryHashes: hashes,
  } as const;
  const signedIn = await admit(context, asker, proof, device);
  recordEvent(context, { type: "factor.added", user: userId, details: { factor: "totp" } });
  return { signedIn, recoveryCodes: codes };
}

function pendingOf({ pendingTotp }: Factors, asker: Asker): string {
  if (pendingTotp?.setUpBy !== bindingOf(asker)) throw new Problem("second-factor-set-up-expired");
  return pendingTotp.sealedSecret;
}

/** Where the realm offers second factors to nobody new, one that is there can still be replaced. Throws Problem. */
export async function requireOffered(context: RealmContext, asker: Asker): Promise<void> {
  if (context.realm.settings.tfa !== "off" || asker.kind === "half") return;
  const { session } = asker;
  const live = await context.objects.read(session.userId, (object) => object.session(session.sid));
  if (live?.profile.tfaEnabled !== true) throw new Problem("second-factor-off");
}

async function describe(context: RealmContext, userId: number, secret: Uint8Array): Promise<TotpSetUp> {
  const user = await context.users.findById(userId);
  const url = totpUrl(secret, context.realm.name, user?.email ?? user?.username ?? user?.phoneNumber ?? String(userId));
  return { secret: totpSecretText(secret), url, qrCode: qrCodeImage(url) };
}
