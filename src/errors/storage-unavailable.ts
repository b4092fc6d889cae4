/** D1, KV or an object did not answer. Callers see 503 and Retry-After; nothing was decided, so nothing is granted. */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";

  constructor(operation: string, cause: unknown) {
    super(operation, { cause });
  }
}
