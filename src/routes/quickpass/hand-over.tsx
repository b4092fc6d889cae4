/** POST /api/v1/auth/jwt, and GET where a source allows it: a main product hands a signed-in user over (contract §5). */

import * as z from "zod";
import { recordRefusal } from "../../domain/audit/record-event.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { SecondFactorNeeded } from "../../domain/second-factor/half-sign-in.ts";
import { checkToken, sourceOfToken } from "../../domain/sources/check-token.ts";
import { type Arrival, signInByHandOver } from "../../domain/sources/sign-in.ts";
import type { Source } from "../../domain/sources/source.ts";
import { parseRedirectUrl, type ReturnAddress } from "../../domain/sso/return-address.ts";
import { Problem } from "../../errors/errors.ts";
import type { AppContext } from "../../http/env.ts";
import { keepLinkToken } from "../../http/link-cookie.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { refuseOriginsExcept } from "../../http/middleware/same-site.ts";
import { isNavigation } from "../../http/navigation.ts";
import { sendPage } from "../../http/page.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { readForm, readJson, readQuery } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { requestId } from "../../http/request-id.ts";
import { currentDevice, sendSession } from "../../http/session.ts";
import { validate } from "../../http/validate.ts";
import { LinkRequiredPage } from "../../pages/link-required-page.tsx";
import { problemSchema } from "../admin/problem-json.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { sealWaitingPage } from "../interaction/waiting-request.ts";
import { signedInJson } from "./user-json.ts";

export const handOverSchema = z.object({
  token: z
    .string()
    .min(1)
    .describe(
      "A JWT of the source: `iss`, `user_id`, `iat`, `exp`, 15 minutes at most; `email`, `name`, `jti`, `aud`.",
    ),
  redirect_url: z
    .string()
    .optional()
    .describe("Where to go afterwards: a path, or an address on a domain or an allowed redirect domain of the realm."),
});

export const linkRequiredSchema = problemSchema.extend({
  link_token: z.string().describe("Stands for the hand-over at /api/v1/users/accounts/link, once and for ten minutes."),
});

export async function handOver(c: AppContext): Promise<Response> {
  const context = c.get("realm");
  const { token, redirect_url } = await readSent(c);
  await limitPerAddress(c, "sign-in", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const host = hostOf(c.req.url);
  const redirectUrl =
    redirect_url === undefined ? null : parseRedirectUrl(context, redirect_url, originOf(host, context.config));
  const { source, jwt } = await sourceOfToken(context, token);
  refuseForeign(c, source);
  const failure = { type: "user.sign_in_failed", target: { kind: "source", id: source.name } } as const;
  const person = await recordRefusal(context, { ...failure, details: { method: "hand-over" } }, () =>
    checkToken(context, source, jwt, host),
  );
  const arrival = await arrive(
    c,
    () => currentDevice(c).then((device) => signInByHandOver(context, person, device)),
    redirectUrl,
  );
  return arrival.kind === "link-required"
    ? askForLink(c, arrival.linkToken, redirectUrl)
    : welcome(c, source, arrival.signedIn, redirectUrl);
}

/** Should a second factor be owed, the page that asks for it leads on to where the product wanted. */
async function arrive(
  c: AppContext,
  signIn: () => Promise<Arrival>,
  redirectUrl: ReturnAddress | null,
): Promise<Arrival> {
  try {
    return await signIn();
  } catch (error) {
    if (error instanceof SecondFactorNeeded && redirectUrl !== null && isNavigation(c))
      c.set("waiting", await sealWaitingPage(c, redirectUrl));
    throw error;
  }
}

async function readSent(c: AppContext): Promise<z.output<typeof handOverSchema>> {
  const isJson = /^application\/json\b/i.test(c.req.header("content-type") ?? "");
  if (c.req.method === "POST" && isJson) return validate(handOverSchema, await readJson(c));
  const parameters = c.req.method === "POST" ? await readForm(c) : readQuery(c);
  if (parameters.repeated.size > 0) throw new Problem("parameter-repeated");
  return validate(handOverSchema, Object.fromEntries(parameters.entries()));
}

/** Whoever could make a browser send this from a page of their own would sign people in as somebody else (login CSRF). */
function refuseForeign(c: AppContext, { settings }: Source): void {
  if (c.req.method === "POST") {
    refuseOriginsExcept(c, new Set(settings.origins));
    return;
  }
  if (!settings.allow_get) {
    c.header("allow", "POST");
    throw new Problem("hand-over-by-address-off");
  }
  const destination = c.req.header("sec-fetch-dest") ?? "document";
  const isAhead = (c.req.header("sec-purpose") ?? "").includes("prefetch");
  if (destination !== "document" || isAhead) throw new Problem("cross-site-request");
}

type SignedIn = Extract<Arrival, { kind: "signed-in" }>["signedIn"];

function welcome(c: AppContext, source: Source, signedIn: SignedIn, redirectUrl: ReturnAddress | null): Response {
  sendSession(c, signedIn.token, signedIn.session.expiresAt);
  const wantsJson = redirectUrl === null || (c.req.header("accept") ?? "").includes("application/json");
  if (wantsJson && !isNavigation(c) && c.req.method === "POST") return c.json(signedInJson(signedIn, source));
  return c.body(null, 303, { location: redirectUrl ?? interactionPaths.home });
}

/**
 * A person is asked on a page, a program is told. What came in an address is connected with nothing: anybody can send somebody a link to
 * their own account at the product, and the owner of the address would give it a way into theirs.
 */
function askForLink(c: AppContext, linkToken: string, redirectUrl: ReturnAddress | null): Response {
  const problem = new Problem("link-proof-required");
  if (!isNavigation(c)) return tellProgram(c, problem, linkToken);
  if (c.req.method === "GET") {
    refusalHeaders(c, problem);
    const signInHref = interactionPaths.signIn;
    const response = sendPage(c, (frame) => <LinkRequiredPage frame={frame} signInHref={signInHref} />, {
      status: 409,
    });
    response.headers.set("referrer-policy", "no-referrer");
    return response;
  }
  keepLinkToken(c, linkToken);
  return c.body(null, 303, { location: linkPageAddress(redirectUrl) });
}

export const linkPageAddress = (redirectUrl: string | null): string =>
  redirectUrl === null
    ? interactionPaths.linkAccount
    : `${interactionPaths.linkAccount}?${new URLSearchParams({ "redirect-url": redirectUrl })}`;

function tellProgram(c: AppContext, problem: Problem, linkToken: string): Response {
  refusalHeaders(c, problem);
  const body: z.output<typeof linkRequiredSchema> = {
    type: "about:blank",
    title: problem.publicMessage,
    status: problem.status,
    code: problem.code,
    request_id: requestId(c),
    link_token: linkToken,
  };
  return c.body(JSON.stringify(body), 409, { "content-type": "application/problem+json" });
}
