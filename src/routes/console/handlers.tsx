import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Failure, Problem } from "../../errors/errors.ts";
import { checkCsrfToken } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { sendErrorPage } from "../../http/error-page.tsx";
import { sendPage } from "../../http/page.ts";
import { readPageForm } from "../../http/read-body.ts";
import { refusalHeaders } from "../../http/refusal-headers.ts";
import type { ConsoleShell } from "../../pages/console/console-page.tsx";
import type { PageFrame } from "../../pages/frame.ts";
import { consoleTexts } from "../../pages/texts/console/index.ts";
import { realmSchema } from "../admin/realm-json.ts";
import { interactionPaths } from "../interaction/paths.ts";
import { AdminRefusal, read, segment } from "./admin-call.ts";
import { arrive, mayCall, signInAndBack } from "./arrive.tsx";
import { clientPage, editClientPage } from "./client.tsx";
import { clientsPage, newClientPage } from "./clients.tsx";
import { deliveriesPage } from "./deliveries.tsx";
import { domainsPage } from "./domains.tsx";
import { eventsPage } from "./events.tsx";
import { allFiguresPage, figuresPage } from "./figures.tsx";
import { keysPage } from "./keys.tsx";
import { lookPage } from "./look.tsx";
import { mappingPage, newMappingPage } from "./mappings.tsx";
import { type ConsolePath, consoleHome } from "./paths.ts";
import { navigationOf, realmPath, realmsPath } from "./places.ts";
import { providerPage } from "./provider.tsx";
import { newProviderPage, providersPage } from "./providers.tsx";
import { realmPage } from "./realm.tsx";
import { newRealmPage, realmListPage } from "./realms.tsx";
import { registrationTokensPage } from "./registration-tokens.tsx";
import { settingsGroupPage, settingsPage } from "./settings.tsx";
import { newSourcePage, sourcePage, sourcesPage } from "./sources.tsx";
import { finishTrial, trialPage } from "./trial.tsx";
import { editUserPage, userPage } from "./user.tsx";
import { newUserPage, usersPage } from "./users.tsx";
import { callsPage, mappingsPage } from "./vault.tsx";
import type { ConsolePageEntry, Refusal, Shown, Visit } from "./visit.ts";
import { newWebhookPage, webhookPage, webhooksPage } from "./webhooks.tsx";

/** Every page, by its path below /console. */
export const pages: Readonly<Record<ConsolePath, ConsolePageEntry>> = {
  "/realms": realmListPage,
  "/realms/new": newRealmPage,
  "/realms/:realm": realmPage,
  "/realms/:realm/domains": domainsPage,
  "/realms/:realm/settings": settingsPage,
  "/realms/:realm/settings/:group": settingsGroupPage,
  "/realms/:realm/look": lookPage,
  "/realms/:realm/clients": clientsPage,
  "/realms/:realm/clients/new": newClientPage,
  "/realms/:realm/clients/:client": clientPage,
  "/realms/:realm/clients/:client/edit": editClientPage,
  "/realms/:realm/clients/:client/try": trialPage,
  "/realms/:realm/registration-tokens": registrationTokensPage,
  "/realms/:realm/providers": providersPage,
  "/realms/:realm/providers/new": newProviderPage,
  "/realms/:realm/providers/:provider": providerPage,
  "/realms/:realm/keys": keysPage,
  "/realms/:realm/users": usersPage,
  "/realms/:realm/users/new": newUserPage,
  "/realms/:realm/users/:user": userPage,
  "/realms/:realm/users/:user/edit": editUserPage,
  "/realms/:realm/sources": sourcesPage,
  "/realms/:realm/sources/new": newSourcePage,
  "/realms/:realm/sources/:source": sourcePage,
  "/realms/:realm/webhooks": webhooksPage,
  "/realms/:realm/webhooks/new": newWebhookPage,
  "/realms/:realm/webhooks/:webhook": webhookPage,
  "/realms/:realm/webhooks/:webhook/deliveries": deliveriesPage,
  "/realms/:realm/calls": callsPage,
  "/realms/:realm/calls/mappings": mappingsPage,
  "/realms/:realm/calls/mappings/new": newMappingPage,
  "/realms/:realm/calls/mappings/:client/:mapping": mappingPage,
  "/realms/:realm/events": eventsPage,
  "/realms/:realm/figures": figuresPage,
  "/figures": allFiguresPage,
};

export const showPage = (c: AppContext, path: ConsolePath): Promise<Response> =>
  visiting(c, pages[path], (visit) => show(visit, pages[path], null));

export const submitPage = (c: AppContext, path: ConsolePath): Promise<Response> =>
  visiting(c, pages[path], (visit) => submit(visit, pages[path]));

