// Who stands before the console, and what of it is theirs to see.
import type { Operator } from "../../domain/admin/operator.ts";
import { originOf } from "../../domain/realms/realm.ts";
import { Problem } from "../../errors/errors.ts";
import { csrfToken, ensureBrowserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";
import { sendPage } from "../../http/page.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import { type CurrentSession, findSession } from "../../http/session.ts";
import { Parameters } from "../../lib/parameters.ts";
import { ConsoleRefusedPage } from "../../pages/console/refused-page.tsx";
import { operatorOfSession } from "../admin/authenticate.ts";
import { type Address, rights } from "../admin/rights.ts";
import { leaveForSignIn } from "../interaction/leave-for.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { sealWaitingPage, withSealed } from "../interaction/waiting-request.ts";
import { consoleHome } from "./paths.ts";

/** Somebody who may open the console. */
export interface Visitor {
  readonly operator: Operator;
  readonly userId: number;
  /** The realm that they are of, and whose host this is. */
  readonly homeRealmId: string;
  readonly label: string;
  readonly csrf: string;
  /** This browser, to which forms and what is carried along are bound. */
  readonly browser: string;
  /** Set when they could act for the whole deployment, had they signed in with two factors: where that is done. */
  readonly secondFactor: { readonly has: boolean; readonly href: string } | undefined;
}

/** Whoever may call this endpoint of the operators' API is shown what leads to it; the API decides once more. */
export const mayCall = ({ operator }: Pick<Visitor, "operator">, address: Address): boolean =>
  (rights[address] as readonly string[]).includes(operator.kind);

/** The visitor, or the answer for somebody who is none: the way to sign in and back, or a page that says why not. */
export async function arrive(c: AppContext): Promise<Visitor | Response> {
  const { realm } = c.get("realm");
  if (hostOf(c.req.url) !== realm.authDomain) return toAuthDomain(c);
  const session = await findSession(c);
  if (session === null) return signInAndBack(c);
  const operator = operatorOf(c, session);
  const browser = ensureBrowserId(c);
  const csrf = await csrfToken(c, browser);
  const { profile } = session;
  const label = profile.name ?? profile.email ?? profile.username ?? String(profile.id);
  if (operator === null) return refuse(c, { label, csrf });
  const lacksFactor = operator.kind === "sysadmin" && operator.inOperatorsRealm;
  const secondFactor = lacksFactor ? await secondFactorOf(c, profile.tfaEnabled) : undefined;
  return { operator, userId: profile.id, homeRealmId: realm.id, label, csrf, browser, secondFactor };
}

async function secondFactorOf(c: AppContext, has: boolean): Promise<NonNullable<Visitor["secondFactor"]>> {
  const back = await sealWaitingPage(c, `${originOf(hostOf(c.req.url), c.get("config"))}${consoleHome}`);
  return { has, href: withSealed(has ? interactionPaths.twoFactor : interactionPaths.twoFactorSetUp, back) };
}

/** To the sign-in page, and back to this address (or to `path`). */
export function signInAndBack(c: AppContext, path?: string): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const back = path ?? (c.req.method === "GET" ? `${pathname}${search}` : pathname);
  const address = `${originOf(hostOf(c.req.url), c.get("config"))}${back}`;
  const parameters = new Parameters([["redirect-url", address]]);
  return leaveForSignIn(c, { parameters, begunAt: Date.now(), page: true });
}

function operatorOf(c: AppContext, session: CurrentSession): Operator | null {
  try {
    return operatorOfSession(c.get("realm"), session);
  } catch (error) {
    if (error instanceof Problem && error.reason === "admin-role-missing") return null;
    throw error;
  }
}

/** One origin for the console: on the realm's other hosts, others' scripts may run. */
function toAuthDomain(c: AppContext): Response {
  if (c.req.method !== "GET" && c.req.method !== "HEAD") throw new Problem("not-found");
  const { pathname, search } = new URL(c.req.url);
  return c.body(null, 302, { location: `${c.get("realm").realm.issuer}${pathname}${search}` });
}

function refuse(c: AppContext, { label, csrf }: { label: string; csrf: string }): Response {
  refusalHeaders(c, new Problem("admin-role-missing"));
  return sendPage(
    c,
    (frame) => (
      <ConsoleRefusedPage frame={frame} userLabel={label} signOutAction={interactionPaths.signOut} csrf={csrf} />
    ),
    { status: 403 },
  );
}
