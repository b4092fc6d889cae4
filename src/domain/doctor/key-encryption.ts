import type { KeyEncryptionReport, KeyUse } from "../key-encryption/report.ts";
import { type Finding, fail, named, ok, warn } from "./finding.ts";

const name = "KEY_ENCRYPTION_KEYS";

/** Which keys are needed still, the gravest first. `now`: milliseconds since the epoch. */
export function ofKeyEncryption({ keys, sweep }: KeyEncryptionReport, now: number): Finding {
  const present = keys.filter((key) => key.present);
  const newest = present.find((key) => key.seals)?.id ?? "";
  const gone = keys.filter((key) => !key.present);
  const removable = present.filter(({ removableAt }) => removableAt !== null && removableAt <= now);
  const waiting = present.filter((key) => !key.seals && !removable.includes(key));
  if (gone.length > 0)
    return fail(
      name,
      `${named(gone.map(shown))} is gone`,
      `put that key back at the end of ${name}, or replace what it has sealed: it cannot be opened`,
    );
  if ((sweep?.lost ?? 0) > 0)
    return fail(
      name,
      `${sweep?.lost} values are sealed with a key that is gone`,
      `put that key back at the end of ${name}`,
    );
  if (removable.length > 0)
    return warn(
      name,
      `nothing needs ${named(removable.map(({ id }) => id))} any more`,
      `take it out of ${name} (docs/deploying.md)`,
    );
  if (waiting.length > 0)
    return warn(
      name,
      `keep ${named(waiting.map(shown))}${untilOf(waiting)}`,
      "nothing to do now: gatehouse key sealing says how far it is",
    );
  return ok(name, `${present.length} of 256 bits, ${newest} seals`);
}

function shown({ id, sealed }: KeyUse): string {
  const values = Object.values(sealed).reduce((sum, count) => sum + count, 0);
  return values === 0 ? id : `${id} (${values} values in D1)`;
}

function untilOf(keys: readonly KeyUse[]): string {
  const last = Math.max(...keys.map(({ removableAt }) => removableAt ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(last)
    ? ` until ${new Date(last).toISOString().slice(0, 10)}: refresh tokens name it`
    : ": what it has sealed is still being brought under the newest";
}
