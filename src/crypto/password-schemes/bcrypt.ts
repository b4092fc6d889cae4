// bcrypt as Auth0, Laravel, Rails, Spring and most others store it: $2a$, $2b$ or $2y$, cost, salt and hash.
import bcrypt from "bcryptjs";
import { fromUtf8 } from "../../lib/base64url.ts";
import type { HashRefusal, StoredPassword } from "./stored-password.ts";

/** Half a second. */
const highestCost = 13;
/** Measured beside argon2id on the same machine. */
const kibPerRound = 107;
/** What bcrypt looks at. It would cut the rest off without a word. */
const longestPasswordBytes = 72;

const pattern = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

export function bcryptScheme(text: string): StoredPassword | HashRefusal {
  const cost = Number(pattern.exec(text)?.[1] ?? Number.NaN);
  if (!(cost >= 4 && cost <= 31)) return "password-hash-malformed";
  if (cost > highestCost) return "password-hash-too-costly";
  return {
    filledKib: 2 ** cost * kibPerRound,
    isCurrent: false,
    // A longer password was never hashed whole: any with the same beginning would do. Its owner asks for a new one.
    matches: (password) =>
      bcrypt.compareSync(fromUtf8(password) ?? "", text) && password.byteLength <= longestPasswordBytes,
  };
}
