import { describe, expect, it } from "vitest";
import { deviceCodeGrant } from "../../src/domain/clients/metadata.ts";
import { makeProof, makeProofKey, provenTokenRequest, tokenUrl, userinfoByKey } from "../support/dpop.ts";
import { expectOAuthError, tokenAnswer, userinfo } from "../support/token-side.ts";
import { makeRealm } from "../support/world.ts";
import { letIn, makeTv, signedInPerson, waiting } from "./support.ts";

describe("DP-06 a device with a key of its own (RFC 9449 §5, RFC 8628 §3.4)", () => {
  it("gets tokens that are bound to it, and refreshes with it only", async () => {
    const context = await makeRealm();
    const tv = await makeTv(context, { dpop_bound_access_tokens: true });
    const [key, other] = await Promise.all([makeProofKey(), makeProofKey()]);
    const device = await waiting(context, tv);
    await letIn(context, await signedInPerson(context), device);
    const fields = { grant_type: deviceCodeGrant, device_code: device.device_code };
    const proof = (by = key) => makeProof(by, { url: tokenUrl(context) });

    await expectOAuthError(await provenTokenRequest(context, tv, fields), 400, "invalid_dpop_proof");
    const tokens = await tokenAnswer(await provenTokenRequest(context, tv, fields, await proof()));
    expect(tokens.token_type).toBe("DPoP");
    expect((await userinfo(context, tokens.access_token)).status).toBe(401);
    expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);

    const refreshing = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const stolen = await provenTokenRequest(context, tv, refreshing, await proof(other));
    await expectOAuthError(stolen, 400, "invalid_grant");
    await tokenAnswer(await provenTokenRequest(context, tv, refreshing, await proof()));
  });
});
