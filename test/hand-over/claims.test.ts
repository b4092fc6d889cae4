import { type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { reasons } from "../../src/errors/reasons.ts";
import { part } from "../support/forgery.ts";
import { makeRealm } from "../support/world.ts";
import {
  arrive,
  expectProblem,
  expectRefusals,
  handOver,
  makeProduct,
  type Product,
  putSource,
  type Refusal,
  seconds,
} from "./support.ts";

let context: RealmContext;
let shared: Product;
beforeAll(async () => {
  context = await makeRealm();
  shared = await makeProduct(context, "shared");
});

const expectRefused = (made: readonly Refusal[]): Promise<void> => expectRefusals(context, made);

describe("JWT-03 JWT-07 each fault of a token has a code of its own (contract §5)", () => {
  const now = seconds();
  const header = { alg: "HS256", typ: "JWT" };
  /** In the order in which they are looked for: each token has the faults below it as well. */
  const faults: readonly (readonly [code: string, header: Record<string, unknown>, claims: Record<string, unknown>])[] =
    [
      ["token-unsigned", { alg: "none", typ: "at+jwt" }, { iss: "nobody" }],
      ["token-malformed", { ...header, typ: "at+jwt", crit: ["x"] }, { iss: "nobody" }],
      ["token-type-wrong", { ...header, typ: "at+jwt" }, { iss: "nobody" }],
      ["token-issuer-unknown", { alg: "HS512" }, { iss: "nobody", user_id: undefined }],
      ["token-algorithm-wrong", { alg: "HS512" }, { user_id: undefined, exp: "soon" }],
      ["token-signature-wrong", header, { user_id: undefined, exp: "soon" }],
      ["token-claims-missing", header, { user_id: undefined, exp: "soon" }],
      ["token-claims-malformed", header, { user_id: 0, iat: now + 60, exp: "soon" }],
      ["token-lifetime-too-long", header, { user_id: 0, iat: now + 60, exp: now + 60 + 960, aud: "x" }],
      ["token-not-yet-valid", header, { user_id: 0, iat: now + 60, exp: now + 90, aud: "x" }],
      ["token-audience-wrong", header, { user_id: 0, iat: now - 90, exp: now - 60, aud: "x" }],
      ["token-user-invalid", header, { user_id: 0, iat: now - 90, exp: now - 60 }],
      ["token-expired", header, { iat: now - 90, exp: now - 60 }],
    ];

  it.each(faults)("401 %s", async (code, head, claims) => {
    const genuine = await shared.token(claims);
    const [, p = "", s = ""] = genuine.split(".");
    const spoiled = code === "token-signature-wrong" || head !== header;
    const token = spoiled ? `${part(head)}.${p}.${s[0] === "A" ? "B" : "A"}${s.slice(1)}` : genuine;
    await expectRefused([[code, token, code]]);
  });

  it("403 token-consumed, and there is no other fault", async () => {
    const token = await shared.token();
    await arrive(context, token);
    await expectProblem(await handOver(context, token), 403, "token-consumed");
    const known = Object.entries(reasons).filter(([reason]) => reason.startsWith("hand-over-token-"));
    const codes = known.map(([, { code }]) => code).filter((code) => code.startsWith("token-"));
    expect(codes.toSorted()).toEqual([...faults.map(([code]) => code), "token-consumed"].toSorted());
  });

  it("says the same of a fault whether its user is known here or not", async () => {
    await arrive(context, await shared.token({ user_id: "known" }));
    for (const claims of [{ aud: "x" }, { exp: now + 9_000 }, { iat: now - 90, exp: now - 60 }]) {
      const answers: unknown[] = [];
      for (const user_id of ["known", "unknown"]) {
        const response = await handOver(context, await shared.token({ ...claims, user_id }));
        const { request_id: _, ...body } = await response.json<Record<string, unknown>>();
        answers.push([response.status, body]);
      }
      expect(answers[0]).toEqual(answers[1]);
    }
  });
});

describe("JWT-07 S0.20 S0.21 the claims", () => {
  const now = seconds();
  it.each([
    ["without exp", { exp: undefined }, "token-claims-missing"],
    ["without iat", { iat: undefined }, "token-claims-missing"],
    ["without iss", { iss: undefined }, "token-claims-missing"],
    ["without user_id", { user_id: undefined }, "token-claims-missing"],
    ["good for more than fifteen minutes", { iat: now, exp: now + 901 }, "token-lifetime-too-long"],
    ["good for more than fifteen minutes, and expired", { iat: now - 2000, exp: now - 60 }, "token-lifetime-too-long"],
    ["from the future", { iat: now + 120, exp: now + 240 }, "token-not-yet-valid"],
    ["not good yet", { nbf: now + 120 }, "token-not-yet-valid"],
    ["expired before it was made", { iat: now, exp: now - 1 }, "token-claims-malformed"],
    ["exp as a text", { exp: String(now + 60) }, "token-claims-malformed"],
    ["exp as a list", { exp: [now + 60] }, "token-claims-malformed"],
    ["iat null", { iat: null }, "token-claims-malformed"],
    ["nbf as a text", { nbf: String(now) }, "token-claims-malformed"],
    ["of an issuer nobody knows", { iss: "https://nobody.example" }, "token-issuer-unknown"],
    ["of an issuer in capitals", { iss: "HTTPS://SHARED.EXAMPLE" }, "token-issuer-unknown"],
    ["iss as a list", { iss: ["https://shared.example"] }, "token-claims-malformed"],
    ["iss too long", { iss: "x".repeat(513) }, "token-claims-malformed"],
    ["for somebody else", { aud: "https://elsewhere.example" }, "token-audience-wrong"],
    ["aud empty", { aud: [] }, "token-audience-wrong"],
    ["aud an object", { aud: {} }, "token-audience-wrong"],
    ["jti empty", { jti: "" }, "token-claims-malformed"],
    ["jti a number", { jti: 7 }, "token-claims-malformed"],
    ["jti too long", { jti: "x".repeat(257) }, "token-claims-malformed"],
  ])("refuses a token %s", async (name, claims, code) => {
    await expectRefused([[name, await shared.token(claims), code]]);
  });

  it("names the claims that are missing, and the one that is not right", async () => {
    const lacking = await shared.token({ exp: undefined, user_id: undefined });
    const body = await expectProblem(await handOver(context, lacking), 401, "token-claims-missing");
    expect([body.title, body.errors]).toEqual([
      "The token lacks user_id, exp.",
      { user_id: "missing", exp: "missing" },
    ]);
    const odd = await shared.token({ exp: "soon" });
    const { errors } = await expectProblem(await handOver(context, odd), 401, "token-claims-malformed");
    expect(errors).toEqual({ exp: "is no number of seconds since 1970" });
  });

  it("says nothing about the claims of a token that the product has not signed", async () => {
    const stranger = new TextEncoder().encode("a secret that the realm has never heard of");
    const sign = (claims: JWTPayload) => new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(stranger);
    const iss = shared.issuer;
    const faulty: JWTPayload[] = [
      { iss },
      { iss, user_id: "1", iat: now, exp: now + 9_000 },
      { iss, user_id: "1", iat: now - 200, exp: now - 100 },
      { iss, user_id: 0, iat: now, exp: now + 60, aud: "https://elsewhere.example" },
    ];
    for (const claims of faulty)
      await expectRefused([[JSON.stringify(claims), await sign(claims), "token-signature-wrong"]]);
  });

  const nobodies: readonly unknown[] = [
    "",
    "0",
    "null",
    "undefined",
    null,
    0,
    -1,
    1.5,
    {},
    ["1"],
    true,
    "a b",
    "x".repeat(256),
  ];
  it.each(nobodies.map((user_id) => ({ user_id })))("FE-05 refuses user_id %j", async (user_id) => {
    await expectRefused([[JSON.stringify(user_id), await shared.token({ user_id }), "token-user-invalid"]]);
  });

  it("tells an expired token from the rest, and forgives clocks ten seconds", async () => {
    const expired = { iat: seconds() - 100, exp: seconds() - 11 };
    await expectRefused([
      ["expired", await shared.token(expired), "token-expired"],
      ["expired, and nobody's", await shared.token({ ...expired, user_id: 0 }), "token-user-invalid"],
      ["expired, and not for us", await shared.token({ ...expired, aud: "x" }), "token-audience-wrong"],
    ]);
    await arrive(context, await shared.token({ iat: seconds() - 100, exp: seconds() - 5 }));
    await arrive(context, await shared.token({ iat: seconds() + 8, exp: seconds() + 300 }));
    await arrive(context, await shared.token({ iat: seconds(), exp: seconds() + 900 }));
  });

  it("takes an audience that is this realm", async () => {
    const { issuer, authDomain } = context.realm;
    for (const aud of [issuer, authDomain, [issuer], ["https://other.example", issuer]])
      await arrive(context, await shared.token({ aud }));
  });

  it("MR-02 a token of another realm's product of the same name is none", async () => {
    const other = await makeRealm();
    const theirs = await makeProduct(other, "shared");
    await arrive(other, await theirs.token());
    await expectRefused([["another realm's", await theirs.token(), "token-signature-wrong"]]);
    await putSource(other, "only_there", {
      issuer: "only",
      algorithm: "HS256",
      secret: "x-secret-of-thirty-two-bytes-or-so",
    });
    await expectRefused([["unknown here", await shared.token({ iss: "only" }), "token-issuer-unknown"]]);
  });
});
