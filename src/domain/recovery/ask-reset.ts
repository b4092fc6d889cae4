import { limits } from "../../config/limits.ts";
import { type Address, findOwner, hashOfAddress } from "../mail/address.ts";
import type { Post } from "../mail/notice.ts";
import { askObject, makeCode, triesKey } from "../one-time-codes/code.ts";
import type { RealmContext } from "../realm-context.ts";
import { type ReturnAddress, withQuery } from "../sso/return-address.ts";
import { makeLinkToken } from "./mailed-link.ts";

/**
 * Sends a code and a link by which a new password can be set (OWASP ASVS 6.4.3). `page` asks for the password; it gets the token in
 * its query. Takes the same steps whether there is such an account or not. Answers whether a message went out, which no stranger may hear.
 */
export async function askReset(
  context: RealmContext,
  address: Address,
  page: ReturnAddress,
  post: Post,
): Promise<boolean> {
  const addressHash = await hashOfAddress(address);
  const owner = await findOwner(context, address);
  const { code, secret } = await makeCode(context, "reset", addressHash);
  const link = await makeLinkToken(context, "reset-link", owner, address, limits.resetLinkTtlSeconds);
  const issue = {
    secrets: [secret, link.secret],
    allowance: { key: secret.key, perHour: context.realm.settings.rate_limits.messages_per_recipient_per_hour },
    triesKey: triesKey(addressHash),
  };
  // Guessing at codes is anybody's, and whoever does it holds up the codes: the link still goes out, where one can be sent.
  const linkAlone = { ...issue, secrets: [link.secret], triesKey: null };
  const sent = await askObject(context, owner, addressHash, async (object) => {
    if (await object.issueSecrets(issue)) return "all";
    return address.kind === "email" && (await object.issueSecrets(linkAlone)) ? "link" : "nothing";
  });
  if (sent === "nothing" || owner === null || owner.disabledAt !== null) return false;
  const shownCode = sent === "all" ? code : null;
  await post({ type: "password-reset", to: address, link: withQuery(page, { token: link.token }), code: shownCode });
  return true;
}
