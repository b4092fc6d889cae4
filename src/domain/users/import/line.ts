import { type ReadHash, readForeignHash } from "../../../crypto/foreign-password-hash.ts";
import { sha256 } from "../../../crypto/hash.ts";
import type { FirebaseParameters } from "../../../crypto/password-schemes/firebase-scrypt.ts";
import { Problem } from "../../../errors/errors.ts";
import { isRecord } from "../../../lib/json.ts";
import { type Operator, requireMayGrant } from "../../admin/operator.ts";
import type { RealmContext } from "../../realm-context.ts";
import { type Identifiers, type NewUser, parseIdentifiers, requireGoodPassword } from "../new-user.ts";

/** One user of an import, as it was sent. `undefined` leaves a field of somebody who is there as it is. */
export interface ImportLine extends NewUser {
  /** Text, or an object; see `readForeignHash`. */
  readonly passwordHash?: unknown;
  readonly linkedAccounts?: readonly { readonly source: string; readonly sourceId: string }[] | undefined;
  /** Of an authenticator app, decoded. */
  readonly totpSecret?: Uint8Array | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number | undefined;
}

/** A line that has passed all rules that need no look at the users there are. */
export interface CheckedLine {
  readonly line: ImportLine;
  readonly identifiers: Identifiers;
  readonly hash: (ReadHash & { readonly id: string }) | null;
  readonly plainPassword: string | null;
}

/** The same rules as for a user who is made alone. Throws Problem. */
export async function checkLine(
  operator: Operator,
  context: RealmContext,
  line: ImportLine,
  firebase: FirebaseParameters | null,
): Promise<CheckedLine> {
  const identifiers = parseIdentifiers(line);
  requireMayGrant(operator, line.roles ?? []);
  if (line.createdAt !== undefined && line.createdAt > context.clock.now())
    throw new Problem("import-created-later", { fields: { created_at: "invalid" } });
  const plainPassword = line.password ?? null;
  if (plainPassword !== null) {
    if (hasHash(line)) throw new Problem("import-password-twice", { fields: { password: "invalid" } });
    requireGoodPassword(context, plainPassword, { ...identifiers, name: line.name ?? null });
  }
  return { line, identifiers, hash: await hashOf(line, firebase), plainPassword };
}

const hasHash = ({ passwordHash }: ImportLine): boolean => passwordHash !== undefined && passwordHash !== null;

async function hashOf(line: ImportLine, firebase: FirebaseParameters | null): Promise<CheckedLine["hash"]> {
  if (!hasHash(line)) return null;
  const { passwordHash: given } = line;
  const isFirebases = isRecord(given) && "salt" in given && !("secretData" in given);
  const read = isFirebases && firebase === null ? "firebase-parameters-missing" : readForeignHash(given, firebase);
  if (typeof read === "string") throw new Problem(read, { fields: { password_hash: "invalid" } });
  return { ...read, id: await sha256(read.text) };
}
