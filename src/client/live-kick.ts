export interface LiveKick {
  readonly close: () => void;
}

const longestWaitMs = 60_000;

/**
 * Hears in a page, at once, that its session is over. `url`: `/api/auth/v1/sessions/live` of the page's own realm domain, or another
 * one that forwards to it. `onEnd` is called once, with the reason. Connects again by itself.
 */
export function liveKick(url: string, onEnd: (reason: string) => void): LiveKick {
  const page: unknown = Reflect.get(globalThis, "location");
  const address = new URL(url, page === undefined ? undefined : String(page));
  address.protocol = address.protocol.replace("http", "ws");
  let waitMs = 1_000;
  let isOver = false;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const connect = () => {
    const opened = new WebSocket(address.href);
    socket = opened;
    const beat = setInterval(() => opened.readyState === 1 && opened.send("ping"), 45_000);
    opened.addEventListener("open", () => {
      waitMs = 1_000;
    });
    opened.addEventListener("message", ({ data }) => {
      const reason = endIn(data);
      // A session that goes on under another name has not ended.
      if (isOver || reason === null || reason === "replaced") return;
      isOver = true;
      onEnd(reason);
    });
    opened.addEventListener("close", () => {
      clearInterval(beat);
      if (isOver || waitMs > longestWaitMs) return;
      timer = setTimeout(connect, waitMs * (0.5 + Math.random()));
      waitMs *= 2;
    });
  };
  connect();
  return {
    close: () => {
      isOver = true;
      if (timer !== null) clearTimeout(timer);
      socket?.close();
    },
  };
}

function endIn(data: unknown): string | null {
  if (typeof data !== "string" || !data.startsWith("{")) return null;
  const message = JSON.parse(data) as { type?: unknown; reason?: unknown };
  return message.type === "session-ended" && typeof message.reason === "string" ? message.reason : null;
}
