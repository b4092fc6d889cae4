import { limits } from "../../config/limits.ts";
import { Problem } from "../../errors/errors.ts";
import type { LiveSession } from "../../storage/user-object/user-object.ts";
import { type Address, findOwner, hashOfAddress, isAddressOf } from "../mail/address.ts";
import type { Post } from "../mail/notice.ts";
import type { RealmContext } from "../realm-context.ts";
import { askObject, makeCode, secretKey, triesKey } from "./code.ts";

/**
 * Sends a code with which whoever reads it may sign in, prove the address, or set a new password. For an address without an account
 * it takes the same steps, and makes one where people may do so themselves. Answers nothing.
 */
export async function sendCode(context: RealmContext, address: Address, post: Post): Promise<void> {
  const addressHash = await hashOfAddress(address);
  const { code, secret } = await makeCode(context, "sign-in", addressHash);
  const owner = await findOwner(context, address);
  const issue = {
    secrets: [secret],
    allowance: { key: secret.key, perHour: context.realm.settings.rate_limits.messages_per_recipient_per_hour },
    triesKey: triesKey(addressHash),
  };
  const isIssued = await askObject(context, owner, addressHash, (object) => object.issueSecrets(issue));
  const isWelcome = owner === null ? context.realm.settings.sign_up : owner.disabledAt === null;
  if (isIssued && isWelcome) await post({ type: "one-time-code", to: address, code, isNewcomer: owner === null });
}

/**
 * Sends a code to an address that a signed-in user wants to have. It can be given back in that very session only. Throws Problem when
 * the session is not a recent one; an address that the user has had entered before needs none.
 */
export async function sendAddressCode(
  context: RealmContext,
  { session, profile }: Pick<LiveSession, "session" | "profile">,
  address: Address,
  post: Post,
): Promise<void> {
  const isRecent = context.clock.now() - session.authTime <= limits.recentAuthenticationSeconds * 1000;
  if (!isRecent && !isAddressOf(profile, address)) throw new Problem("reauthentication-required");
  const addressHash = await hashOfAddress(address);
  const { code, secret } = await makeCode(context, "change", addressHash, session.sid);
  const issue = {
    secrets: [secret],
    // Counted per user and not per address: nobody has others' mailboxes filled by naming many.
    allowance: {
      key: secretKey("change", "any"),
      perHour: context.realm.settings.rate_limits.messages_per_recipient_per_hour,
    },
    triesKey: triesKey(addressHash),
  };
  const isIssued = await context.objects.call(profile.id, (object) => object.issueSecrets(issue));
  if (isIssued) await post({ type: "address-code", to: address, code });
}
