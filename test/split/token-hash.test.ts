import { expect, it } from "vitest";
import { ask, hashOf, makeAsker } from "../sessions-verify/support.ts";
import { makeUser } from "../support/world.ts";
import { bearer, login, post, userContext } from "./support.ts";

it("S0.23 a main product's server may ask about a split token by the hash of what its client holds (contract §5)", async () => {
  const asker = await makeAsker();
  const user = await makeUser(asker.context);
  const token = await login(asker.context, user);
  const known = await ask(asker, hashOf(token.accessToken));
  expect([known.status, await known.json()]).toEqual([
    200,
    { valid: true, user: expect.objectContaining({ email: user.email, roles: ["user"] }) },
  ]);
  const told = await (await userContext(asker.context, token.accessToken)).json<{
    authorization: { accessToken: string };
  }>();
  // The whole token was never given out by that name.
  expect(await (await ask(asker, hashOf(told.authorization.accessToken))).json()).toEqual({ valid: false });
  expect((await post(asker.context, "/logout", {}, bearer(token.accessToken))).status).toBe(204);
  expect(await (await ask(asker, hashOf(token.accessToken))).json()).toEqual({ valid: false });
});
