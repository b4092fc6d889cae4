import { beforeAll, describe, expect, it, vi } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { finishLink } from "../../src/domain/sources/finish-link.ts";
import { openLinkToken } from "../../src/domain/sources/link-token.ts";
import { decodeBase64Url, encodeBase64Url } from "../../src/lib/base64url.ts";
import { UserStore } from "../../src/storage/d1/user-store.ts";
import { codeIn, newestTo } from "../messages/mailbox.ts";
import { openAnotherSession } from "../support/token-side.ts";
import { jsonBody, makeRealm, makeUser, request } from "../support/world.ts";
import { countUsers, post, sessionCount } from "../surfaces/session-api.ts";
import {
  arrive,
  at,
  expectProblem,
  handOver,
  idIn,
  linkTokenFor,
  makeKeyedProduct,
  makeProduct,
  type SignedIn,
} from "./support.ts";

let context: RealmContext;
beforeAll(async () => {
  context = await makeRealm();
});

describe("a token is good once (contract §5)", () => {
  it.each([
    ["with jti", {}],
    ["without jti", { jti: undefined }],
  ])("lets one of fifty at once through, %s", async (_, claims) => {
    const realm = await makeRealm();
    const product = await makeProduct(realm);
    const token = await product.token(claims);
    const answers = await Promise.all(Array.from({ length: 50 }, () => handOver(realm, token)));
    const [won, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    const id = idIn((await won?.json()) as SignedIn);
    for (const lost of answers.filter((answer) => answer !== won)) await expectProblem(lost, 403, "token-consumed");
    expect([await countUsers(realm), await sessionCount(realm, id)]).toEqual([1, 1]);
  });

  it("whatever else it says: the jti names it", async () => {
    const product = await makeProduct(context, "by_jti");
    await arrive(context, await product.token({ jti: "the same", user_id: "1" }));
    await expectProblem(
      await handOver(context, await product.token({ jti: "the same", user_id: "2" })),
      403,
      "token-consumed",
    );
  });

  it("a second signature over the same claims does not make a second token (ES256 is malleable)", async () => {
    const { token, pair: _, ...product } = await makeKeyedProduct(context, "ES256", "by_ec");
    const first = await token({ jti: undefined });
    const [head = "", claims = "", signature = ""] = first.split(".");
    const bytes = decodeBase64Url(signature) ?? new Uint8Array();
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = BigInt(`0x${bytes.slice(32).toHex()}`);
    const mirrored = Uint8Array.fromHex((order - s).toString(16).padStart(64, "0"));
    const twin = `${head}.${claims}.${encodeBase64Url(new Uint8Array([...bytes.slice(0, 32), ...mirrored]))}`;
    expect(twin).not.toBe(first);
    expect(product.name).toBe("by_ec");
    await arrive(context, first);
    await expectProblem(await handOver(context, twin), 403, "token-consumed");
  });

  it("is another source's own business: the same jti there is another token", async () => {
    const [one, two] = [await makeProduct(context, "one"), await makeProduct(context, "two")];
    await arrive(context, await one.token({ jti: "shared" }));
    await arrive(context, await two.token({ jti: "shared" }));
  });
});

describe("first sights at once", () => {
  it.each(["linked", "unified"])("make one account, %s ids", async (user_id_mode) => {
    const realm = await makeRealm();
    const product = await makeProduct(realm, "main_product", { user_id_mode });
    const claims = { user_id: "racer", email: "racer@example.test" };
    const tokens = await Promise.all(Array.from({ length: 20 }, () => product.token(claims)));
    const answers = await Promise.all(tokens.map((token) => handOver(realm, token)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const ids = await Promise.all(answers.map(async (answer) => idIn((await answer.json()) as SignedIn)));
    expect(new Set(ids).size).toBe(1);
    expect(await countUsers(realm)).toBe(1);
  });

  it("of two people with one address: one has it, the other is asked", async () => {
    const product = await makeProduct(context, "namesakes");
    const tokens = await Promise.all(
      ["a", "b", "c", "d"].map((user_id) => product.token({ user_id, email: "shared@example.test" })),
    );
    const answers = await Promise.all(tokens.map((token) => handOver(context, token)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
  });
});

describe("RC-13 a link that is being finished while the owner of the address comes", () => {
  it.each(["linked", "unified"])("is not made by a session that has ended meanwhile, %s ids", async (user_id_mode) => {
    const realm = await makeRealm();
    const lax = await makeProduct(realm, "lax_product", { user_id_mode });
    const email = "victim@example.test";
    const maker = await makeUser(realm, { email, emailVerified: false });
    const { sid } = await openAnotherSession(realm, maker);
    const pending = await openLinkToken(realm, await linkTokenFor(realm, await lax.token({ user_id: "m", email })));
    const live = await realm.objects.read(maker.id, (object) => object.session(sid));
    if (live === null) throw new Error("the session is over");
    await post(realm, "/users/send-otp", { email });
    const otp = codeIn(await newestTo(realm, email));
    const spend = realm.objects.spendForSource.bind(realm.objects);
    vi.spyOn(realm.objects, "spendForSource").mockImplementationOnce(async (...spending) => {
      expect((await post(realm, "/login", { email, otp })).status).toBe(200);
      return spend(...spending);
    });
    const device = { userAgent: null, address: null, network: null, browser: null, post: null, previous: null };
    const finished = finishLink(realm, pending, { kind: "session", live }, device, async () => undefined);
    await expect(finished).rejects.toMatchObject({ reason: "session-ended" });
    const owner = await realm.users.findById(maker.id);
    expect([owner?.externalId, await realm.linkedAccounts.listOf(maker.id)]).toEqual([null, []]);
  });

  it("is not made by a session that ends just before its user is looked at", async () => {
    const realm = await makeRealm();
    const lax = await makeProduct(realm, "lax_product");
    const email = "victim@example.test";
    const maker = await makeUser(realm, { email, emailVerified: false });
    const { cookie } = await openAnotherSession(realm, maker);
    await post(realm, "/users/send-otp", { email });
    const otp = codeIn(await newestTo(realm, email));
    const findById = UserStore.prototype.findById;
    vi.spyOn(UserStore.prototype, "findById").mockImplementationOnce(async function (this: UserStore, id) {
      expect((await post(realm, "/login", { email, otp })).status).toBe(200);
      return findById.call(this, id);
    });
    const wanted = { quickpass_user_id: maker.id, source: lax.name, source_id: "m" };
    const body = { ...wanted, verification_token: await lax.token({ user_id: "m" }) };
    const response = await request(at(realm, "/users/accounts"), jsonBody(body, { cookie: `qt-auth=${cookie}` }));
    await expectProblem(response, 403, "session-revoked");
    expect(await realm.linkedAccounts.listOf(maker.id)).toEqual([]);
  });
});
