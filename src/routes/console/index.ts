import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";
import { type ConsolePath, consoleHome, consolePaths, trialCallbackPath } from "./paths.ts";

const { finishTrialPage, home, showPage, submitPage } = lazily(() => import("./handlers.tsx"));

/** The operators' console: pages over the operators' API, which alone reads and changes things (contract §7). */
export const operatorsConsole = new Hono<AppEnv>()
  .use(`${consoleHome}/*`, noStore)
  .get(consoleHome, home)
  .get(trialCallbackPath, finishTrialPage);

for (const path of Object.keys(consolePaths) as ConsolePath[]) {
  operatorsConsole.get(`${consoleHome}${path}`, (c) => showPage(c, path));
  if (consolePaths[path] === "forms")
    operatorsConsole.post(`${consoleHome}${path}`, sameSite, (c) => submitPage(c, path));
}
