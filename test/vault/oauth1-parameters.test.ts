import { beforeAll, describe, expect, it } from "vitest";
import { standUp, stubInternet } from "../support/upstream.ts";
import { call, makeVault, rowOf, type Vault } from "./calling.ts";

const secrets = { type: "oauth1", token: "the-token", tokenSecret: "the-token-secret" } as const;
const form = { "content-type": "application/x-www-form-urlencoded" };
const seen: { url: string; authorization: string | null; body: string }[] = [];
let vault: Vault;
let at: string;
beforeAll(async () => {
  stubInternet();
  vault = await makeVault({
    type: "oauth1",
    settings: { request_token_url: "https://accounts.example.com/rt" },
    secrets,
  });
  at = `https://${vault.host}/v1`;
  standUp(vault.host, async (sent) => {
    seen.push({ url: sent.url, authorization: sent.headers.get("authorization"), body: await sent.text() });
    return Response.json({});
  });
});

describe("parameters of the protocol in a call over OAuth 1.0a (RFC 5849 §3.1, §3.4.1.3)", () => {
  it.each([
    ["in the address", { url: "?oauth_token=mine" }, "queryString.oauth_token"],
    ["in the address, escaped", { url: "?%6Fauth_signature=x" }, "queryString.oauth_signature"],
    ["in letters of another case", { url: "?OAuth_Nonce=x" }, "queryString.OAuth_Nonce"],
    ["in the query", { queryString: { oauth_consumer_key: "x" } }, "queryString.oauth_consumer_key"],
    ["in the query as a text", { queryString: "a=1&oauth_version=1.0" }, "queryString.oauth_version"],
    ["in a form", { method: "POST", headers: form, payload: { oauth_timestamp: 1 } }, "payload.oauth_timestamp"],
    ["in a form as a text", { method: "POST", headers: form, payload: "a=1&oauth_token=x" }, "payload.oauth_token"],
    [
      "in a form whose type is written otherwise",
      {
        method: "POST",
        headers: { "Content-Type": "Application/X-WWW-Form-URLEncoded; charset=utf-8" },
        payload: "oauth_body_hash=x",
      },
      "payload.oauth_body_hash",
    ],
  ])(
    "are refused %s, and nobody is called",
    async (_, { url = "", ...sent }: { url?: string; [member: string]: unknown }, field) => {
      seen.length = 0;
      const answer = await call(vault, { ...sent, url: `${at}${url}` });
      const row = await rowOf(answer);
      expect([answer.status, row.code, row.errors]).toEqual([
        400,
        "CALL_FORMAT_ERROR",
        { [field]: "is not the caller's to send: it belongs to the signature" },
      ]);
      expect(seen).toEqual([]);
    },
  );

  it("are the signer's alone: each once, and others that look like them go along", async () => {
    seen.length = 0;
    const sent = { url: `${at}?my_oauth_token=1&oauth=2`, method: "POST", headers: form, payload: { a: ["1", "2"] } };
    expect((await call(vault, sent)).status).toBe(200);
    const [{ authorization = "", url = "", body = "" } = {}] = seen;
    const names = [...(authorization ?? "").matchAll(/(\w+)="/g)].map(([, name]) => name);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect([url, body]).toEqual([`${at}?my_oauth_token=1&oauth=2`, "a=1&a=2"]);
  });

  it("are parameters like any other where a call carries a Bearer token, or in a body that is not signed", async () => {
    const bearer = await makeVault();
    standUp(bearer.host, () => Response.json({}));
    expect((await call(bearer, { url: `https://${bearer.host}/?oauth_token=x` })).status).toBe(200);
    expect((await call(vault, { url: at, method: "POST", payload: { oauth_token: "in JSON" } })).status).toBe(200);
  });
});
