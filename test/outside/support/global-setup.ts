import type { TestProject } from "vitest/node";
import { startProduct } from "./product.ts";

/** One product for all tests of this project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const product = await startProduct();
  project.provide("baseUrl", product.baseUrl);
  project.provide("adminToken", product.adminToken);
  project.provide("stateDirectory", product.stateDirectory);
  return product.stop;
}
