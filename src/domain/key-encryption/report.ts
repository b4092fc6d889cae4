import { defaultRealmSettings } from "../../config/default-realm-settings.ts";
import type { Config } from "../../config/env.ts";
import { limits } from "../../config/limits.ts";
import {
  type KeySweepRow,
  type KeySweepStore,
  type SealedColumnName,
  sealedColumns,
} from "../../storage/d1/key-sweep-store.ts";

/** One key-encryption key, and what still needs it. */
export interface KeyUse {
  readonly id: string;
  /** It is among KEY_ENCRYPTION_KEYS. */
  readonly present: boolean;
  /** It is the first of them. */
  readonly seals: boolean;
  readonly sealed: Partial<Record<SealedColumnName, number>>;
  /** When nothing needs it any more: milliseconds since the epoch. Null while that is not known, or something will always need it. */
  readonly removableAt: number | null;
}

export interface KeyEncryptionReport {
  readonly keys: readonly KeyUse[];
  readonly sweep: KeySweepRow | null;
}

/** What lies under which key, counted in D1 now, and how far the sweep has come through the users' objects. */
export async function keyEncryptionReport(store: KeySweepStore, config: Config): Promise<KeyEncryptionReport> {
  const names = Object.keys(sealedColumns) as SealedColumnName[];
  const [sweep, longestRefresh, ...counts] = await Promise.all([
    store.find(),
    store.longestRefreshSeconds(defaultRealmSettings.refresh_token_absolute_seconds),
    ...names.map((name) => store.countByKey(name)),
  ]);
  const present = config.keyEncryptionKeys.map(({ id }) => id);
  const [newest] = present;
  const used = counts.flatMap((count) => count.map(({ keyId }) => keyId));
  const keys = [...new Set([...present, ...used])].map((id): KeyUse => {
    const sealed = Object.fromEntries(
      names.flatMap((name, index) => {
        const count = counts[index]?.find(({ keyId }) => keyId === id)?.count ?? 0;
        return count === 0 ? [] : [[name, count]];
      }),
    );
    const isNeeded = id === newest || Object.keys(sealed).length > 0 || !isSwept(sweep, newest ?? "");
    const tagSeconds = Math.max(longestRefresh, limits.keyTagMemorySeconds);
    return {
      id,
      present: present.includes(id),
      seals: id === newest,
      sealed,
      removableAt: isNeeded || sweep === null ? null : sweep.since + tagSeconds * 1000,
    };
  });
  return { keys, sweep };
}

/** Both rounds are over. What no key opens needs none of them. */
const isSwept = (sweep: KeySweepRow | null, newest: string): boolean =>
  sweep !== null && sweep.keyId === newest && sweep.round >= 2 && sweep.roundEndedAt !== null;
