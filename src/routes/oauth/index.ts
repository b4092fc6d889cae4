import { Hono } from "hono";
import { resourceMetadataPath } from "../../http/challenge.ts";
import type { AppEnv } from "../../http/env.ts";
import { anyClientCors, clientCors, publicCors } from "../../http/middleware/client-cors.ts";
import { noStore } from "../../http/middleware/no-store.ts";
import { noHead } from "../../http/middleware/same-site.ts";
import { onBothWays } from "../../http/short-way.ts";
import { lazily } from "../../lib/lazily.ts";
import { authorize } from "./authorize.ts";
import { discovery } from "./discovery.ts";
import { introspect } from "./introspect.ts";
import { jwks } from "./jwks.ts";
import { par } from "./par.ts";
import { paths } from "./paths.ts";
import { protectedResource } from "./protected-resource.ts";
import { revoke } from "./revoke.ts";
import { token } from "./token.ts";
import { userinfo } from "./userinfo.ts";

const { deviceAuthorization } = lazily(() => import("./device-authorization.ts"));
const { endSession } = lazily(() => import("./end-session.tsx"));
const { deleteOwn, readRegistration, register, replaceOwn } = lazily(() => import("./register.ts"));

/** The OAuth 2.0 and OpenID Connect endpoints: one implementation, mounted at the root, at /v1 and at /api/auth/v1/oauth. */
export const oauth = new Hono<AppEnv>()
  .on(["GET", "POST"], paths.authorize, noHead, noStore, authorize)
  .use(paths.par, noStore, clientCors)
  .post(paths.par, par)
  .use(paths.token, noStore, clientCors)
  .post(paths.token, onBothWays(token))
  .use(paths.deviceAuthorization, noStore, clientCors)
  .post(paths.deviceAuthorization, deviceAuthorization)
  .use(paths.revoke, noStore, clientCors)
  .post(paths.revoke, revoke)
  .post(paths.introspect, noStore, onBothWays(introspect))
  .use(paths.userinfo, noStore, clientCors)
  .on(["GET", "POST"], paths.userinfo, userinfo)
  .on(["GET", "POST"], paths.endSession, noHead, noStore, endSession)
  .use(paths.jwks, publicCors)
  .get(paths.jwks, jwks);

/** Beside the others, but not below /v1, where `/register` is for people. */
export const registration = new Hono<AppEnv>()
  .use(paths.register, noStore, anyClientCors)
  .post(paths.register, register)
  .use(`${paths.register}/:client`, noStore, anyClientCors)
  .get(`${paths.register}/:client`, noHead, readRegistration)
  .put(`${paths.register}/:client`, replaceOwn)
  .delete(`${paths.register}/:client`, deleteOwn);

/** The same in all three places, whichever of them a caller takes for the issuer. */
export const metadata = new Hono<AppEnv>()
  .use("/.well-known/*", publicCors)
  .get("/.well-known/openid-configuration", discovery)
  .get("/.well-known/oauth-authorization-server", discovery);

/** At fixed addresses of each domain (RFC 8615). */
export const wellKnown = new Hono<AppEnv>()
  .route("/", metadata)
  .get(resourceMetadataPath, protectedResource)
  .get(`${resourceMetadataPath}/*`, protectedResource);
