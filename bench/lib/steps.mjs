// What the operations are made of, those of the product and those of its peers.
import { createHash, randomBytes } from "node:crypto";
import { UnexpectedAnswer } from "./connection.mjs";

/** Sends one fixed request over and over, encoded once. */
export function repeat(connection, request, isGood = () => true, status = 200) {
  const encoded = connection.encode(request);
  return async () => {
    const answer = await connection.send(encoded);
    if (answer.status !== status || !isGood(answer)) throw new UnexpectedAnswer(request, answer);
  };
}

/** Trades a refresh token for the next one, over and over. @param {(token: string) => Promise<{refresh_token: string}>} trade */
export function rotate(first, trade) {
  let current = first;
  return async () => {
    const { refresh_token: next } = await trade(current);
    if (!next || next === current) throw new Error("the refresh token was not rotated");
    current = next;
  };
}

/** PKCE: what goes along with the question, and what is shown afterwards. */
export function makeProof() {
  const verifier = randomBytes(32).toString("base64url");
  const code_challenge = createHash("sha256").update(verifier).digest("base64url");
  return { verifier, challenge: { code_challenge, code_challenge_method: "S256" } };
}

/** Sends a browser to an authorization endpoint. @returns the code that it comes back with */
export async function fetchCode(connection, request, status = 302) {
  const answer = await connection.request(request, status);
  const code = new URL(answer.header("location")).searchParams.get("code");
  if (code === null) throw new UnexpectedAnswer(request, answer);
  return code;
}

export const basic = ({ id, secret }) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

/** @param cookies by name, as `Answer.cookies` gives them */
export const cookieHeader = (cookies) =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

/** Where a redirection within the same service leads. */
export function nextPath(answer) {
  const { pathname, search } = new URL(answer.header("location"), "http://localhost");
  return `${pathname}${search}`;
}
