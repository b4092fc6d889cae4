/** The part of oidc-provider that the tests use; the package brings no types. */
declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  interface Client {
    readonly clientId: string;
    readonly clientSecret?: string;
    metadata(): Record<string, unknown>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: Record<string, unknown>);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    /** Whether X-Forwarded-* is believed. */
    proxy: boolean;
    on(event: "grant.success", listener: (context: { oidc: { params: Record<string, unknown> } }) => void): void;
    readonly AccessToken: { find(token: string): Promise<{ readonly accountId: string } | undefined> };
    readonly Client: {
      new (metadata: Record<string, unknown>): Client;
      readonly adapter: { upsert(id: string, payload: Record<string, unknown>): Promise<void> };
    };
  }
}
