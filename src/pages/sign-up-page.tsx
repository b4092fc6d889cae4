import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { PostForm, TextField } from "./parts/form.tsx";
import { Notice } from "./parts/notice.tsx";
import { type ProviderLink, ProviderLinks } from "./parts/provider-links.tsx";
import type { Texts } from "./texts/index.ts";
import { safeHref } from "./untrusted/links.ts";
import { plainText } from "./untrusted/plain-text.ts";

export type SignUpProblem =
  | "missing"
  | "email-invalid"
  | "user-already-exists"
  | "password-too-short"
  | "password-too-long"
  | "password-too-common"
  | "password-contains-context"
  | "too-many-attempts"
  | "expired";

const fieldNames = ["name", "email", "password"] as const;
type FieldName = (typeof fieldNames)[number];

export interface SignUpPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction?: string | undefined;
  values?: { name?: string | undefined; email?: string | undefined } | undefined;
  /** `form` is for what no single field can mend. */
  problems?: Partial<Record<FieldName | "form", SignUpProblem | undefined>> | undefined;
  /** In characters. */
  passwordMinLength: number;
  signInHref?: string | undefined;
  clientName?: string | undefined;
  providers?: readonly ProviderLink[] | undefined;
}

const summaryId = "sign-up-problems";

/** Asks for name, email and a new password, and posts them under these names. */
export function SignUpPage(props: SignUpPageProps) {
  const { frame, values, clientName, passwordMinLength } = props;
  const texts = frame.texts.signUp;
  const problems = problemTexts(props);
  const failed = Object.values(problems).some((problem) => problem !== undefined);
  const focused = fieldNames.find((name) => problems[name] !== undefined) ?? "name";
  return (
    <Layout frame={frame} title={texts.title} failed={failed} aside={<SignInHint {...props} />}>
      <div class="stack">
        <div class="head">
          <h1>{texts.title}</h1>
          <p class="quiet">
            {clientName ? texts.leadFor(plainText(clientName)) : texts.lead(plainText(frame.realmName))}
          </p>
        </div>
        {failed ? <Summary problems={problems} texts={frame.texts} /> : null}
        <PostForm
          id="sign-up-form"
          action={props.action}
          fields={{ csrf: props.csrf, interaction: props.interaction }}
          describedBy={failed ? summaryId : undefined}
        >
          <TextField
            name="name"
            label={texts.name}
            type="text"
            autocomplete="name"
            value={values?.name}
            problem={problems.name}
            focused={focused === "name"}
          />
          <TextField
            name="email"
            label={texts.email}
            type="email"
            autocomplete="email"
            value={values?.email}
            problem={problems.email}
            focused={focused === "email"}
          />
          <TextField
            name="password"
            label={texts.password}
            type="password"
            autocomplete="new-password"
            hint={props.problems?.password === "password-too-short" ? undefined : texts.passwordHint(passwordMinLength)}
            minLength={passwordMinLength}
            problem={problems.password}
            focused={focused === "password"}
          />
          <button id="sign-up-button" type="submit" class="button primary">
            {texts.submit}
          </button>
        </PostForm>
        <ProviderLinks texts={frame.texts} providers={props.providers} />
      </div>
    </Layout>
  );
}

type ProblemTexts = Record<FieldName | "form", string | undefined>;

function problemTexts({ frame, problems = {}, passwordMinLength }: SignUpPageProps): ProblemTexts {
  const texts = frame.texts.signUp;
  const textOf = (where: FieldName | "form"): string | undefined => {
    const problem = problems[where];
    if (problem === undefined) return undefined;
    if (problem === "missing") return texts.missing[where];
    if (problem === "password-too-short") return texts.passwordTooShort(passwordMinLength);
    return texts.problems[problem];
  };
  return { name: textOf("name"), email: textOf("email"), password: textOf("password"), form: textOf("form") };
}

function Summary({ problems, texts }: { problems: ProblemTexts; texts: Texts }) {
  const faulty = fieldNames.filter((name) => problems[name] !== undefined);
  return (
    <Notice id={summaryId} tone="danger">
      {problems.form ? <p>{problems.form}</p> : <h2>{texts.signUp.summary}</h2>}
      {faulty.length > 0 ? (
        <ul>
          {faulty.map((name) => (
            <li>
              <a href={`#${name}`}>{problems[name]}</a>
            </li>
          ))}
        </ul>
      ) : null}
    </Notice>
  );
}

function SignInHint({ frame, signInHref }: SignUpPageProps) {
  const href = safeHref(signInHref);
  const texts = frame.texts.signUp;
  if (!href) return null;
  return (
    <p>
      {texts.haveAccount}{" "}
      <a id="sign-in-link" href={href}>
        {texts.signIn}
      </a>
    </p>
  );
}
