import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { signingAlgorithms } from "../../src/crypto/jwt.ts";
import { clientMetadataSchema } from "../../src/domain/clients/metadata.ts";
import { metadataProblems } from "../../src/domain/clients/metadata-problems.ts";
import { consume } from "../../src/jobs/queue.ts";
import { called, stubInternet } from "../support/upstream.ts";
import { config, jsonBody, makeClient, makeRealm, request } from "../support/world.ts";

beforeEach(stubInternet);
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const faultOf = (uri: string, development = false): string | undefined => {
  const metadata = clientMetadataSchema.parse({ backchannel_logout_uri: uri });
  return metadataProblems("confidential", metadata, { ...config, development }, signingAlgorithms)
    .backchannel_logout_uri;
};

/** Addresses that must never be called on somebody's word. */
const forbidden = [
  "http://partner.example/logout",
  "https://partner.example/logout#fragment",
  "https://partner.example:8443/logout",
  "https://user:secret@partner.example/logout",
  "https://@partner.example/logout",
  "https://localhost/logout",
  "https://localhost./logout",
  "https://app.localhost/logout",
  "https://127.0.0.1/logout",
  "https://127.1/logout",
  "https://2130706433/logout",
  "https://0x7f000001/logout",
  "https://0177.0.0.1/logout",
  "https://[::1]/logout",
  "https://[::ffff:127.0.0.1]/logout",
  "https://[::]/logout",
  "https://0.0.0.0/logout",
  "https://10.0.0.1/logout",
  "https://100.64.0.1/logout",
  "https://169.254.169.254/latest/meta-data",
  "https://metadata.google.internal/",
  "https://93.184.216.34/logout",
  "https://intranet/logout",
  "https://printer.local/logout",
  "ftp://partner.example/logout",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "data:text/plain,x",
  "//partner.example/logout",
  "/logout",
  "https://partner.example\\@evil.example/logout",
  "https://partner.example/log out",
  "https://",
];

describe("backchannel_logout_uri (Back-Channel Logout §2.2)", () => {
  it.each(forbidden)("SS-01 may not be %s", (uri) => {
    expect(faultOf(uri)).toBeTypeOf("string");
  });

  it.each(["https://partner.example/logout", "https://app.partner.example/a/b?tenant=1"])("may be %s", (uri) => {
    expect(faultOf(uri)).toBeUndefined();
  });

  it.each(["http://127.0.0.1:9000/logout", "http://rp.localhost:9000/logout"])("under development may be %s", (uri) => {
    expect(faultOf(uri, true)).toBeUndefined();
    expect(faultOf(uri)).toBeTypeOf("string");
  });

  it("is registered, shown, changed and taken away by operators", async () => {
    const { realm } = await makeRealm();
    const path = `${realm.issuer}/admin/v1/realms/${realm.id}/clients`;
    const headers = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
    const uri = "https://partner.example/logout";
    const made = await request(
      path,
      jsonBody({ name: "P", backchannel_logout_uri: uri, backchannel_logout_session_required: true }, headers),
    );
    const client = await made.json<Record<string, unknown>>();
    expect([made.status, client.backchannel_logout_uri, client.backchannel_logout_session_required]).toEqual([
      201,
      uri,
      true,
    ]);
    const change = (body: unknown) =>
      request(`${path}/${String(client.client_id)}`, { ...jsonBody(body, headers), method: "PATCH" });
    const refused = await change({ backchannel_logout_uri: "https://169.254.169.254/" });
    expect([refused.status, refused.headers.get("x-error-code")]).toEqual([422, "invalid_client_metadata"]);
    const shown = await request(`${path}/${String(client.client_id)}`, { headers });
    expect(await shown.json()).toMatchObject({ backchannel_logout_uri: uri });
    const removed = await change({ backchannel_logout_uri: null });
    expect(removed.status).toBe(200);
    expect((await removed.json<Record<string, unknown>>()).backchannel_logout_uri ?? null).toBeNull();
  });

  it.each(forbidden.filter((uri) => URL.canParse(uri) && !uri.includes("#")))(
    "SS-01 is looked at again before it is called: %s is not",
    async (uri) => {
      const log = vi.spyOn(console, "error").mockImplementation(() => {});
      const context = await makeRealm();
      const client = await makeClient(context, { backchannel_logout_uri: uri });
      const { ENVIRONMENT: _, ...production } = env;
      const retried = vi.fn();
      const body = { type: "logout-notice", realmId: context.realm.id, userId: 1, clientId: client.clientId, sid: "s" };
      const message = { id: "1", timestamp: new Date(), attempts: 1, body, ack: () => undefined, retry: retried };
      const before = called.length;
      await consume({ queue: "gatehouse-jobs", messages: [message] } as unknown as MessageBatch, production);
      expect(called.slice(before)).toEqual([]);
      expect(retried).toHaveBeenCalledTimes(1);
      expect(log.mock.calls.join()).toMatch(/the address (?:must|is)/);
    },
  );
});
