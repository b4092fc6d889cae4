// Requests to every endpoint of the OpenAPI document, made so that many get past validation and authentication.
import * as fc from "fast-check";
import { HEADER, MARKUP } from "./hostile-texts.ts";
import { isPrepared, recipes } from "./prepared.mjs";
import { spoiling } from "./spoil.mjs";
import { hostileBody, hostileName, hostileText } from "./texts.mjs";
import { valuesOf } from "./values.mjs";

const METHODS = ["get", "post", "put", "patch", "delete"];
const TYPES = ["application/json", "application/x-www-form-urlencoded"];
/** What cannot be read as text stays a question mark. */
const headerText = (text) =>
  text
    .replaceAll(/[^\t\x20-\x7e]/g, "?")
    .trim()
    .slice(0, 4000);
const MOST_CREDENTIALS = 1_000;
const asText = (value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
const formOf = (entries) =>
  new URLSearchParams(entries.map(([name, value]) => [name.toWellFormed(), asText(value).toWellFormed()])).toString();

/** What ends credentials is asked with those of somebody who signs in again. */
const ENDS_CREDENTIALS = /logout|kick|sign-out|end-session|change-password|reset-password|revoke|DELETE .*\/users\/me$/;
/** What ends a whole realm is asked without the right ones. */
const ENDS_TOO_MUCH = /DELETE \/admin\/v1\/realms\/\{realm\}$/;

/**
 * @param document the OpenAPI document
 * @param world credentials and known values
 * @returns fast-check arbitraries of `{ endpoint, method, path, headers, body }`, one for each endpoint: as often calm, with the right
 *   credentials and values that obey the document, as wild; and, where there is a recipe, as often made by it, `{ endpoint, method, spoilt, isPrepared }`
 */
export function requestsOf(document, world) {
  const endpoints = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] !== undefined).map((method) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation: item[method],
      parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])],
    })),
  );
  // Addresses that an endpoint has besides are not in the document.
  const others = recipes().filter((name) => !endpoints.some((endpoint) => endpoint.name === name));
  const ofOthers = others.map((name) => ({ name, arbitrary: preparedTo(name) }));
  const documented = endpoints.map((endpoint) => {
    const [calm, wild] = [false, true].map((isWild) => requestTo(endpoint, document.components, world, isWild));
    if (!isPrepared(endpoint.name)) return { name: endpoint.name, arbitrary: fc.oneof(calm, wild) };
    const { name } = endpoint;
    return { name, arbitrary: fc.oneof({ weight: 2, arbitrary: preparedTo(name) }, calm, wild) };
  });
  return [...documented, ...ofOthers];
}

function preparedTo(endpoint) {
  const [method] = endpoint.split(" ");
  return spoiling.map((spoilt) => ({ endpoint, method, spoilt, isPrepared: true }));
}

