/** What token endpoints answer, brought into the form of RFC 6749 §5.1 and §5.2 where a provider has another. */
import { isRecord, parseJson } from "../../lib/json.ts";
import type { Provider } from "./provider.ts";

export interface StandardAnswer {
  /** As the standard has it. */
  readonly response: Response;
  /** Of a plain OAuth 2.0 provider: nobody has said how it could be checked, so it is not for the checks above. */
  readonly uncheckedIdToken: string | null;
}

/** The same answer in the standard's form. What is no JSON object stays as it is, for the next to refuse. */
export async function standardAnswer({ type, settings }: Provider, given: Response): Promise<StandardAnswer> {
  const text = await given.text();
  const { status, headers } = given;
  const answer = parseJson(text);
  const asItIs = { response: new Response(text, { status, headers }), uncheckedIdToken: null };
  if (type === "oidc" || !isRecord(answer)) return asItIs;
  const paths = settings.token_answer ?? {};
  const at = (name: keyof typeof paths): unknown => valueAt(answer, paths[name] ?? name) ?? valueAt(answer, name);
  const accessToken = at("access_token");
  const error = at("error");
  // Some say what went wrong with a status that says that nothing did.
  if (typeof error === "string" && (status !== 200 || typeof accessToken !== "string")) {
    const refusal = Response.json({ error: error === "" ? "unnamed" : error }, { status: Math.max(status, 400) });
    return { response: refusal, uncheckedIdToken: null };
  }
  if (status !== 200) return asItIs;
  const found = {
    access_token: accessToken,
    refresh_token: at("refresh_token"),
    expires_in: secondsIn(at("expires_in")),
    scope: scopeIn(at("scope")),
  };
  const members = Object.entries(found).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const idToken = at("id_token");
  return {
    // Whatever plain OAuth providers call it, or leave out, it is used as a Bearer token: they know no other.
    response: Response.json({ ...Object.fromEntries(members), token_type: "bearer" }),
    uncheckedIdToken: typeof idToken === "string" ? idToken : null,
  };
}

/** What stands at the end of `one.another`; undefined when there is nothing. */
export function valueAt(answer: Record<string, unknown>, path: string): unknown {
  let value: unknown = answer;
  for (const name of path.split(".")) value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** A number, also where it is written as a text. 0 stands for a token that does not end by itself. */
function secondsIn(value: unknown): number | undefined {
  const seconds = typeof value === "string" && /^[0-9]{1,12}$/.test(value) ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 ? seconds : undefined;
}

/** Joined by spaces or commas, or a list. */
function scopeIn(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value.filter((word) => typeof word === "string").join(" ") : value;
  return typeof text === "string" ? wordsIn(text).join(" ") : undefined;
}

export const wordsIn = (scope: string): string[] => scope.split(/[\s,]+/).filter((word) => word !== "");
