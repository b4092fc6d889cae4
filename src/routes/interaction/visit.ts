import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Failure } from "../../errors/errors.ts";
import { checkCsrfToken, csrfToken } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendPage } from "../../http/page.ts";
import { readPageForm } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { PageFrame } from "../../pages/frame.ts";
import { type Visit, waitingRequest } from "./waiting-request.ts";

/** The form of a page comes back. Throws Failure or PageError unless this browser was given it. */
export async function comeBack(c: AppContext): Promise<Visit & { readonly form: Parameters }> {
  const form = await readPageForm(c);
  const browser = await checkCsrfToken(c, form.get("csrf"));
  return { c, browser, waiting: await waitingRequest(c, browser, form.get("interaction")), form };
}

/** What every page with a form needs, besides what the form is for. */
interface FormPage {
  readonly frame: PageFrame;
  readonly csrf: string;
  readonly interaction: string | undefined;
}

export interface VisitPageOptions {
  readonly status?: ContentfulStatusCode;
  /** Why the form was not taken: the answer carries its status and headers. */
  readonly refusal?: Failure | undefined;
  /** The page's script speaks to this host. */
  readonly connects?: boolean;
  /** The form leads nowhere but here, whatever waits. */
  readonly staysHere?: boolean;
}

/** Sends a page whose form takes along what waits behind it. */
export async function sendVisitPage(
  { c, browser, waiting }: Visit,
  build: (page: FormPage) => JSX.Element,
  { refusal, status = 200, connects = false, staysHere = false }: VisitPageOptions = {},
): Promise<Response> {
  const csrf = await csrfToken(c, browser);
  if (refusal !== undefined) refusalHeaders(c, refusal);
  return sendPage(c, (frame) => build({ frame, csrf, interaction: waiting?.sealed }), {
    status: refusal === undefined ? status : (refusal.status as ContentfulStatusCode),
    connects,
    formTargets: staysHere ? [] : (waiting?.targets ?? []),
    uiLocales: waiting?.request?.uiLocales ?? null,
  });
}
