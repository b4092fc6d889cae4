import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { PageFrame } from "../frame.ts";
import { PostForm } from "../parts/form.tsx";
import { Notice } from "../parts/notice.tsx";
import { type PlaceGroup, Shell, type ShellNotice } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { safeHref } from "../untrusted/links.ts";
import { chartStyles } from "./chart-styles.ts";
import { consoleScript } from "./console-script.ts";
import { consoleStyles } from "./console-styles.ts";
import { type Field, FieldView } from "./field.tsx";

/** What every page of the console is given besides its own props. */
export interface ConsoleShell {
  frame: PageFrame;
  texts: ConsoleTexts;
  navigation: readonly PlaceGroup[];
  /** Id of the place one is at. */
  current?: string | undefined;
  homeHref: string;
  user: { label: string; signOutAction: string; csrf: string };
  notice?: ShellNotice | undefined;
  /** For somebody who could see more with a second factor. */
  secondFactor?: { has: boolean; href: string } | undefined;
}

interface ConsolePageProps {
  shell: ConsoleShell;
  title: string;
  lead?: Child;
  wide?: boolean | undefined;
  /** Added to the console's styles. Ours, never data. */
  styles?: string | undefined;
  children?: Child;
}

/** The frame of the console: the realm's places at the side, the page beside them. */
export function ConsolePage({ shell, title, lead, wide, styles = "", children }: ConsolePageProps) {
  const { frame, texts } = shell;
  return (
    <Shell
      frame={frame}
      title={title}
      lead={lead}
      navigationLabel={texts.navigation}
      navigation={shell.navigation}
      current={shell.current}
      homeHref={shell.homeHref}
      user={shell.user}
      notice={shell.notice}
      wide={wide}
      styles={consoleStyles + chartStyles + styles}
    >
      <SecondFactorHint shell={shell} />
      {children}
      <script nonce={frame.nonce}>{raw(consoleScript)}</script>
    </Shell>
  );
}

function SecondFactorHint({ shell: { texts, secondFactor } }: { shell: ConsoleShell }) {
  if (secondFactor === undefined) return null;
  return (
    <Notice id="second-factor-notice" tone="info">
      <p>
        {texts.secondFactor.text}{" "}
        <a id="second-factor-link" href={safeHref(secondFactor.href)}>
          {secondFactor.has ? texts.secondFactor.prove : texts.secondFactor.setUp}
        </a>
      </p>
    </Notice>
  );
}

export interface ConsoleFormProps {
  shell: ConsoleShell;
  id: string;
  /** Where it is posted: the page's own address when left out. */
  action: string;
  /** The page's action that it asks for. */
  does: string;
  /** Version of what is changed, so that nobody overwrites what they have not seen. */
  version?: string | undefined;
  /** Further hidden fields. */
  hidden?: Readonly<Record<string, string | undefined>> | undefined;
  fields?: readonly Field[] | undefined;
  /** Id of the form that takes a field back to its default. */
  resetForm?: string | undefined;
  submit: string;
  /** Read out after the button's label, where several look the same. */
  about?: string | undefined;
  tone?: "primary" | "danger" | "slim" | undefined;
  /** Asked once more by browsers with JavaScript. */
  confirm?: string | undefined;
  /** Beside each other. */
  inline?: boolean | undefined;
  children?: Child;
}

const buttonClasses = { primary: "button primary", danger: "button danger", slim: "button slim" } as const;

/** A form of the console. What it sends is read back by the same list of fields. */
export function ConsoleForm(props: ConsoleFormProps) {
  const { shell, id, does, version, hidden, fields = [], tone = "primary" } = props;
  return (
    <PostForm
      id={id}
      action={props.action}
      fields={{ csrf: shell.user.csrf, do: does, version, ...hidden }}
      class={props.inline ? "line" : "stack"}
      confirm={props.confirm}
    >
      {fields.map((field) => (
        <FieldView form={id} resetForm={props.resetForm} field={field} texts={shell.texts} />
      ))}
      {props.children}
      <button id={`${id}-button`} type="submit" class={buttonClasses[tone]}>
        {props.submit}
        {props.about === undefined ? null : <span class="unseen"> {props.about}</span>}
      </button>
    </PostForm>
  );
}
