import type { Client } from "../../domain/clients/client.ts";
import { PageError, Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignForm } from "../../http/middleware/same-site.ts";
import { isNavigation } from "../../http/navigation.ts";
import { readForm, readJson } from "../../http/read-body.ts";
import { Parameters } from "../../lib/parameters.ts";

/** What a partner's form, or a program, has sent. */
export interface Sent {
  readonly parameters: Parameters;
  /** The same for the schemas: a form's fields by name, or the JSON as it came. */
  readonly body: Record<string, unknown>;
  /** The answer is read by a program. A form of a page is answered with redirects. */
  readonly asJson: boolean;
}

/** A form or a JSON object. Throws when the page that it comes from belongs neither to the realm nor to the client it names. */
export async function readSent(c: AppContext): Promise<Sent> {
  const isJson = /^application\/json\b/i.test(c.req.header("content-type") ?? "");
  const json = isJson ? await readJson(c) : null;
  const parameters = json === null ? await readForm(c) : new Parameters(pairsOf(json));
  refuseForeignForm(c, await findClient(c, parameters));
  const accepts = c.req.header("accept") ?? "";
  return {
    parameters,
    body: json ?? Object.fromEntries(parameters.entries()),
    asJson: isJson || (accepts.includes("application/json") && !isNavigation(c)),
  };
}

/** The same for endpoints that take no authorization request: no field comes twice. */
export async function readSingle(c: AppContext): Promise<Sent> {
  const sent = await readSent(c);
  refuseRepeated(sent);
  return sent;
}

export function refuseRepeated({ parameters }: Sent): void {
  if (parameters.repeated.size > 0) throw new Problem("parameter-repeated");
}

/** Null when none is named. Throws PageError when it is none of this realm's. */
async function findClient(c: AppContext, parameters: Parameters): Promise<Client | null> {
  const named = parameters.get("client_id");
  if (named === undefined) return null;
  const client = parameters.repeated.has("client_id") ? null : await c.get("realm").clients.find(named);
  if (client === null || client.disabled) throw new PageError("authorization-client-unknown");
  return client;
}

/** JSON as a form would carry it, so that one check reads both. Nothing is left out on the quiet. */
const pairsOf = (json: Record<string, unknown>): [string, string][] =>
  Object.entries(json).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((item) => item !== null)
      .map((item): [string, string] => [name, typeof item === "string" ? item : JSON.stringify(item)]),
  );
