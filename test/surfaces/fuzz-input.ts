import * as fc from "fast-check";
import { hostileTexts } from "../../scripts/fuzz/hostile-texts.ts";

const text = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary", maxLength: 60 }));

/** Names that some route reads, among names that none does. */
const names = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...[
        "email",
        "username",
        "password",
        "name",
        "metadata",
        "dont-login",
        "slug",
        "avatar-url",
        "phone-number",
        "session-id",
      ],
      ...[
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "prompt",
        "max_age",
        "code_challenge",
        "nonce",
      ],
      ...[
        "code_challenge_method",
        "id_token_hint",
        "error_uri",
        "response_mode",
        "request",
        "login_hint",
        "ui_locales",
      ],
      ...[
        "post_logout_redirect_uri",
        "interaction",
        "csrf",
        "identifier",
        "decision",
        "grant_type",
        "code",
        "refresh_token",
      ],
      ...[
        "client_secret",
        "client_assertion",
        "code_verifier",
        "token",
        "key",
        "callback-url",
        "redirect-url",
        "auth-page",
      ],
      ...[
        "access-token",
        "callback_uri",
        "qt-auth",
        "after",
        "limit",
        "q",
        "domains",
        "settings",
        "roles",
        "auth_domain",
      ],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "", "a[]", "a.b", "\0", "toString") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
);

const pairs = fc.array(fc.tuple(names, text), { maxLength: 8 });
const many = fc
  .constantFrom(101, 1000, 10_000)
  .map((count) => Array.from({ length: count }, (_, at): [string, string] => [`p${at}`, "x"]));

const nested = (depth: number, [open, close]: readonly [string, string]): string =>
  `${open.repeat(depth)}${close.repeat(depth)}`;

/** JSON objects with members that some route reads, and values that it does not expect. */
export const jsonObject = fc
  .dictionary(names, fc.oneof(text, fc.jsonValue({ maxDepth: 3 })), { maxKeys: 8 })
  .map((value) => JSON.stringify(value));

const jsonText = fc.oneof(
  { weight: 6, arbitrary: jsonObject },
  { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      nested(5000, ["[", "]"]),
      nested(5000, ['{"a":', "}"]),
      `{"metadata":${nested(4000, ["[", "]"])}}`,
      `{"email":${"9".repeat(5000)},"password":1e999}`,
      '{"email":"\\ud800","username":"\\u0000","password":"\\udfff"}',
      '{"__proto__":{"email":"a@b.test"},"constructor":{"prototype":1}}',
      '{"email":"a@b.test","email":[]}',
      '{"email":',
      "{'email':1}",
      "﻿{}",
      "NaN",
      "-0",
      `{${Array.from({ length: 3000 }, (_, at) => `"k${at}":${at}`).join()}}`,
    ),
  },
);

const formText = fc
  .oneof({ weight: 5, arbitrary: pairs }, { weight: 1, arbitrary: many })
  .map((entries) => new URLSearchParams(entries).toString());

const bodies = fc.oneof(
  fc.record({ type: fc.constant("application/json"), body: jsonText }),
  fc.record({ type: fc.constant("application/x-www-form-urlencoded"), body: formText }),
  fc.record({
    type: fc.constantFrom(
      "application/json",
      "application/x-www-form-urlencoded",
      "text/plain",
      "multipart/form-data",
      "application/octet-stream",
      "application/json; charset=utf-16",
      "x",
      "",
    ),
    body: fc.oneof(
      jsonText,
      formText,
      fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
    ),
  }),
);

const seldom = (value: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const headers = fc.record(
  {
    cookie: fc.oneof(
      text.map((value) => `qt-auth=${value}`),
      text.map((value) => `__Host-gatehouse-browser=${value}; qt-auth=a; qt-auth=b`),
      fc.constantFrom(
        "=",
        ";;;",
        "qt-auth",
        "a=b; ".repeat(500),
        'qt-auth="',
        "__Host-gatehouse-browser=AAAAAAAAAAAAAAAAAAAAAA",
      ),
    ),
    authorization: fc.oneof(
      text.map((value) => `Bearer ${value}`),
      text.map((value) => `Basic ${value}`),
      fc.constantFrom(
        "Bearer",
        "Basic Og==",
        "Basic !!!!",
        "Digest x",
        "DPoP x",
        "bearer eyJhbGciOiJub25lIn0.e30.",
        "Basic /////w==",
      ),
    ),
    "x-qt-auth": seldom(text),
    "x-api-key": text,
    accept: fc.constantFrom("text/html", "*/*", "application/json", "text/html;q=2,,,;"),
    "accept-language": fc.oneof(text, fc.constantFrom("*", "en;q=x", "xx-".repeat(50), "i-", "fr;q=0.0000001")),
    "sec-fetch-mode": fc.constantFrom("navigate", "cors", "x"),
    origin: seldom(fc.constantFrom("null", "https://evil.test", "x")),
    "user-agent": text,
    "cf-ray": text,
    "if-match": text,
    range: fc.constant("bytes=0-1"),
    "x-forwarded-host": fc.constant("evil.test"),
  },
  { requiredKeys: [] },
);

export interface FuzzInput {
  readonly query: string;
  readonly segment: string;
  readonly headers: Record<string, string>;
  readonly body: { readonly type: string; readonly body: string | Uint8Array };
}

/** What may be in a header at all. */
const headerValue = (value: string): string =>
  value
    .replaceAll(/[^\t\x20-\x7e]/g, "?")
    .trim()
    .slice(0, 4000);

const sendable = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, headerValue(value)]])),
  );

/** Query, path parameter, headers and body of a request that no honest client sends. */
export const fuzzInput: fc.Arbitrary<FuzzInput> = fc.record({
  query: fc
    .oneof({ weight: 8, arbitrary: pairs }, { weight: 1, arbitrary: many.map((entries) => entries.slice(0, 1000)) })
    .map((entries) => new URLSearchParams(entries).toString()),
  segment: text.map((value) => encodeURIComponent(value.toWellFormed()) || "x"),
  headers: headers.map(sendable),
  body: bodies,
});
