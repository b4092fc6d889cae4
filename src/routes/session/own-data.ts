/** GET /api/auth/v1/users/me/data: what is kept about the user, to take along (GDPR Art. 15, 20). */
import * as z from "zod";
import { ownDataOf } from "../../domain/users/own-data.ts";
import type { AppContext } from "../../http/env.ts";
import { refuseForeignOrigin } from "../../http/middleware/same-site.ts";
import { limitPerAddress } from "../../http/rate-limit.ts";
import { requireProven, requireSession } from "../../http/session.ts";
import { notifyOwner } from "../second-factor/notify-owner.ts";
import { sessionJson, userJson } from "./user-json.ts";
import { sessionSchema, userSchema } from "./user-schemas.ts";

const epochMs = z.int().describe("Milliseconds since the epoch.");

export const ownDataSchema = z.object({
  "exported-at": epochMs,
  realm: z.string(),
  user: userSchema.extend({
    "email-verified": z.boolean(),
    "phone-verified": z.boolean(),
    "external-id": z.string().nullable(),
    roles: z.array(z.string()),
    "has-password": z.boolean(),
  }),
  "linked-accounts": z.array(
    z.object({
      source: z.string(),
      "source-id": z.string(),
      status: z.enum(["active", "disabled"]),
      "linked-at": epochMs,
      metadata: z.record(z.string(), z.unknown()),
    }),
  ),
  sessions: z.array(sessionSchema.extend({ "signed-in-at": epochMs, methods: z.array(z.string()) })),
  "ended-sessions": z.array(z.object({ id: z.string(), reason: z.string(), "ended-at": epochMs })),
  consents: z.array(
    z.object({
      "client-id": z.string(),
      "client-name": z.string().nullable(),
      scopes: z.array(z.string()),
      "granted-at": epochMs,
      "last-used-at": epochMs.nullable(),
    }),
  ),
  connections: z
    .array(
      z.object({
        provider: z.string(),
        "client-id": z.string(),
        status: z.enum(["active", "expired"]),
        scopes: z.array(z.string()),
        "connected-at": epochMs,
        "refreshed-at": epochMs.nullable(),
      }),
    )
    .describe("What applications may use of accounts elsewhere, by the token vault."),
  "second-factors": z.object({
    "authenticator-app": z.boolean(),
    "recovery-codes-left": z.int(),
    passkeys: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        host: z.string(),
        "public-key": z.string().describe("COSE, base64url."),
        "second-factor": z.boolean(),
        "device-bound": z.boolean(),
        "created-at": epochMs,
        "last-used-at": epochMs,
      }),
    ),
  }),
});

export async function downloadData(c: AppContext): Promise<Response> {
  // Nobody's link makes a browser fetch it.
  refuseForeignOrigin(c);
  const { claimed } = requireProven(c, await requireSession(c));
  return sendOwnData(c, claimed.userId, claimed.sid);
}

/** As a file, for a session that was found fresh; the owner is told. */
export async function sendOwnData(c: AppContext, userId: number, sid: string): Promise<Response> {
  const context = c.get("realm");
  await limitPerAddress(c, "own-data", context.realm.settings.rate_limits.sign_in_per_address_per_minute);
  const text = JSON.stringify(await ownDataJson(c, userId, sid), null, 2);
  await notifyOwner(c, userId, "data-downloaded");
  c.header("cache-control", "no-store");
  c.header("content-disposition", `attachment; filename="account-${userId}.json"`);
  return c.body(`${text}\n`, 200, { "content-type": "application/json; charset=utf-8" });
}

async function ownDataJson(c: AppContext, userId: number, sid: string): Promise<z.output<typeof ownDataSchema>> {
  const context = c.get("realm");
  const data = await ownDataOf(context, userId);
  const { profile } = data;
  return {
    "exported-at": context.clock.now(),
    realm: context.realm.issuer,
    user: {
      ...userJson(profile),
      "email-verified": profile.emailVerified,
      "phone-verified": profile.phoneVerified,
      "external-id": profile.externalId,
      roles: profile.roles,
      "has-password": data.hasPassword,
    },
    "linked-accounts": data.links.map(({ source, sourceId, status, linkedAt, metadata }) => ({
      source,
      "source-id": sourceId,
      status,
      "linked-at": linkedAt,
      metadata,
    })),
    sessions: data.sessions.map((session) => ({
      ...sessionJson(session, sid),
      "signed-in-at": session.authTime,
      methods: [...session.amr],
    })),
    "ended-sessions": data.endedSessions.map((ended) => ({
      id: ended.sid,
      reason: ended.reason,
      "ended-at": ended.endedAt,
    })),
    consents: data.consents.map((consent) => ({
      "client-id": consent.clientId,
      "client-name": consent.clientName,
      scopes: [...consent.scopes],
      "granted-at": consent.grantedAt,
      "last-used-at": consent.lastUsedAt,
    })),
    connections: data.connections.map((connection) => ({
      provider: connection.provider,
      "client-id": connection.clientId,
      status: connection.status,
      scopes: [...connection.scopes],
      "connected-at": connection.connectedAt,
      "refreshed-at": connection.refreshedAt,
    })),
    "second-factors": {
      "authenticator-app": data.authenticatorApp,
      "recovery-codes-left": data.recoveryCodesLeft,
      passkeys: data.passkeys.map((passkey) => ({
        id: passkey.id,
        name: passkey.name,
        host: passkey.rpId,
        "public-key": passkey.publicKey,
        "second-factor": passkey.secondFactor,
        "device-bound": passkey.deviceBound,
        "created-at": passkey.createdAt,
        "last-used-at": passkey.lastUsedAt,
      })),
    },
  };
}
