/** D1, KV or an object did not answer. Callers see 503 and Retry-After; nothing was decided, so nothing is granted. */
export class StorageUnavailable extends Error {
  override readonly name: string = "StorageUnavailable";

  constructor(operation: string, cause: unknown) {
    super(operation, { cause });
  }
}

/** The realm is being moved to another shard, and takes no changes for some seconds. Nothing was written. */
export class RealmMoving extends StorageUnavailable {
  override readonly name = "RealmMoving";
}
