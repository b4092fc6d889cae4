/** Of what a request may bring, and of pages and their forms. */
export const requestLimits = {
  bodyBytes: 64 * 1024,
  formFields: 100,
  urlLength: 2_048,
  pageSize: 100,
  /** Users of one import; and of them, those whose password is sent in clear and has to be hashed. */
  importLines: 500,
  importBodyBytes: 1024 * 1024,
  importPlainPasswords: 20,
  exportPageSize: 500,
  interactionTtlSeconds: 1800,
  csrfTokenTtlSeconds: 12 * 3600,
  browserCookieTtlSeconds: 400 * 86_400,
  languageCookieTtlSeconds: 365 * 86_400,
  /** A page with a longer address has no switch of languages. */
  languageReturnChars: 6_000,
  /** How long a browser may take until it has sent a picture, and how large that may be. */
  pictureUploadTtlSeconds: 600,
  pictureBytes: 5 * 1024 * 1024,
  queueBatchMessages: 100,
} as const;
