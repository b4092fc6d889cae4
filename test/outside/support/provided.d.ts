import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** `http://127.0.0.1:<port>`; name a realm's domain in the Host header, or let support/local-fetch do it. */
    baseUrl: string;
    adminToken: string;
    /** Where the product keeps what it stores. */
    stateDirectory: string;
    /** Private JWKs with their `kid`, as JSON. */
    rsaKeys: string[];
  }
}
