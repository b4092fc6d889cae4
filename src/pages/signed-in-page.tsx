import { raw } from "hono/html";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { CheckIcon } from "./look/icons.tsx";

/** A window that was opened for the sign-in: FedCM closes its own, a script may close the one it opened. */
const closeWindow = `(() => {
  try {
    window.IdentityProvider?.close();
  } catch {}
  window.close();
})();`;

/** The end of a sign-in that was begun in a window beside. */
export function SignedInPage({ frame }: { frame: PageFrame }) {
  const texts = frame.texts.embed.done;
  return (
    <Layout frame={frame} title={texts.title}>
      <div class="head">
        <span class="seal">
          <CheckIcon />
        </span>
        <h1 id="signed-in-title">{texts.title}</h1>
        <p class="quiet">{texts.lead}</p>
      </div>
      <script nonce={frame.nonce}>{raw(closeWindow)}</script>
    </Layout>
  );
}
