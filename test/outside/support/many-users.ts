import { pbkdf2Sync, randomBytes, scryptSync } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { firebaseExample, foreignHashes, foreignPassword } from "../../support/foreign-hashes.ts";

/** The families of hashes that take their turns in a file of many users, with a password that fits each. */
export const families: readonly { readonly hash: unknown; readonly password: string }[] = [
  { hash: foreignHashes["bcrypt of libxcrypt"], password: foreignPassword },
  { hash: pbkdf2Of(30_000), password: foreignPassword },
  { hash: scryptOf(14), password: foreignPassword },
  { hash: foreignHashes["argon2id as PHC"], password: foreignPassword },
  { hash: firebaseExample.hash, password: firebaseExample.password },
  { hash: foreignHashes["salted SHA-1 of LDAP"], password: foreignPassword },
];

function pbkdf2Of(iterations: number): string {
  const salt = randomBytes(12).toString("hex");
  return `pbkdf2_sha256$${iterations}$${salt}$${pbkdf2Sync(foreignPassword, salt, iterations, 32, "sha256").toString("base64")}`;
}

function scryptOf(logN: number): string {
  const salt = randomBytes(12).toString("hex");
  const hash = scryptSync(foreignPassword, salt, 64, { N: 2 ** logN, r: 8, p: 1, maxmem: 2 ** 27 });
  return `scrypt:${2 ** logN}:8:1$${salt}$${hash.toString("hex")}`;
}

export const emailOf = (index: number): string => `reader-${index}@many.example`;

/** One user a line; every thousandth line is no user, for something is always wrong. */
export async function writeManyUsers(path: string, count: number): Promise<{ broken: number }> {
  const file = createWriteStream(path);
  let broken = 0;
  for (let index = 0; index < count; index++) {
    const isBroken = index % 1000 === 999;
    if (isBroken) broken++;
    const user = {
      email: isBroken ? "nobody" : emailOf(index),
      email_verified: true,
      name: `Reader ${index}`,
      external_id: `old-${index}`,
      password_hash: families[index % families.length]?.hash,
      metadata: { plan: index % 3 === 0 ? "gold" : "free" },
      created_at: new Date(1_400_000_000_000 + index * 60_000).toISOString(),
      ...(index % 10 === 0 ? { linked_accounts: [{ source: "google", source_id: `g-${index}` }] } : {}),
    };
    if (!file.write(`${JSON.stringify(user)}\n`)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  return { broken };
}
