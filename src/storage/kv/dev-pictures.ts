import { limits } from "../../config/limits.ts";
import { guarded } from "../guarded.ts";
import { kvKeys } from "./keys.ts";

export interface KeptPicture {
  readonly type: string;
  readonly bytes: ArrayBuffer;
}

/** Pictures that were uploaded on a laptop. */
export class DevPictures {
  readonly #kv: KVNamespace;

  constructor(kv: KVNamespace) {
    this.#kv = kv;
  }

  async put(key: string, { type, bytes }: KeptPicture): Promise<void> {
    const options = { expirationTtl: limits.devMailboxTtlSeconds, metadata: { type } };
    await guarded("devPictures.put", () => this.#kv.put(kvKeys.devPicture(key), bytes, options));
  }

  async find(key: string): Promise<KeptPicture | null> {
    const { value, metadata } = await guarded("devPictures.find", () =>
      this.#kv.getWithMetadata<{ type: string }>(kvKeys.devPicture(key), "arrayBuffer"),
    );
    return value === null || metadata === null ? null : { type: metadata.type, bytes: value };
  }
}
