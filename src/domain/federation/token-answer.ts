/** What token endpoints answer, brought into the form of RFC 6749 §5.1 and §5.2 where a provider has another. */
import { isRecord, parseJson } from "../../lib/json.ts";
import type { Provider } from "./provider.ts";

/** The same answer as the standard has it. What is no JSON object stays as it is, for the next to refuse. */
export async function standardAnswer({ type, settings }: Provider, response: Response): Promise<Response> {
  const text = await response.text();
  const { status, headers } = response;
  const answer = parseJson(text);
  if (type === "oidc" || !isRecord(answer)) return new Response(text, { status, headers });
  const paths = settings.token_answer ?? {};
  const at = (name: keyof typeof paths): unknown => valueAt(answer, paths[name] ?? name);
  const accessToken = at("access_token");
  const error = at("error");
  // Some say what went wrong with a status that says that nothing did.
  if (typeof error === "string" && (status !== 200 || typeof accessToken !== "string"))
    return Response.json({ error: error === "" ? "unnamed" : error }, { status: status === 200 ? 400 : status });
  if (status !== 200) return new Response(text, { status, headers });
  const found = {
    access_token: accessToken,
    refresh_token: at("refresh_token"),
    id_token: at("id_token"),
    expires_in: secondsIn(at("expires_in")),
    scope: scopeIn(at("scope"), settings.scope_separator),
  };
  const members = Object.entries(found).filter(([, value]) => value !== undefined && value !== null && value !== "");
  // Whatever plain OAuth providers call it, or leave out, it is used as a Bearer token: they know no other.
  return Response.json({ ...Object.fromEntries(members), token_type: "bearer" });
}

function valueAt(answer: Record<string, unknown>, path: string): unknown {
  let value: unknown = answer;
  for (const name of path.split(".")) value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** A number, also where it is written as a text. 0 stands for a token that does not end by itself. */
function secondsIn(value: unknown): number | undefined {
  const seconds = typeof value === "string" && /^[0-9]{1,12}$/.test(value) ? Number(value) : value;
  return typeof seconds === "number" && seconds > 0 ? seconds : undefined;
}

function scopeIn(value: unknown, separator: string): string | undefined {
  const words = Array.isArray(value) ? value.filter((word) => typeof word === "string") : null;
  if (words !== null) return words.join(" ");
  return typeof value === "string" ? value.split(separator).join(" ") : undefined;
}
