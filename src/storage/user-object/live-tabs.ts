/** Open tabs that want to hear of the end of their session: hibernating WebSockets, tagged with the session they show. */
import { limits } from "../../config/limits.ts";
import type { EndReason } from "./ended-sessions.ts";

/** Close code of a tab whose session is over; from the range that is left to applications (RFC 6455 §7.4.2). */
const sessionOver = 4401;

/** Accepts one tab's connection. A session with very many tabs loses its oldest connection. */
export function acceptTab(state: DurableObjectState, sid: string): Response {
  const others = state.getWebSockets(sid);
  if (others.length >= limits.liveTabsPerSession) others[0]?.close(1013, "too many tabs");
  const pair = new WebSocketPair();
  state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  state.acceptWebSocket(pair[1], [sid]);
  return new Response(null, { status: 101, webSocket: pair[0] });
}

/** Tells every tab whose session is over, and why. */
export function tellTabs(
  state: DurableObjectState,
  isLive: (sid: string) => boolean,
  why: (sid: string) => EndReason,
): void {
  for (const socket of state.getWebSockets()) {
    const [sid] = state.getTags(socket);
    if (sid === undefined || isLive(sid)) continue;
    socket.send(JSON.stringify({ type: "session-ended", reason: why(sid) }));
    socket.close(sessionOver, "session-ended");
  }
}
