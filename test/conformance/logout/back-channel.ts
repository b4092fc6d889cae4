import { createLocalJWKSet, jwtVerify } from "jose";
import { expect } from "vitest";
import { listen } from "../../outside/support/real-provider.ts";
import { readKeys } from "../support/checks.ts";
import { type Module, module, seconds, type Trial } from "../support/plan.ts";
import { afterSignOut } from "../support/target.ts";
import { askToSignOut, expectSignedOut, finishSignOut } from "./sign-out.ts";

interface Delivery {
  readonly method: string;
  readonly type: string;
  readonly body: URLSearchParams;
}

const longestDeliverySeconds = 20;

/** A relying party's endpoint on this machine. */
async function startInbox() {
  const deliveries: Delivery[] = [];
  const server = await listen(() => (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = new URLSearchParams(Buffer.concat(chunks).toString());
      deliveries.push({ method: request.method ?? "", type: request.headers["content-type"] ?? "", body });
      response.writeHead(200, { "cache-control": "no-store" }).end();
    });
  });
  const first = async (): Promise<Delivery> => {
    for (let waited = 0; waited < longestDeliverySeconds && deliveries.length === 0; waited += 0.1) await seconds(0.1);
    const [delivery] = deliveries;
    if (delivery === undefined) throw new Error(`no logout token within ${longestDeliverySeconds} seconds`);
    return delivery;
  };
  return { url: `${server.origin}/backchannel-logout`, first, stop: server.stop };
}

function requireBackChannel({ metadata, skip }: Trial): void {
  if (metadata.backchannel_logout_supported) return;
  expect(metadata.backchannel_logout_session_supported).toBe(false);
  skip("backchannel_logout_supported is not advertised");
}

export const backChannelLogout: readonly Module[] = [
  module(
    "oidcc-backchannel-logout-discovery-endpoint-verification",
    "LO-06 LO-07 advertises logout tokens, and that they name the session",
    async (trial) => {
      requireBackChannel(trial);
      expect(trial.metadata.backchannel_logout_session_supported).toBe(true);
      expect(trial.metadata.end_session_endpoint).toMatch(/^https:\/\//);
    },
  ),

  module(
    "oidcc-backchannel-rp-initiated-logout",
    "LO-06 LO-07 tells the client that the session is over, by a token that says which",
    async (trial) => {
      requireBackChannel(trial);
      const inbox = await startInbox();
      try {
        const party = await trial.party({ backchannel_logout_uri: inbox.url });
        const { tokens, idToken } = await party.signIn();
        expect(idToken.sid, "sid").toBeTypeOf("string");
        const question = { id_token_hint: tokens.id_token ?? "", post_logout_redirect_uri: afterSignOut };
        const { ended } = await finishSignOut(party, await askToSignOut(party, question));
        expect(ended.url.href).toBe(afterSignOut);

        const { method, type, body } = await inbox.first();
        expect(method).toBe("POST");
        expect(type).toMatch(/^application\/x-www-form-urlencoded\b/);
        expect([...body.keys()]).toEqual(["logout_token"]);
        const keys = createLocalJWKSet(await readKeys(trial.target, trial.metadata));
        const { payload, protectedHeader } = await jwtVerify(body.get("logout_token") ?? "", keys, {
          issuer: trial.metadata.issuer,
          audience: party.setting.client.id,
          algorithms: ["RS256"],
          requiredClaims: ["iat", "exp", "jti", "events"],
        });
        expect(protectedHeader.typ).toBe("logout+jwt");
        expect(payload.events).toEqual({ "http://schemas.openid.net/event/backchannel-logout": {} });
        expect(payload).not.toHaveProperty("nonce");
        expect(payload.sid).toBe(idToken.sid);
        expect(payload.sub).toBe(idToken.sub);
        expect((payload.exp ?? 0) - (payload.iat ?? 0), "lifetime in seconds").toBeLessThanOrEqual(120);
        await expectSignedOut(party);
      } finally {
        await inbox.stop();
      }
    },
  ),
];
