import { Problem } from "../../../errors/errors.ts";
import type { UserRow } from "../../../storage/d1/user-store.ts";
import { profileOf } from "../../../storage/profile.ts";
import { changeUserAs } from "../../admin/change-user.ts";
import { type Operator, operatorKindOf, requireRankOver } from "../../admin/operator.ts";
import type { RealmContext } from "../../realm-context.ts";
import { sealTotpSecret } from "../../second-factor/totp-secret.ts";
import type { CheckedLine } from "./line.ts";

/**
 * Brings somebody who is there up to date with a line. A hash that has come before is not put back over what the user has chosen
 * since, and a password in clear counts for new users only. Answers whether anything changed. Throws Problem.
 */
export async function updateFromLine(
  operator: Operator,
  context: RealmContext,
  { line, hash }: CheckedLine,
  user: UserRow,
): Promise<boolean> {
  requireRankOver(operator, user);
  const accounts = line.linkedAccounts ?? [];
  // Whoever is linked to an administrator's account becomes that administrator.
  if (accounts.length > 0 && operator.kind !== "deployment" && operatorKindOf(user.roles) !== null)
    throw new Problem("account-not-linkable", { fields: { linked_accounts: "invalid" } });
  const { password: _, disabled, ...patch } = line;
  const changed = await changeUserAs(operator, context, user, {
    ...patch,
    ...(disabled === undefined ? {} : { disabled }),
    ...(hash === null ? {} : { importedHash: { text: hash.text, id: hash.id } }),
  });
  const linked = await link(context, user.id, accounts);
  return (await addTotp(context, changed, line.totpSecret)) || linked > 0 || changed.version !== user.version;
}

function link(
  context: RealmContext,
  userId: number,
  accounts: readonly { readonly source: string; readonly sourceId: string }[],
): Promise<number> {
  if (accounts.length === 0) return Promise.resolve(0);
  const links = accounts.map((account) => ({ ...account, userId }));
  return context.userImports.addLinks(links, context.clock.now());
}

async function addTotp(context: RealmContext, user: UserRow, secret: Uint8Array | undefined): Promise<boolean> {
  if (secret === undefined) return false;
  const sealed = await sealTotpSecret(context, user.id, secret);
  return context.objects.call(user.id, (object) => object.importTotp(profileOf(user), sealed));
}
