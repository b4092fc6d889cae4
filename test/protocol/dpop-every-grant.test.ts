import { decodeJwt } from "jose";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { deviceCodeGrant, type GrantType, tokenExchangeGrant } from "../../src/domain/clients/metadata.ts";
import { grants } from "../../src/domain/grants/index.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { letIn, makeTv, type Person, signedInPerson, waiting } from "../device/support.ts";
import {
  boundTokens,
  makeProof,
  makeProofKey,
  type ProofKey,
  provenTokenRequest,
  tokensByKey,
  tokenUrl,
  userinfoByKey,
} from "../support/dpop.ts";
import {
  expectOAuthError,
  issued,
  openAnotherSession,
  redemption,
  signedInUser,
  tokenAnswer,
} from "../support/token-side.ts";
import { makeClient, makeRealm, obtainCode, type TestClient } from "../support/world.ts";

type Fields = Record<string, string | undefined>;

/** A client and two requests of its, of which the second would be as good as the first. */
interface Exercise {
  readonly client: TestClient;
  readonly requests: readonly [Fields, Fields];
}

const notes = "https://notes.example/api";

let context: RealmContext;
let key: ProofKey;
beforeAll(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  context = await makeRealm({ resources: { [notes]: { name: "Notes" } } });
  key = await makeProofKey();
});

async function twoCodes(client: TestClient): Promise<[Fields, Fields]> {
  const { user, cookie } = await signedInUser(context);
  const { cookie: another } = await openAnotherSession(context, user);
  const codeBy = async (session: string): Promise<Fields> => {
    const { code, verifier } = await obtainCode(context, client, session);
    return redemption(client, code, verifier);
  };
  return [await codeBy(cookie), await codeBy(another)];
}

async function approvedDevice(client: TestClient, person: Person): Promise<Fields> {
  const device = await waiting(context, client);
  await letIn(context, person, device);
  return { grant_type: deviceCodeGrant, device_code: device.device_code };
}

const exercises: Record<GrantType, () => Promise<Exercise>> = {
  authorization_code: async () => {
    const client = await makeClient(context);
    return { client, requests: await twoCodes(client) };
  },
  refresh_token: async () => {
    const client = await makeClient(context, {}, { type: "public" });
    const { tokens } = await boundTokens(context, client, key);
    const fields = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    return { client, requests: [fields, fields] };
  },
  client_credentials: async () => {
    const client = await makeClient(context, { grant_types: ["client_credentials"], scopes: ["reports"] });
    const fields = { grant_type: "client_credentials" };
    return { client, requests: [fields, fields] };
  },
  [deviceCodeGrant]: async () => {
    const client = await makeTv(context);
    const person = await signedInPerson(context);
    return { client, requests: [await approvedDevice(client, person), await approvedDevice(client, person)] };
  },
  [tokenExchangeGrant]: async () => {
    const front = await makeClient(context, { scopes: ["openid"] });
    const client = await makeClient(context, {
      grant_types: [tokenExchangeGrant],
      scopes: ["openid"],
      token_exchange: { subject_clients: [front.clientId], audiences: [notes], impersonation: false },
    });
    const { tokens } = await issued(context, front, { scope: "openid" });
    const fields = {
      grant_type: tokenExchangeGrant,
      subject_token: tokens.access_token,
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    };
    return { client, requests: [fields, fields] };
  },
};

const names = Object.keys(exercises) as GrantType[];

describe("DP-01 DP-04 every grant binds what it gives, and takes a proof once (RFC 9449 §5, §11.1)", () => {
  it("has an exercise for every grant there is", () => {
    expect(names.sort()).toEqual(Object.keys(grants).sort());
  });

  it.each(names)("%s", async (name) => {
    const { client, requests } = await exercises[name]();
    const proof = await makeProof(key, { url: tokenUrl(context) });
    const tokens = await tokenAnswer(await provenTokenRequest(context, client, requests[0], proof));
    expect(tokens.token_type).toBe("DPoP");
    expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: key.jkt });
    await expectOAuthError(await provenTokenRequest(context, client, requests[1], proof), 400, "invalid_dpop_proof");
    // What the second request stands on is not spent by that.
    const again = await tokenAnswer(await tokensByKey(context, client, requests[1], key));
    expect(again.token_type).toBe("DPoP");
  });

  it.each(names)("%s, fifty at once: one", async (name) => {
    const { client, requests } = await exercises[name]();
    const proof = await makeProof(key, { url: tokenUrl(context) });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => provenTokenRequest(context, client, requests[i % 2] ?? {}, proof)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers)
      if (answer.status !== 200) {
        expect(answer.status).toBe(400);
        expect(answer.headers.get("x-error-code")).toMatch(/^(?:invalid_dpop_proof|invalid_grant)$/);
      }
  });

  it("DP-06 a public device's refresh token is bound too", async () => {
    const tv = await makeTv(context);
    const fields = await approvedDevice(tv, await signedInPerson(context));
    const tokens = await tokenAnswer(await tokensByKey(context, tv, fields, key));
    expect((await userinfoByKey(context, tokens.access_token, key)).status).toBe(200);
    const renewal = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
    const other = await makeProofKey();
    await expectOAuthError(await tokensByKey(context, tv, renewal, other), 400, "invalid_grant");
    expect((await tokenAnswer(await tokensByKey(context, tv, renewal, key))).token_type).toBe("DPoP");
  });
});
