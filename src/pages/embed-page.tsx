import { raw } from "hono/html";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { embedScript } from "./parts/embed-script.ts";
import { safeHref } from "./untrusted/links.ts";

export interface EmbedPageProps {
  frame: PageFrame;
  clientId: string;
  /** The one that the page speaks to; already checked against the client's registration. */
  origin: string;
  /** Parameters of an authorization request, as in a query; empty when no code is asked for. */
  request: string;
  /** The session's cookie may be seen here once the person allows it. */
  mayAskForAccess: boolean;
  /** Opens beside. */
  signInHref: string;
}

/** Stands in a frame on a client's site, tells that site of the session, and offers what the person can do. */
export function EmbedPage({ frame, clientId, origin, request, mayAskForAccess, signInHref }: EmbedPageProps) {
  const texts = frame.texts.embed;
  return (
    <Layout frame={frame} title={texts.title}>
      <h1 class="small quiet">{texts.title}</h1>
      <div
        id="embed"
        class="stack"
        data-client-id={clientId}
        data-origin={origin}
        data-request={request}
        data-access={mayAskForAccess ? "ask" : "none"}
      >
        <div id="embed-signed-in" hidden>
          <p>{texts.signedIn}</p>
          <p>
            <strong>
              <bdi id="embed-user" />
            </strong>
          </p>
        </div>
        <div id="embed-blocked" class="stack" hidden>
          <p>{texts.blocked}</p>
          {mayAskForAccess ? (
            <button id="embed-allow" type="button" class="button primary">
              {texts.allow}
            </button>
          ) : null}
          <SignInLink href={signInHref} id="embed-blocked-sign-in" text={texts.signIn} />
        </div>
        <div id="embed-signed-out" class="stack">
          <p>{texts.signedOut}</p>
          <SignInLink href={signInHref} id="embed-sign-in" text={texts.signIn} />
        </div>
      </div>
      <script nonce={frame.nonce}>{raw(embedScript)}</script>
    </Layout>
  );
}

const SignInLink = ({ href, id, text }: { href: string; id: string; text: string }) => (
  <a id={id} class="button" href={safeHref(href)} target="_blank" rel="noopener">
    {text}
  </a>
);
