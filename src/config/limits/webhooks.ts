/** Of webhooks and their deliveries. */
export const webhookLimits = {
  /** How long a webhook's endpoint may take, and how long the next try waits after each that failed; then the event is dead. */
  webhookTimeoutMs: 5_000,
  webhookRetriesAfterSeconds: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000],
  /** The longest that an endpoint may ask us to wait, and how early the queue may bring a try. */
  webhookLongestWaitSeconds: 36_000,
  webhookEarlyMs: 2_000,
  /** An endpoint that has taken nothing for so long is switched off. */
  webhookFailingLongestMs: 5 * 86_400_000,
  webhooksPerOwner: 20,
  webhooksPerRealm: 100,
  /** After a rotation both secrets sign for so long. */
  webhookSecretOverlapSeconds: 86_400,
  /** Deliveries are kept so long, and so many that are done with for each endpoint; of each, the last few attempts. */
  webhookDeliveryMemorySeconds: 30 * 86_400,
  webhookDeliveriesKept: 5_000,
  webhookAttemptsLogged: 20,
  /** A delivery that is so late has been lost on the way, and is sent again. */
  webhookOverdueMs: 3_600_000,
  webhookReplaysAtOnce: 500,
} as const;
