import { raw } from "hono/html";
import type { Theme } from "../frame.ts";
import { contrastPairs } from "../look/contrast.ts";
import { compactCss } from "../look/styles.ts";
import { PostForm } from "../parts/form.tsx";
import { Panel } from "../parts/shell.tsx";
import type { Texts } from "../texts/index.ts";
import { formTarget } from "../untrusted/links.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { type Field, FieldView } from "./field.tsx";
import { LookSample, lookSampleStyles } from "./look-sample.tsx";
import { lookScript } from "./look-script.ts";
import { LookVerdict, lookVerdictStyles } from "./look-verdict.tsx";

export type LookGroup = "brand" | "colors" | "shape" | "links";

export interface LookPageProps {
  shell: ConsoleShell;
  action: string;
  version: string;
  groups: readonly { group: LookGroup; fields: readonly Field[] }[];
  /** The realm's own words, by language. */
  words: readonly { tag: string; name: string; fields: readonly Field[] }[];
  /** What the sample shows: what is typed, saved or not. */
  sample: { theme: Theme; siteName: string; words: Texts };
}

/** Id of the form whose fields the list of all settings links to. */
export const lookFormId = "look-form";

/** A realm's look as a form, beside it what it comes to. */
export function LookPage({ shell, action, version, groups, words, sample }: LookPageProps) {
  const { look, form } = shell.texts;
  const pairs = contrastPairs(sample.theme);
  const readsWell = pairs.every(({ fault }) => fault === null);
  return (
    <ConsolePage
      shell={shell}
      title={look.title}
      lead={look.lead}
      wide
      styles={lookStyles + lookSampleStyles(sample.theme) + lookVerdictStyles(pairs)}
    >
      <div class="dressing">
        <div class="stack">
          <Panel id="change" title={look.form}>
            <PostForm id={lookFormId} action={action} fields={{ csrf: shell.user.csrf, do: "change", version }}>
              {groups.map(({ group, fields }) => (
                <fieldset id={`look-${group}`}>
                  <legend>{look.groups[group]}</legend>
                  {fields.map((field) => (
                    <FieldView form={lookFormId} field={field} texts={shell.texts} />
                  ))}
                </fieldset>
              ))}
              <fieldset id={`${lookFormId}-page_texts`}>
                <legend>{look.groups.words}</legend>
                <p class="quiet small">{look.wordsLead}</p>
                {words.map(({ tag, name, fields }) => (
                  <details
                    id={`words-${tag}`}
                    class="more"
                    open={fields.some(({ value, problem }) => value !== "" || problem !== undefined)}
                  >
                    <summary lang={tag}>{name}</summary>
                    <div class="stack">
                      {fields.map((field) => (
                        <FieldView form={lookFormId} field={field} texts={shell.texts} />
                      ))}
                    </div>
                  </details>
                ))}
              </fieldset>
              <div class="actions">
                {/* First, for Enter presses a form's first button: it saves nothing. */}
                <button
                  id="show-button"
                  type="submit"
                  class="button"
                  formaction={formTarget(`${action}#sample`)}
                  name="show"
                  value="true"
                >
                  {look.show}
                </button>
                <button id="save-button" type="submit" class="button primary">
                  {form.save}
                </button>
              </div>
            </PostForm>
          </Panel>
        </div>
        <div class="beside">
          <Panel id="sample" title={look.sample}>
            <p id="verdict-text" role="status">
              {readsWell ? look.verdict.well : look.verdict.not}
            </p>
            <div id="sample-shown">
              <LookSample theme={sample.theme} siteName={sample.siteName} words={sample.words} texts={shell.texts} />
            </div>
          </Panel>
          <Panel id="verdict" title={look.contrast} lead={look.contrastLead}>
            <div id="verdict-shown">
              <LookVerdict
                pairs={pairs}
                language={shell.frame.language}
                texts={shell.texts}
                form={lookFormId}
                action={action}
              />
            </div>
          </Panel>
        </div>
      </div>
      <Panel id="reset" title={look.resetTitle} lead={look.resetLead} tone="danger">
        <ConsoleForm
          shell={shell}
          id="reset-form"
          action={action}
          does="reset"
          version={version}
          submit={look.reset}
          tone="danger"
          confirm={look.resetConfirm}
        />
      </Panel>
      <script nonce={shell.frame.nonce}>{raw(lookScript)}</script>
    </ConsolePage>
  );
}

const lookStyles = compactCss(`
.dressing, .beside { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; align-content: start; }
.dressing fieldset { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem; }
.dressing fieldset + fieldset { padding-block-start: 1.25rem; border-block-start: 1px solid var(--line); }
.dressing legend { float: inline-start; inline-size: 100%; font-size: 1.0625rem; font-weight: 680; }
.dressing legend + * { clear: both; }
.picked { display: grid; grid-template-columns: minmax(0, 1fr); gap: .5rem; }
.picked[data-kind=color]:has(input:not([hidden]) + input:not([hidden])) { grid-template-columns: minmax(0, 1fr) 4rem; }
.picked input[type=color] { padding: .25rem; cursor: pointer; }
.picked input[type=file] { min-block-size: 0; padding: 0; border: 0; background: none; color: var(--muted); font-size: .875rem; cursor: pointer; }
.picked input[type=file]:focus-visible { border-radius: .25rem; }
.picked ::file-selector-button { min-block-size: 2.25rem; margin-inline-end: .75rem; padding: .25rem .875rem; border: 1px solid var(--field-line); border-radius: var(--radius); background: transparent; color: var(--ink); font: inherit; font-weight: 620; cursor: pointer; }
@media (min-width: 48rem) { .dressing .actions { display: flex; } .dressing .actions .button { inline-size: auto; } }
@media (min-width: 75rem) {
  .dressing { grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); }
  .beside { position: sticky; inset-block-start: 1rem; }
}
`);
