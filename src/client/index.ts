/** For the servers and pages of main products. Depends on nothing, and runs in browsers, in Node from 20 on, and in Workers. */
export { type HandOver, handOverForm, handOverUrl } from "./hand-over.ts";
export { type LiveKick, liveKick } from "./live-kick.ts";
export { type SessionCheck, type SessionUser, type VerifySessionOptions, verifySession } from "./verify-session.ts";
export { type VerifyWebhookOptions, verifyWebhook, type WebhookEvent, WebhookRefused } from "./verify-webhook.ts";
