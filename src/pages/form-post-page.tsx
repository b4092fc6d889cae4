// Returns authorization response parameters by a form (OAuth 2.0 Form Post Response Mode §2).
// https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html#FormPostResponseMode
import { raw } from "hono/html";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm } from "./parts/form.tsx";
import { formTarget, hostOf } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export interface FormPostPageProps {
  frame: PageFrame;
  /** The client's redirect URI, already checked against its registration; http(s). */
  action: string;
  /** The response parameters. */
  fields: Readonly<Record<string, string>>;
}

// Called through the prototype, for a field named "submit" would hide the form's own method.
const submitAtOnce = `HTMLFormElement.prototype.submit.call(document.getElementById("form-post"))`;

/** Posts `fields` to the client by itself, or by its button where scripts are off. */
export function FormPostPage({ frame, action, fields }: FormPostPageProps) {
  const texts = frame.texts.formPost;
  const host = hostOf(formTarget(action));
  return (
    <Layout frame={frame} title={texts.title}>
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          {host ? <p class="quiet">{texts.lead(plainText(host, 255))}</p> : null}
        </div>
        <PostForm id="form-post" action={action} fields={fields}>
          <button id="continue-button" type="submit" class="button primary">
            {frame.texts.continue}
          </button>
        </PostForm>
        <p class="aside small">{texts.hint}</p>
      </div>
      <script nonce={frame.nonce}>{raw(submitAtOnce)}</script>
    </Layout>
  );
}
