/** GET /authorize/resume: back on the way after a page has done its part. */
import { openInteraction } from "../../domain/interaction/interaction.ts";
import { browserId } from "../../http/browser-id.ts";
import type { AppContext } from "../../http/env.ts";
import { readQuery } from "../../http/read-body.ts";
import { proceed } from "./proceed.tsx";

export async function resume(c: AppContext): Promise<Response> {
  const interaction = await openInteraction(c.get("realm"), browserId(c), readQuery(c).get("interaction"));
  return proceed(c, interaction, "resumed");
}
