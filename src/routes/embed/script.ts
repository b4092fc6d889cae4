/** GET /embed.js: what a client's site includes to hear of the session. */
import { originOf } from "../../domain/realms/realm.ts";
import type { AppContext } from "../../http/env.ts";
import { hostOf } from "../../http/middleware/realm.ts";

const script = (
  home: string,
): string => `// gatehouseEmbed({ client_id, onSession, origin?, container?, request? }) says who is signed in at ${home}.
(() => {
  const home = ${JSON.stringify(home)};
  globalThis.gatehouseEmbed = ({ client_id, onSession, origin = location.origin, container, request }) => {
    const frame = document.createElement("iframe");
    frame.src = home + "/embed?" + new URLSearchParams({ ...request, client_id, origin });
    frame.title = "Sign-in";
    frame.allow = "storage-access";
    frame.hidden = !container;
    const hear = ({ source, origin: from, data }) => {
      if (source !== frame.contentWindow || from !== home || !data || data.type !== "gatehouse:session") return;
      onSession(data);
    };
    addEventListener("message", hear);
    (container || document.body).append(frame);
    return {
      frame,
      check: () => frame.contentWindow && frame.contentWindow.postMessage({ type: "gatehouse:check" }, home),
      close: () => {
        removeEventListener("message", hear);
        frame.remove();
      },
    };
  };
})();
`;

export function embedScript(c: AppContext): Response {
  return c.body(script(originOf(hostOf(c.req.url), c.get("config"))), 200, {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=3600",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
  });
}
