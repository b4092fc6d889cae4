import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { travel } from "../support/clock.ts";
import { broken, expectFaults, expectUnavailable, house } from "../support/faults.ts";
import { isLive, issued } from "../support/token-side.ts";
import { makeClient, makeRealm, request } from "../support/world.ts";

expectFaults();
afterEach(() => {
  vi.useRealTimers();
});

describe("clocks that differ, and a server that is away", () => {
  it.each([9, -9])(
    "RE-07 what one machine has signed another takes whose clock is %i s off (FAPI 2.0 §5.3.2.1)",
    async (ahead) => {
      const context = await makeRealm();
      const client = await makeClient(context);
      travel(ahead);
      const { tokens, cookie } = await issued(context, client);
      travel(-ahead);
      expect(await isLive(context, client, tokens.access_token)).toBe(true);
      const me = await request(`${context.realm.issuer}/api/auth/v1/users/me`, {
        headers: { cookie: `qt-auth=${cookie}` },
      });
      expect(me.status).toBe(200);
    },
  );

  it("RE-21 tokens verify with a key set from before while nothing answers, and all goes on afterwards by itself", async () => {
    const { context, client, cookie, send, post } = await house();
    const { tokens } = await issued(context, client);
    const keys: JSONWebKeySet = await (await send("/jwks.json")).json();
    for (const binding of ["DB", "GRANTS", "USERS"]) broken.add(binding);
    await expectUnavailable(await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token }));
    await jwtVerify(tokens.access_token, createLocalJWKSet(keys), {
      issuer: context.realm.issuer,
      currentDate: new Date(),
    });
    broken.clear();
    expect((await post("/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })).status).toBe(
      200,
    );
    expect((await send("/api/auth/v1/users/me", { headers: { cookie: `qt-auth=${cookie}` } })).status).toBe(200);
  });
});
