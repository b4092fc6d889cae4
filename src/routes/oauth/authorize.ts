/** GET|POST /authorize: RFC 6749 §4.1.1, OIDC Core §3.1.2, RFC 9126 §4. */

import { limits } from "../../config/limits.ts";
import { findPushedRequest } from "../../domain/authorization/pushed-request.ts";
import { PageError } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { readForm, readQuery } from "../../http/read-body.ts";
import { jsonBytes } from "../../lib/json.ts";
import { proceed } from "../interaction/proceed.tsx";

export async function authorize(c: AppContext): Promise<Response> {
  const parameters = c.req.method === "POST" ? await readForm(c) : readQuery(c);
  if (jsonBytes(parameters.entries()) > limits.authorizationRequestBytes) throw new PageError("body-too-large");
  const request = (await findPushedRequest(c.get("realm"), parameters)) ?? { parameters };
  const bridgekeeper = c.req.path.startsWith("/api/auth/v1/oauth/");
  return proceed(c, { ...request, begunAt: Date.now(), bridgekeeper }, "new");
}
