import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { decodeBase64Url, fromUtf8 } from "../../src/lib/base64url.ts";
import { makeClient, makeRealm, makeUser, obtainCode, redeem, signIn, type TestClient } from "../support/world.ts";

let context: RealmContext;
let client: TestClient;
let cookie: string;

beforeAll(async () => {
  context = await makeRealm({ scopes: { "articles:read": "Read articles" } });
  client = await makeClient(context, { scopes: ["openid", "email", "articles:read", "own:scope"] });
  cookie = await signIn(context, await makeUser(context));
});

async function granted(scope: string | undefined, about = client): Promise<string> {
  const { code, verifier } = await obtainCode(context, about, cookie, { scope });
  return (await redeem(context, about, code, verifier)).scope;
}

async function nonceAfter(nonce: string | undefined): Promise<unknown> {
  const { code, verifier } = await obtainCode(context, client, cookie, { nonce, scope: "openid" });
  const payload = (await redeem(context, client, code, verifier)).id_token.split(".")[1] ?? "";
  const claims: unknown = JSON.parse(fromUtf8(decodeBase64Url(payload) ?? new Uint8Array()) ?? "");
  return (claims as { nonce?: unknown }).nonce;
}

describe("scope (RFC 6749 §3.3)", () => {
  it.each([
    ["openid email", "openid email"],
    ["email openid", "email openid"],
    ["openid phone email", "openid email"],
    ["openid roles", "openid"],
    ["openid OPENID Email", "openid"],
    ["openid openid email email", "openid email"],
    ["openid admin sysadmin *", "openid"],
    ["  openid   email ", "openid email"],
    ["openid articles:read", "openid articles:read"],
    ["openid own:scope", "openid own:scope"],
    ["openid offline_access", "openid"],
    ["__proto__ constructor openid", "openid"],
  ])("AZ-16 asked for %j grants %j and says so", async (asked, expected) => {
    expect(await granted(asked)).toBe(expected);
  });

  it("AZ-16 not asked for grants nothing", async () => {
    expect(await granted(undefined)).toBe("");
  });

  it("AZ-16 offline_access needs the refresh grant", async () => {
    const scopes = ["openid", "offline_access"];
    expect(await granted("openid offline_access", await makeClient(context, { scopes }))).toBe("openid offline_access");
    const once = await makeClient(context, { scopes, grant_types: ["authorization_code"] });
    expect(await granted("openid offline_access", once)).toBe("openid");
  });
});

describe("nonce (OIDC Core §3.1.2.1)", () => {
  it.each(["n".repeat(64), "n".repeat(384), "n".repeat(512), '+ % & # " < > é 😀', "0"])(
    "AZ-07 comes back as %j",
    async (nonce) => {
      expect(await nonceAfter(nonce)).toBe(nonce);
    },
  );

  it("AZ-07 is not invented", async () => {
    expect(await nonceAfter(undefined)).toBeUndefined();
  });
});
