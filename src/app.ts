import { Hono } from "hono";
import { domainCheckPath } from "./domain/realms/domain-check.ts";
import type { AppEnv } from "./http/env.ts";
import { config } from "./http/middleware/config.ts";
import { metrics } from "./http/middleware/metrics.ts";
import { noStore } from "./http/middleware/no-store.ts";
import { realm } from "./http/middleware/realm.ts";
import { sameSite } from "./http/middleware/same-site.ts";
import { securityHeaders } from "./http/middleware/security-headers.ts";
import { notFound } from "./http/not-found.ts";
import { onError } from "./http/on-error.ts";
import { RememberingRouter } from "./http/remembering-router.ts";
import { lazily } from "./lib/lazily.ts";
import { account } from "./routes/account/index.ts";
import { admin } from "./routes/admin/index.ts";
import { connect } from "./routes/connect/index.ts";
import { operatorsConsole } from "./routes/console/index.ts";
import { embed } from "./routes/embed/index.ts";
import { interaction } from "./routes/interaction/index.ts";
import { health, ready } from "./routes/meta/health.ts";
import { metadata, oauth, registration, wellKnown } from "./routes/oauth/index.ts";
import { qiota } from "./routes/qiota/index.ts";
import { quickpass, quickpassPages } from "./routes/quickpass/index.ts";
import { secondFactor } from "./routes/second-factor/index.ts";
import { session } from "./routes/session/index.ts";
import { liveScript } from "./routes/session/live-script.ts";
import { gatewaySurface, split } from "./routes/split/index.ts";
import { sso, ssoByOAuth } from "./routes/sso/index.ts";
import { vaultCalls, vaultMethods } from "./routes/vault-calls/index.ts";

const { devMailbox } = lazily(() => import("./routes/dev/mailbox.tsx"));
const { devPictures } = lazily(() => import("./routes/dev/pictures.ts"));
const { domainCheck } = lazily(() => import("./routes/meta/domain-check.ts"));
const { docs, docsChapter, openapi } = lazily(() => import("./routes/meta/openapi.tsx"));
const { integrationToken, signPicture, socialToken } = lazily(() => import("./routes/session/handlers.ts"));

/**
 * The map of the house. Above the realm: what answers on any host. Below it: what belongs to the realm that the host names.
 * Hono would try its RegExpRouter first, which refuses some of these patterns: after a few milliseconds of the first request, to come to this one.
 */
export const app: Hono<AppEnv> = new Hono<AppEnv>({ router: new RememberingRouter() })
  .onError(onError)
  .notFound(notFound(() => app))
  .use(metrics, config, securityHeaders)
  .get("/healthz", health)
  .get("/readyz", ready)
  .get(`${domainCheckPath}/:nonce`, domainCheck)
  .get("/openapi.json", openapi)
  .get("/docs", docs)
  .get("/docs/:chapter", docsChapter)
  .route("/admin/v1", admin)
  .all("/dev/mailbox", devMailbox)
  .all("/dev/pictures/*", devPictures)
  .use(realm)
  .route("/", wellKnown)
  .route("/", oauth)
  .route("/", registration)
  .route("/v1", qiota)
  .route("/v1", oauth)
  .route("/v1", metadata)
  .route("/api/auth/v1/oauth", ssoByOAuth)
  .route("/api/auth/v1/oauth", oauth)
  .route("/api/auth/v1/oauth", metadata)
  .route("/api/auth/v1/oauth", registration)
  .route("/api/auth/v1", sso)
  .route("/api/auth/v1", secondFactor)
  .route("/api/auth/v1", session)
  .route("/api/auth", split)
  .route("/gateway", gatewaySurface)
  .get("/api/v1/access-token/integrations/:id", noStore, integrationToken)
  .post("/api/login/:provider", noStore, sameSite, socialToken)
  .get("/api/sign", noStore, signPicture)
  .route("/api/v1", quickpass)
  .route("/api/v1", qiota)
  .route("/oauth", vaultCalls)
  .route("/api/v1", vaultMethods)
  .get("/live.js", liveScript)
  .route("/", operatorsConsole)
  .route("/", connect)
  .route("/", embed)
  .route("/", sso)
  .route("/", quickpassPages)
  .route("/", account)
  .route("/", interaction);
