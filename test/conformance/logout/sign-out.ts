import { expect } from "vitest";
import type { RelyingParty } from "../support/relying-party.ts";
import type { Place } from "../support/user-agent.ts";

/** Sends the browser to the end-session endpoint, by a link or by a form (RP-Initiated Logout §2). */
export function askToSignOut(
  party: RelyingParty,
  parameters: Readonly<Record<string, string>>,
  method: "GET" | "POST" = "GET",
): Promise<Place> {
  const endpoint = new URL(party.setting.metadata.end_session_endpoint ?? "");
  const query = new URLSearchParams(parameters);
  return method === "POST" ? party.agent.post(endpoint, query) : party.agent.open(new URL(`${endpoint}?${query}`));
}

/** Presses the button where the provider asks first. */
export async function finishSignOut(party: RelyingParty, place: Place): Promise<{ asked: boolean; ended: Place }> {
  const { target } = party.setting;
  const asked = place.at === "provider" && target.kindOf(place) === "sign-out";
  return { asked, ended: asked ? await target.signOut(party.agent, place) : place };
}

/** The session is over: without a page, there is no answer but that nobody is signed in. */
export async function expectSignedOut(party: RelyingParty): Promise<void> {
  const outcome = await party.ask({ prompt: "none" });
  expect(outcome.shown, "pages shown").toEqual([]);
  expect(["login_required", "interaction_required"]).toContain(party.error(outcome));
}

export async function expectSignedIn(party: RelyingParty): Promise<void> {
  await party.signIn({ prompt: "none" });
}
