import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { expectHeard, makeRelyingParty, toldOf } from "../logout/relying-party.ts";
import { signedInUser } from "../support/token-side.ts";
import { stubInternet } from "../support/upstream.ts";
import { formBody, makeRealm, request } from "../support/world.ts";

beforeEach(stubInternet);
afterEach(() => {
  vi.unstubAllGlobals();
});

it("LO-06 an application that knows a session by FedCM alone hears of its end (Back-Channel Logout §2.5)", async () => {
  const context = await makeRealm({ embedding: true });
  const party = await makeRelyingParty(context);
  const { user, cookie, sid } = await signedInUser(context);
  const init = formBody({ client_id: party.client.clientId, account_id: String(user.id) });
  const asserted = await request(`${context.realm.issuer}/fedcm/assertion`, {
    ...init,
    headers: {
      ...init.headers,
      "sec-fetch-dest": "webidentity",
      origin: "https://partner.test",
      cookie: `qt-auth-embed=${cookie}`,
    },
  });
  expect(asserted.status).toBe(200);
  const headers = { cookie: `qt-auth=${cookie}` };
  expect((await request(`${context.realm.issuer}/api/auth/v1/logout`, { headers })).status).toBe(204);
  await expectHeard(party, 1);
  expect(await toldOf(context, party)).toEqual([[String(user.id), sid]]);
});
