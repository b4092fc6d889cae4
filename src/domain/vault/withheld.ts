/** Credentials in what a provider answers: an API that shows requests would show them to the application. Pure. */

/** Shorter ones would be found in anything. */
const fewestChars = 8;

/** As it is, as in an address, and as in JSON in either style. The longest first: one may be a part of another. */
function formsOf(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter(({ length }) => length >= fewestChars)
    .flatMap((secret) => {
      const json = JSON.stringify(secret).slice(1, -1);
      return [secret, encodeURIComponent(secret), json, json.replaceAll("/", "\\/")];
    });
  return [...new Set(forms)].toSorted((one, other) => other.length - one.length);
}

export const withheld = (text: string, secrets: readonly string[]): string =>
  formsOf(secrets).reduce((so, form) => so.replaceAll(form, "[withheld]"), text);

export function withheldHeaders(answered: Headers, secrets: readonly string[]): Headers {
  const headers = new Headers();
  for (const [name, value] of answered) if (name !== "set-cookie") headers.append(name, withheld(value, secrets));
  return headers;
}

const star = 0x2a;

/** In a stream, where the length has been told already: a star for each byte. What might be a beginning waits for the next bytes, and nothing else does. */
export function withheldStream(
  body: ReadableStream<Uint8Array>,
  secrets: readonly string[],
): ReadableStream<Uint8Array> {
  const forms = formsOf(secrets);
  if (forms.length === 0) return body;
  let rest = new Uint8Array();
  const transform = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const bytes = new Uint8Array(rest.byteLength + chunk.byteLength);
      bytes.set(rest);
      bytes.set(chunk, rest.byteLength);
      const text = cover(bytes, forms);
      const open = beginning(text, forms);
      rest = bytes.slice(bytes.byteLength - open);
      if (bytes.byteLength > open) controller.enqueue(bytes.subarray(0, bytes.byteLength - open));
    },
    flush: (controller) => {
      if (rest.byteLength > 0) controller.enqueue(rest);
    },
  });
  return body.pipeThrough(transform);
}

/** Covers what is there as a whole. The bytes as text, one letter each: credentials are ASCII. */
function cover(bytes: Uint8Array, forms: readonly string[]): string {
  const text = new TextDecoder("latin1").decode(bytes);
  for (const form of forms)
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length))
      bytes.fill(star, at, at + form.length);
  return text;
}

/** How many of the last letters may begin one of the forms. */
function beginning(text: string, forms: readonly string[]): number {
  const longest = (forms[0]?.length ?? 1) - 1;
  for (let open = Math.min(longest, text.length); open > 0; open--) {
    const end = text.slice(-open);
    if (forms.some((form) => form.length > open && form.startsWith(end))) return open;
  }
  return 0;
}
