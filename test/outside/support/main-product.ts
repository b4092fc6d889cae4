import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { admin, type Site } from "./admin.ts";
import { listen } from "./real-provider.ts";

export interface Person {
  readonly id: string | number;
  readonly email?: string;
  readonly name?: string;
}

export interface MainProduct {
  readonly name: string;
  /** `http://product.test:<port>`: a site that has nothing in common with the realm's. */
  readonly origin: string;
  /** The same server under a name that the realm has never heard of. */
  readonly evilOrigin: string;
  /** A token for somebody who is signed in there, made as docs/hand-over.md shows it. */
  readonly token: (person: Person) => string;
  /** Its page for that person: a form that hands them over. */
  readonly pageFor: (person: Person, options?: { readonly origin?: string; readonly token?: string }) => string;
  readonly stop: () => Promise<void>;
}

const text = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

const secret = "a-secret-between-the-product-and-the-realm";

/** A main product with a site of its own, registered at the realm. */
export async function startMainProduct(site: Site, body: Record<string, unknown> = {}): Promise<MainProduct> {
  const name = "main_product";
  const sign = await signatureOfTheDocs();
  const server = await listen(() => (request, response) => {
    const url = new URL(request.url ?? "/", "http://product.test");
    const person = JSON.parse(url.searchParams.get("person") ?? "{}") as Person;
    const given = url.searchParams.get("token");
    const fields = { token: given ?? token(person), redirect_url: `${site.issuer}/?handed=over` };
    const inputs = Object.entries(fields).map(
      ([field, value]) => `<input type="hidden" name="${field}" value="${text(value)}">`,
    );
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8" })
      .end(
        `<!doctype html><title>Main product</title><form method="post" action="${site.issuer}/api/v1/auth/jwt">${inputs.join("")}<button id="go">Go</button></form>`,
      );
  });
  const { port } = new URL(server.origin);
  const origin = `http://product.test:${port}`;
  const token = (person: Person): string => sign(person, { issuer: origin, secret });
  await admin("PUT", `/realms/${site.realmId}/sources/${name}`, {
    issuer: origin,
    algorithm: "HS256",
    secret,
    origins: [origin],
    label: "The Product",
    ...body,
  });
  return {
    name,
    origin,
    evilOrigin: `http://evil.test:${port}`,
    token,
    pageFor: (person, { origin: at = origin, token: given } = {}) =>
      `${at}/?${new URLSearchParams({ person: JSON.stringify(person), ...(given === undefined ? {} : { token: given }) })}`,
    stop: server.stop,
  };
}

type Sign = (person: Person, product: { readonly issuer: string; readonly secret: string }) => string;

/** The sample of the documentation, as it stands there. */
async function signatureOfTheDocs(): Promise<Sign> {
  const page = await readFile(join(import.meta.dirname, "../../../docs/hand-over.md"), "utf8");
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const sample = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { handOverToken: Sign };
  return sample.handOverToken;
}
