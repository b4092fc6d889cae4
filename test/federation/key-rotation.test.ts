import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { dropped, rotated, type Send } from "../support/deployments.ts";
import { type Idp, makeIdp, stubInternet, useIdp } from "../support/upstream.ts";
import { cookiesOf, makeRealm, request } from "../support/world.ts";
import { countUsers } from "../surfaces/session-api.ts";
import { startUrl } from "./journey.ts";

let context: RealmContext;
let idp: Idp;
beforeAll(async () => {
  stubInternet();
  idp = await makeIdp();
});
beforeEach(async () => {
  context = await makeRealm();
  await useIdp(context, idp, { auth_style: "post" });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const person = { sub: "traveller-1", email: "traveller@example.test", email_verified: true };

interface Away {
  readonly url: URL;
  readonly cookie: string;
}

async function depart(send: Send): Promise<Away> {
  const answer = await send(startUrl(context));
  const [line = ""] = answer.headers.getSetCookie();
  return { url: new URL(answer.headers.get("location") ?? ""), cookie: line.split(";")[0] ?? "" };
}

const comeBack = (send: Send, { url, cookie }: Away): Promise<Response> =>
  send(idp.answer(url, person).href, { headers: { cookie, accept: "application/json" } });

async function expectNobody(answer: Response, status: number, code: string, redeemed: number): Promise<void> {
  const told = await answer.text();
  expect([answer.status, answer.headers.get("x-error-code")], told).toEqual([status, code]);
  expect(told).not.toMatch(/decrypt|OperationError|key-encryption|\bt[12]\.|\bat [\w.<>]+ \(/i);
  expect(told).not.toContain(idp.clientSecret);
  expect(cookiesOf(answer)["qt-auth"]).toBeUndefined();
  expect(idp.redeemed.length).toBe(redeemed);
  expect(await countUsers(context)).toBe(0);
}

describe("the key-encryption keys are rotated", () => {
  it("while somebody is away at a provider: the attempt and the provider's secret stay good", async () => {
    const answer = await comeBack(rotated(context), await depart(request));
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `${context.realm.issuer}/done`]);
    expect(cookiesOf(answer)["qt-auth"]).toMatch(/^eyJ/);
    expect(idp.redeemed.at(-1)?.get("client_secret")).toBe(idp.clientSecret);
    expect(await countUsers(context)).toBe(1);
  });

  it("RE-18 and dropped too early: an attempt from before is over, and its code stays unused", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const redeemed = idp.redeemed.length;
    const answer = await comeBack(dropped(context), await depart(request));
    await expectNobody(answer, 400, "interaction-expired", redeemed);
    expect(log).not.toHaveBeenCalled();
  });

  it("RE-18 and dropped too early: without its secret the provider is not asked, and the operators hear of it", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const redeemed = idp.redeemed.length;
    const send = dropped(context);
    const answer = await comeBack(send, await depart(send));
    await expectNobody(answer, 503, "provider-unavailable", redeemed);
    expect(log).toHaveBeenCalledOnce();
    expect(JSON.stringify(log.mock.calls)).not.toContain(idp.clientSecret);
  });
});
