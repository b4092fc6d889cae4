import { Hono } from "hono";
import type { AppEnv } from "../../http/env.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead, sameSite } from "../../http/middleware/same-site.ts";
import { lazily } from "../../lib/lazily.ts";

const {
  finishAuthentication,
  finishRegistration,
  getPasskeys,
  offerAuthentication,
  offerRegistration,
  removePasskey,
  renamePasskey,
  disable,
  enable,
  qrCode,
  renewCodes,
  validateFactor,
} = lazily(() => import("./handlers.ts"));

/** Second factors and passkeys (contract §2), below /api/auth/v1. */
export const secondFactor = new Hono<AppEnv>()
  .get("/tfa/qr-code", noHead, noStore, qrCode)
  .post("/tfa/enable", noStore, sameSite, enable)
  .post("/tfa/validate", noStore, sameSite, validateFactor)
  .post("/tfa/disable", noStore, sameSite, disable)
  .post("/tfa/recovery-codes", noStore, sameSite, renewCodes)
  .post("/passkeys/registration/options", noStore, sameSite, offerRegistration)
  .post("/passkeys/registration/verify", noStore, sameSite, finishRegistration)
  .post("/passkeys/authentication/options", noStore, sameSite, offerAuthentication)
  .post("/passkeys/authentication/verify", noStore, sameSite, finishAuthentication)
  .get("/passkeys", noStore, getPasskeys)
  .patch("/passkeys/:id", noStore, sameSite, renamePasskey)
  .delete("/passkeys/:id", noStore, sameSite, removePasskey);
