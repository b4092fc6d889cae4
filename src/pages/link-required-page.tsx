import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { safeHref } from "./untrusted/links.ts";

interface LinkRequiredPageProps {
  frame: PageFrame;
  signInHref: string;
}

/** Says that the address has an account already, and that its owner signs in before connecting another way in to it. */
export function LinkRequiredPage({ frame, signInHref }: LinkRequiredPageProps) {
  const { title, lead, next, signIn } = frame.texts.linkRequired;
  return (
    <Layout frame={frame} title={title}>
      <div class="stack">
        <div class="head">
          <h1>{title}</h1>
          <p class="quiet">{lead}</p>
        </div>
        <p>{next}</p>
        <a id="sign-in-link" class="button primary" href={safeHref(signInHref)}>
          {signIn}
        </a>
      </div>
    </Layout>
  );
}
