/** GET /live.js: what a site includes to hear at once that the person was signed out. */
import type { AppContext } from "../../http/env.ts";

const script = `// Dispatches "gatehouse:session-ended" on document, with detail.reason, when this browser's session is over.
(() => {
  const { path = "/api/auth/v1/sessions/live" } = (document.currentScript || document.head).dataset;
  let wait = 1000;
  const connect = () => {
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    let over = false;
    const beat = setInterval(() => socket.readyState === 1 && socket.send("ping"), 45000);
    socket.onopen = () => { wait = 1000; };
    socket.onmessage = (event) => {
      if (event.data === "pong") return;
      const message = JSON.parse(event.data);
      if (message.type !== "session-ended" || message.reason === "replaced") return;
      over = true;
      document.dispatchEvent(new CustomEvent("gatehouse:session-ended", { detail: { reason: message.reason } }));
    };
    socket.onclose = () => {
      clearInterval(beat);
      if (over || wait > 60000) return;
      setTimeout(connect, wait * (0.5 + Math.random()));
      wait *= 2;
    };
  };
  connect();
})();
`;

export function liveScript(c: AppContext): Response {
  return c.body(script, 200, {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=3600",
    "cross-origin-resource-policy": "same-site",
  });
}
