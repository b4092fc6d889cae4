import { describe, expect, it } from "vitest";
import { deviceCodeGrant } from "../../src/domain/clients/metadata.ts";
import { broken, calls, expectFaults, expectUnavailable, house, lostAnswers, lostOnTheWay } from "../support/faults.ts";
import { expectOAuthError, tokenAnswer, userinfo } from "../support/token-side.ts";
import { makeClient } from "../support/world.ts";
import { letIn, poll, signedInPerson, verdict, type Waiting, waiting } from "./support.ts";

expectFaults();

const lost = () => Object.assign(new Error("the connection was lost"), { retryable: true });

/** A device that somebody has let in, in a realm whose storage can be made to fail. */
async function approved() {
  const { context, send, post } = await house();
  const box = await makeClient(context, { redirect_uris: [], grant_types: [deviceCodeGrant, "refresh_token"] });
  const device = await waiting(context, box);
  const person = await signedInPerson(context);
  await letIn(context, person, device);
  const ask = () => post("/token", { grant_type: deviceCodeGrant, device_code: device.device_code }, box);
  expect((await send("/jwks.json")).status).toBe(200);
  calls.length = 0;
  return { context, box, device, person, post, ask };
}

describe("RE-04 a device, when answers get lost between Worker and object", () => {
  it("is let in once, and redeems once, though each call was made twice", async () => {
    const { context, box, ask, person } = await approved();
    lostAnswers.set("USERS.pollDevice", [lost()]);
    lostAnswers.set("USERS.redeemDevice", [lost(), lost()]);
    const tokens = await tokenAnswer(await ask());
    expect(calls.filter((call) => call.startsWith("USERS."))).toEqual([
      ...Array<string>(2).fill("USERS.pollDevice"),
      ...Array<string>(3).fill("USERS.redeemDevice"),
    ]);
    expect((await userinfo(context, tokens.access_token)).status).toBe(200);
    expect(await context.objects.call(person.user.id, (object) => object.sessions())).toHaveLength(2);
    expect(box.metadata.grant_types).toContain("refresh_token");
  });

  it("waits once", async () => {
    const { context, box, post } = await approved();
    lostAnswers.set("USERS.addDevice", [lost()]);
    const response = await post("/device_authorization", { scope: "openid" }, box);
    const device = await response.json<Waiting>();
    expect(calls.filter((call) => call === "USERS.addDevice")).toHaveLength(2);
    expect(await verdict(await poll(context, box, device))).toBe("400 authorization_pending");
  });
});

describe("RE-01 a device, when storage is out of order", () => {
  it("hears 503 and is given nothing, and its code is as good as before", async () => {
    const { context, box, device, post, ask } = await approved();
    broken.add("USERS");
    await expectUnavailable(await ask());
    await expectUnavailable(await post("/device_authorization", { scope: "openid" }, box));
    broken.clear();
    await tokenAnswer(await ask());
    await expectOAuthError(await poll(context, box, device), 400, "invalid_grant");
  });

  it("keeps its code when only the object of its user does not answer", async () => {
    const { ask } = await approved();
    const overloaded = () => Object.assign(new Error("too much to do"), { retryable: true, overloaded: true });
    lostOnTheWay.set("USERS.redeemDevice", [overloaded()]);
    await expectUnavailable(await ask());
    await tokenAnswer(await ask());
  });
});
