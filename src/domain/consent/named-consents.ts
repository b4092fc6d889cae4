import type { Consent } from "../../storage/user-object/consents.ts";
import type { RealmContext } from "../realm-context.ts";

/** A consent with what a person knows the application by; null what is not known any more. */
export interface NamedConsent extends Consent {
  readonly clientName: string | null;
  /** Host of its first return address, or the scheme of a native app's. */
  readonly clientHost: string | null;
}

export function namedConsents(context: RealmContext, consents: readonly Consent[]): Promise<NamedConsent[]> {
  return Promise.all(
    consents.map(async (consent) => {
      const client = await context.clients.find(consent.clientId);
      const address = URL.parse(client?.metadata.redirect_uris[0] ?? "");
      return {
        ...consent,
        clientName: client?.name ?? null,
        clientHost: address && (address.host || address.protocol),
      };
    }),
  );
}