export const finishTrialPage = (c: AppContext): Promise<Response> =>
  visiting(c, trialPage, async (visit) => {
    const finished = await finishTrial(visit);
    return sendShown(finished.visit, trialPage)(finished.shown);
  });

/** GET /console: where each operator begins. */
export async function home(c: AppContext): Promise<Response> {
  const visitor = await arrive(c);
  if (visitor instanceof Response) return visitor;
  const location = visitor.operator.kind === "deployment" ? realmsPath : realmPath(visitor.homeRealmId);
  return c.body(null, 302, { location });
}

/** What is the same for every page: somebody who may see it, in a realm that they may see. */
async function visiting(
  c: AppContext,
  { needs }: ConsolePageEntry,
  go: (visit: Visit) => Promise<Response>,
): Promise<Response> {
  const visitor = await arrive(c);
  if (visitor instanceof Response) return visitor;
  try {
    const reference = c.req.param("realm");
    const realm = reference === undefined ? null : await read(c, `/realms/${segment(reference)}`, realmSchema);
    if (!mayCall(visitor, needs)) return sendErrorPage(c, new Failure("admin-role-missing"), 403);
    return await go({ c, visitor, realm });
  } catch (error) {
    if (!(error instanceof AdminRefusal)) throw error;
    return error.problem.status === 401 ? signInAndBack(c) : refuse(c, error);
  }
}

function refuse(c: AppContext, { problem }: AdminRefusal): Response {
  const reason = problem.status === 404 ? "not-found" : problem.status === 403 ? "admin-role-missing" : "server-error";
  return sendErrorPage(c, new Failure(reason), problem.status as ContentfulStatusCode);
}

async function submit(visit: Visit, page: ConsolePageEntry): Promise<Response> {
  const { c, visitor } = visit;
  const form = await readPageForm(c, page.mostFormBytes);
  await checkCsrfToken(c, form.get("csrf"));
  const does = form.get("do") ?? "";
  const action = Object.hasOwn(page.actions ?? {}, does) ? page.actions?.[does] : undefined;
  if (action === undefined) throw new Failure("not-found");
  if (!mayCall(visitor, action.needs)) throw new Failure("admin-role-missing");
  const outcome = await action.run(visit, form);
  if ("to" in outcome) {
    const done = outcome.done === undefined ? "" : `?done=${outcome.done}`;
    return c.body(null, 303, { location: `${outcome.to}${done}` });
  }
  if ("shown" in outcome) return sendShown(visit, page)(outcome.shown);
  const { problem } = outcome.refused;
  if (problem?.status === 401 || problem?.code === "reauthentication-required") return signInAndBack(c);
  return show(visit, page, outcome.refused);
}

async function show(visit: Visit, page: ConsolePageEntry, refusal: Refusal | null): Promise<Response> {
  if (refusal !== null) {
    refusalHeaders(visit.c, new Problem("body-invalid"));
    if (refusal.problem !== null) visit.c.header("x-error-code", refusal.problem.code);
  }
  return sendShown(visit, page, refusal)(await page.show(visit, refusal));
}

const sendShown =
  (visit: Visit, page: ConsolePageEntry, refusal: Refusal | null = null) =>
  ({ build, formTargets = [], connects = false, pictures = [] }: Shown): Response =>
    sendPage(visit.c, (frame) => build(shellOf(visit, page, frame, refusal)), {
      status: refusal === null ? 200 : ((refusal.problem?.status ?? 422) as ContentfulStatusCode),
      formTargets,
      connects,
      pictures,
    });

function shellOf(
  { c, visitor, realm }: Visit,
  page: ConsolePageEntry,
  frame: PageFrame,
  refusal: Refusal | null,
): ConsoleShell {
  const texts = consoleTexts(frame.language);
  const done = refusal === null ? c.req.query("done") : undefined;
  const doneText =
    done !== undefined && Object.hasOwn(texts.done, done) ? texts.done[done as keyof typeof texts.done] : undefined;
  const problemText =
    refusal === null
      ? undefined
      : (texts.problems[refusal.problem?.code ?? "validation-failed"] ?? refusal.problem?.title);
  return {
    frame,
    texts,
    navigation: navigationOf(visitor, realm?.value ?? null, texts),
    current: page.place ?? undefined,
    homeHref: consoleHome,
    user: { label: visitor.label, signOutAction: interactionPaths.signOut, csrf: visitor.csrf },
    secondFactor: visitor.secondFactor,
    notice:
      problemText !== undefined
        ? { tone: "danger", text: problemText }
        : doneText === undefined
          ? undefined
          : { tone: "info", text: doneText },
  };
}
