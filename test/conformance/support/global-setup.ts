import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { readDevVars } from "../../outside/support/dev-vars.ts";
import { startProduct } from "../../outside/support/product.ts";

/**
 * CONFORMANCE_TARGET names what is tested: `gatehouse` (default) or `oidc-provider`. CONFORMANCE_BASE_URL points at a Gatehouse that runs
 * already; without it one is started, with TLS, on an empty state.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const target = process.env.CONFORMANCE_TARGET ?? "gatehouse";
  if (target !== "gatehouse" && target !== "oidc-provider") throw new Error(`there is no target "${target}"`);
  project.provide("conformanceTarget", target);
  const running = target === "gatehouse" ? await runningProduct() : { baseUrl: "", adminToken: "" };
  project.provide("conformanceBaseUrl", running.baseUrl);
  project.provide("conformanceAdminToken", running.adminToken);
  return "stop" in running ? running.stop : undefined;
}

async function runningProduct() {
  const baseUrl = process.env.CONFORMANCE_BASE_URL ?? "";
  if (baseUrl === "") return startProduct("--https", "--no-demo");
  const vars = await readDevVars(join(import.meta.dirname, "../../../.dev.vars"));
  return { baseUrl, adminToken: process.env.ADMIN_TOKEN ?? vars.ADMIN_TOKEN ?? "" };
}
