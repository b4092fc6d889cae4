/** GET /live.js: what a site includes to hear at once that the person was signed out. */
import type { AppContext } from "../../http/env.ts";
import { whenSessionEnds } from "../../lib/live-socket.ts";

const script = `// Dispatches "gatehouse:session-ended" on document, with detail.reason, when this browser's session is over.
(() => {
  ${whenSessionEnds}
  const { path = "/api/auth/v1/sessions/live" } = (document.currentScript || document.head).dataset;
  whenSessionEnds(path, (reason) => {
    document.dispatchEvent(new CustomEvent("gatehouse:session-ended", { detail: { reason } }));
  });
})();
`;

export function liveScript(c: AppContext): Response {
  return c.body(script, 200, {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=3600",
    "cross-origin-resource-policy": "same-site",
  });
}
