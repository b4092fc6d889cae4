import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/config/env.ts";
import { parsePictureBucket } from "../../src/config/picture-bucket.ts";
import { signUpload } from "../../src/domain/pictures/upload.ts";
import { requestIn } from "../support/watched-env.ts";
import { makeRealm, makeUser, request, signIn } from "../support/world.ts";
import { expectError, get, post, type UserAnswer } from "./session-api.ts";

type Form = Record<string, string>;

const signed = async () => {
  const context = await makeRealm();
  const user = await makeUser(context);
  const cookie = await signIn(context, user);
  const sign = (query: string, headers: Record<string, string> = { cookie: `qt-auth=${cookie}` }) =>
    request(`${context.realm.issuer}/api/sign?${query}`, { headers });
  return { context, user, cookie, sign };
};

const bytes = new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]);

/** As the public client of Bridgekeeper's front ends sends it: these fields, and the file. */
function send({ action = "", ...fields }: Form, file: Uint8Array | null = bytes): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (file !== null) form.append("file", new Blob([file]), "me.png");
  return request(action, { method: "POST", body: form });
}

describe("a picture of one's own (S2.50)", () => {
  it("is signed for, sent to the bucket, and taken over into the profile", async () => {
    const { context, user, cookie, sign } = await signed();
    const answer = await sign("file-name=me.png&mime-type=image/png");
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    const form = await answer.json<Form>();
    expect(Object.keys(form).sort()).toEqual(
      [
        "AWSAccessKeyId",
        "Content-Type",
        "acl",
        "action",
        "key",
        "policy",
        "signature",
        "success_action_status",
      ].toSorted(),
    );
    expect((await send(form)).status).toBe(201);
    const changed = await post(context, "/users/profile", { name: "Pia", "temp-s3-key": form.key }, cookie);
    const { user: shown } = await changed.json<UserAnswer>();
    expect(shown).toMatchObject({ id: user.id, name: "Pia", "avatar-s3-key": form.key });
    const picture = await request(String(shown["avatar-url"]));
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(bytes);
  });

  it("SE-08 is signed for a live session and for pictures only", async () => {
    const { sign } = await signed();
    await expectError(await sign("file-name=me.png&mime-type=image/png", {}), 403, "session-required");
    for (const type of ["", "image/svg%2Bxml", "text/html"])
      await expectError(await sign(`file-name=me.png&mime-type=${type}`), 400, "validation-failed");
  });

  it("FZ-08 is taken by the bucket as it was signed for, and no other way", async () => {
    const form = await (await (await signed()).sign("mime-type=image/png")).json<Form>();
    const other = await (await (await signed()).sign("mime-type=image/gif")).json<Form>();
    const wider = { ...form, policy: btoa(JSON.stringify({ expiration: "2999-01-01T00:00:00Z", conditions: [] })) };
    for (const changed of [{ ...form, key: other.key ?? "" }, { ...form, "Content-Type": "text/html" }, wider])
      expect((await send(changed)).status).toBe(422);
    expect((await send(form, null)).status).toBe(422);
    expect((await send(form, new Uint8Array(5 * 1024 * 1024 + 1))).status).toBe(422);
  });

  it.each(["someone's else", "avatars/../x.png", "https://evil.test/x.png"])(
    "MR-01 is not taken over by a key that is not one's own: %s",
    async (sent) => {
      const { context, cookie } = await signed();
      const foreign = await (await (await signed()).sign("mime-type=image/png")).json<Form>();
      const key = sent === "someone's else" ? foreign.key : sent;
      await expectError(
        await post(context, "/users/profile", { "temp-s3-key": key }, cookie),
        422,
        "validation-failed",
      );
      const me = await (await get(context, "/users/me", cookie)).json<UserAnswer>();
      expect(me.user["avatar-url"]).toBeNull();
    },
  );
});

it("AU-10 the laptop's bucket does not exist in production, nor is anything signed for without one", async () => {
  const { context, cookie, sign } = await signed();
  const form = await (await sign("mime-type=image/png")).json<Form>();
  await send(form);
  const { ENVIRONMENT: _, ...production } = env;
  for (const [method, address] of [
    ["GET", `${form.action}/${form.key}`],
    ["POST", form.action],
    ["GET", `${context.realm.issuer}/api/sign?mime-type=image/png`],
  ] as const) {
    const init = { method, headers: { cookie: `qt-auth=${cookie}` } };
    expect([address, (await requestIn(production, String(address), init)).status]).toEqual([address, 404]);
  }
});

describe("the deployment's bucket for pictures", () => {
  const variables = {
    PICTURES_URL: "https://pictures.s3.example.com",
    PICTURES_BUCKET: "pictures",
    PICTURES_ACCESS_KEY_ID: "AKIDEXAMPLE",
    PICTURES_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };

  it("is signed for with its own key", async () => {
    const { context, user } = await signed();
    const bucket = parsePictureBucket({ ...env, ...variables });
    if (bucket === null) throw new Error("no bucket");
    const form = await signUpload(context, bucket, user.id, "image/jpeg");
    expect(form).toMatchObject({ action: variables.PICTURES_URL, AWSAccessKeyId: "AKIDEXAMPLE" });
    const key = await crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(variables.PICTURES_SECRET_ACCESS_KEY),
      { name: "HMAC", hash: "SHA-1" },
      false,
      ["verify"],
    );
    const tag = Uint8Array.fromBase64(form.signature);
    expect(await crypto.subtle.verify("HMAC", key, tag, new TextEncoder().encode(form.policy))).toBe(true);
  });

  it("is refused where half of it is missing", () => {
    for (const name of Object.keys(variables))
      expect(() => parsePictureBucket({ ...env, ...variables, [name]: "" })).toThrow(ConfigurationError);
  });
});
