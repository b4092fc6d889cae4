import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { safeHref } from "./untrusted/links.ts";

export type AskProblem = "missing" | "email-invalid" | "too-many-attempts" | "link-invalid";

export interface ForgotPasswordPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction?: string | undefined;
  email?: string | undefined;
  problem?: AskProblem | undefined;
  signInHref: string;
}

const problemId = "forgot-problem";

/** Asks for the address of an account whose password is forgotten, and posts it as `email`. */
export function ForgotPasswordPage({ frame, problem, email, signInHref, ...props }: ForgotPasswordPageProps) {
  const texts = frame.texts.recovery.ask;
  return (
    <Layout
      frame={frame}
      title={texts.title}
      failed={problem !== undefined}
      aside={<Back frame={frame} href={signInHref} />}
    >
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          <p class="quiet">{texts.lead}</p>
        </div>
        {problem ? (
          <Notice id={problemId} tone="danger">
            <p>{problem === "link-invalid" ? frame.texts.recovery.reset.problems[problem] : texts.problems[problem]}</p>
          </Notice>
        ) : null}
        <PostForm
          id="forgot-form"
          action={props.action}
          fields={{ csrf: props.csrf, interaction: props.interaction }}
          describedBy={problem ? problemId : undefined}
        >
          <TextField
            name="email"
            label={texts.email}
            type="email"
            autocomplete="email"
            value={email}
            describedBy={problem === "missing" || problem === "email-invalid" ? problemId : undefined}
            focused
          />
          <button id="forgot-button" type="submit" class="button primary">
            {texts.submit}
          </button>
        </PostForm>
      </div>
    </Layout>
  );
}

function Back({ frame, href }: { frame: PageFrame; href: string }) {
  return (
    <p>
      <a id="sign-in-link" href={safeHref(href)}>
        {frame.texts.recovery.ask.back}
      </a>
    </p>
  );
}
