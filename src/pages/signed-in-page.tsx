import { raw } from "hono/html";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { EndHead } from "./parts/sealed-head.tsx";

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
      <EndHead title={texts.title} titleId="signed-in-title" lead={texts.lead} />
      <script nonce={frame.nonce}>{raw(closeWindow)}</script>
    </Layout>
  );
}