function requestTo({ name, method, path, operation, parameters }, components, world, isWild) {
  const isFatal = ENDS_CREDENTIALS.test(name);
  const { value } = valuesOf(components?.schemas ?? {}, () => world.known(path, isFatal), isWild);
  const ofPath = parameters.filter((parameter) => parameter.in === "path");
  const ofQuery = parameters.filter((parameter) => parameter.in === "query");
  const segments = fc.record(
    Object.fromEntries(
      [...path.matchAll(/\{([^}]+)\}/g)].map(([, part]) => [
        part,
        value(ofPath.find((parameter) => parameter.name === part)?.schema, part),
      ]),
    ),
  );
  const content = Object.entries(operation.requestBody?.content ?? {});
  const noBody = isWild ? seldom(anyBody) : fc.constant(undefined);
  return fc
    .record({
      segments,
      query: entriesOf(ofQuery),
      body: content.length === 0 ? noBody : fc.oneof(...content.map(([type, { schema }]) => bodyOf(type, schema))),
      credentials: credentialsFor(operation.security),
      headers: isWild ? strayHeaders : fc.constant({}),
    })
    .map(({ segments: values, query, body, credentials, headers }) => ({
      endpoint: name,
      method,
      path: `${path.replaceAll(/\{([^}]+)\}/g, (_, part) => encodeURIComponent(asText(values[part]).toWellFormed()) || "x")}${query}`,
      headers: { ...headers, ...credentials, ...(body?.type ? { "content-type": body.type } : {}) },
      body: method === "GET" ? undefined : body?.text,
    }));

  function entriesOf(parameters) {
    const entries = parameters.map(({ name: called, schema, required }) => {
      const given = value(schema, called).map((one) => [[called, one]]);
      const none = fc.constant([]);
      if (!isWild) return required ? given : fc.oneof(given, { weight: 4, arbitrary: none });
      const twice = hostileText.map((text) => [
        [called, text],
        [called, "twice"],
      ]);
      return fc.oneof({ weight: required ? 12 : 2, arbitrary: given }, none, twice);
    });
    const stray = isWild ? seldom(fc.tuple(hostileName, hostileText)) : fc.constant(undefined);
    return fc.tuple(stray, ...entries).map(([extra, ...all]) => {
      const text = formOf([...all.flat(), ...(extra === undefined ? [] : [extra])]);
      return text === "" ? "" : `?${text}`;
    });
  }

  function bodyOf(type, schema) {
    const made = value(schema, "").map((given) => {
      if (type === TYPES[0]) return { type, text: JSON.stringify(given) };
      const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
      return { type, text: isObject ? formOf(Object.entries(given)) : asText(given) };
    });
    return isWild ? fc.oneof({ weight: 8, arbitrary: made }, anyBody) : made;
  }

  function credentialsFor(security = []) {
    const schemes = security.flatMap((choice) => Object.keys(choice));
    const right = () => schemes.flatMap((scheme) => world.credentials(path, isFatal)[scheme] ?? []);
    const isAsked = right().length > 0 && !ENDS_TOO_MUCH.test(name);
    const rightOnes = fc.nat(MOST_CREDENTIALS).map((at) => right()[at % right().length]);
    if (!isWild) return isAsked ? rightOnes : fc.constant({});
    const wrong = fc.oneof(
      fc.constant({}),
      hostileText.map((text) => ({ authorization: headerText(`Bearer ${text}`) })),
      hostileText.map((text) => ({ authorization: headerText(`Basic ${text}`) })),
      hostileText.map((text) => ({ cookie: headerText(`qt-auth=${text}; qt-auth=2`) })),
      hostileText.map((text) => ({ "x-api-key": headerText(text) })),
      fc.constantFrom({ authorization: "Basic Og==" }, { authorization: "DPoP x" }, { cookie: "=;;; a" }),
    );
    return isAsked ? fc.oneof({ weight: 2, arbitrary: wrong }, { weight: 8, arbitrary: rightOnes }) : wrong;
  }
}

const seldom = (arbitrary) => fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const anyBody = fc.record({
  type: fc.constantFrom(
    ...TYPES,
    ...TYPES,
    "text/plain",
    "multipart/form-data",
    "application/json; charset=utf-16",
    "",
  ),
  text: hostileBody,
});

const strayHeaders = fc
  .record(
    {
      accept: fc.constantFrom("text/html", "*/*", "application/json", "text/html;q=2,,,;"),
      "accept-language": fc.constantFrom("fr", "*", "en;q=x", "xx-".repeat(50)),
      "sec-fetch-mode": fc.constantFrom("navigate", "cors", "x"),
      origin: seldom(fc.constantFrom("null", "https://evil.test", `https://${MARKUP}>`)),
      "user-agent": hostileText.map(headerText),
      "if-match": hostileText.map(headerText),
      dpop: seldom(hostileText.map(headerText)),
      "cf-ray": hostileText.map((text) => headerText(`${text}${HEADER}`)),
      "x-forwarded-host": fc.constant("evil.test"),
      "x-http-method-override": fc.constant("DELETE"),
    },
    { requiredKeys: [] },
  )
  .map((headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)));
