import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { localFetch } from "../../../scripts/local-fetch.mjs";
import { freePort } from "../../../scripts/start/ports.mjs";
import { admin, type Site } from "./admin.ts";
import { runExample, untilAnswering } from "./run-example.ts";

export interface ExamplePerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export interface ExampleProduct {
  /** `http://product.test:<port>`; its issuer, too. */
  readonly origin: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  /** A token with the product's own key. Claims that are undefined are left out. */
  readonly token: (
    claims?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** examples/main-product as it stands there, in a process of its own, registered at the realm. */
export async function startExampleProduct(site: Site, people: readonly ExamplePerson[]): Promise<ExampleProduct> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), alg: "ES256", use: "sig", kid: "product-1" };
  const { d: _, ...publicJwk } = jwk;
  const port = await freePort();
  const origin = `http://product.test:${port}`;
  const env = {
    ORIGIN: origin,
    GATEHOUSE: site.issuer,
    REDIRECT_URL: `${site.issuer}/?handed=over`,
    PRIVATE_JWK: JSON.stringify(jwk),
    PEOPLE: JSON.stringify(
      Object.fromEntries(people.map(({ password, ...person }) => [`${person.id}:${password}`, person])),
    ),
    PORT: String(port),
  };
  const running = runExample("main-product/server.mjs", env);
  await untilAnswering(`${origin}/jwks.json`, localFetch);
  await admin("PUT", `/realms/${site.realmId}/sources/main_product`, {
    issuer: origin,
    algorithm: "ES256",
    jwks_uri: `http://127.0.0.1:${port}/jwks.json`,
    origins: [origin],
  });
  const now = (): number => Math.floor(Date.now() / 1000);
  return {
    origin,
    publicJwk,
    token: (claims = {}, header = {}) => {
      const all = { iss: origin, user_id: "12345", iat: now(), exp: now() + 300, jti: crypto.randomUUID(), ...claims };
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as JWTPayload;
      return new SignJWT(given).setProtectedHeader({ alg: "ES256", kid: "product-1", ...header }).sign(privateKey);
    },
    stop: running.stop,
  };
}
