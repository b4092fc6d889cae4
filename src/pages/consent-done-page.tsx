import { raw } from "hono/html";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";

export interface ConsentDonePageProps {
  frame: PageFrame;
  /** How the application is told. */
  way: "postmessage" | "postwebkitmessage";
  /** The one origin that may hear it; already checked against the client's registration. Empty for a native application's own view. */
  origin: string;
  connected: boolean;
  /** What it is told. */
  message: Readonly<Record<string, string>>;
}

/** Tells the window that opened it, or the native application around it, what has become of a consent. */
export function ConsentDonePage({ frame, way, origin, connected, message }: ConsentDonePageProps) {
  const texts = frame.texts.connect.done;
  const title = connected ? texts.connectedTitle : texts.refusedTitle;
  return (
    <Layout frame={frame} title={title}>
      <div
        id="consent-done"
        class="head"
        data-way={way}
        data-origin={origin}
        data-message={JSON.stringify({ type: "gatehouse:connection", ...message })}
      >
        <h1>{title}</h1>
        <p class="quiet">{connected ? texts.connected : texts.refused}</p>
      </div>
      <script nonce={frame.nonce}>{raw(tell)}</script>
    </Layout>
  );
}

// A window that was opened for this closes when its opener has heard; without one the text stays.
const tell = `(() => {
  const { way, origin, message } = document.getElementById("consent-done").dataset;
  const told = JSON.parse(message);
  if (way === "postwebkitmessage") {
    const handlers = window.webkit && window.webkit.messageHandlers;
    if (handlers && handlers.gatehouse) handlers.gatehouse.postMessage(told);
  } else if (window.opener) {
    window.opener.postMessage(told, origin);
    window.close();
  }
})();`;
