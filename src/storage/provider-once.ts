/** A provider as it was made: another of the same name is another. `since`: milliseconds since the epoch. */
export interface ProviderOnce {
  readonly provider: string;
  readonly since: number;
}
