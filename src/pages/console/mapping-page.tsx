import { Notice } from "../parts/notice.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import { type Field, FieldView } from "./field.tsx";
import { ButtonLink, CodeBlock, Moment } from "./parts.tsx";

/** Something that is wrong with the text: on which line, and which member. */
export interface MappingFault {
  where: string;
  text: string;
}

/** What a mapping came to when it was tried out. */
export interface TriedMapping {
  provider: string;
  /** Method, address, headers and body, as text. */
  request: string;
  /** What the provider was taken to have answered, as JSON. */
  answer: string | null;
  /** What was made of it. */
  result: string | null;
  /** Why nothing was made of it, line by line. */
  fault: readonly string[] | null;
}

interface EditorProps {
  shell: ConsoleShell;
  action: string;
  fields: readonly Field[];
  trialFields: readonly Field[];
  faults: readonly MappingFault[];
  tried: TriedMapping | null;
}

export interface MappingPageProps extends EditorProps {
  listHref: string;
  name: string;
  clientId: string;
  updatedAt: string;
  version: string;
  wordProblem?: string | undefined;
}

/** One mapping as text: to be changed, tried out and deleted. */
export function MappingPage(props: MappingPageProps) {
  const { shell, version, name } = props;
  const { texts } = shell;
  const { mapping } = texts.vault;
  return (
    <ConsolePage shell={shell} title={plainText(name)} lead={mapping.lead} wide>
      <Panel id="facts" title={mapping.facts}>
        <Facts
          facts={[
            { term: texts.vault.mappings.client, value: <bdi>{plainText(props.clientId)}</bdi> },
            {
              term: texts.vault.mappings.changed,
              value: <Moment at={props.updatedAt} language={shell.frame.language} />,
            },
          ]}
        />
        <p>
          <ButtonLink id="mappings-link" href={props.listHref}>
            {texts.vault.mappings.title}
          </ButtonLink>
        </p>
      </Panel>
      <Outcome {...props} />
      <Panel id="edit" title={mapping.edit}>
        <Editor {...props} id="change-form" does="change" version={version} submit={texts.form.save} />
      </Panel>
      <DeletePanel {...props} texts={mapping} word={name} />
    </ConsolePage>
  );
}

/** A new mapping, for any application. */
export function NewMappingPage(props: EditorProps & { cancelHref: string }) {
  const { shell } = props;
  const { mapping } = shell.texts.vault;
  return (
    <ConsolePage shell={shell} title={mapping.newTitle} lead={mapping.lead} wide>
      <Outcome {...props} />
      <Panel id="new" title={mapping.edit}>
        <Editor {...props} id="new-form" does="create" submit={mapping.create} />
        <ButtonLink id="cancel-link" href={props.cancelHref}>
          {shell.texts.form.cancel}
        </ButtonLink>
      </Panel>
    </ConsolePage>
  );
}

/** What is wrong, or what came of trying: above the form, where a page that has come back begins. */
function Outcome({ shell, faults, tried }: EditorProps) {
  const { mapping } = shell.texts.vault;
  return (
    <>
      {faults.length === 0 ? null : (
        <Notice id="faults" tone="danger">
          <div>
            <p>{mapping.faults}</p>
            <ul>
              {faults.map(({ where, text }) => (
                <li>
                  <code>{plainText(where, 200)}</code>: {plainText(text, 300)}
                </li>
              ))}
            </ul>
          </div>
        </Notice>
      )}
      {tried === null ? null : <Tried shell={shell} tried={tried} />}
    </>
  );
}

function Tried({ shell: { texts }, tried }: { shell: ConsoleShell; tried: TriedMapping }) {
  const { mapping } = texts.vault;
  return (
    <Panel id="tried" title={mapping.tried(plainText(tried.provider))} lead={mapping.triedLead}>
      <CodeBlock id="tried-request" label={mapping.request} code={tried.request} texts={texts} />
      {tried.answer === null ? null : (
        <div class="pair">
          <CodeBlock id="tried-answer" label={mapping.answer} code={tried.answer} texts={texts} />
          {tried.result === null ? null : (
            <CodeBlock id="tried-result" label={mapping.result} code={tried.result} texts={texts} />
          )}
          {tried.fault === null ? null : (
            <div class="code">
              <h3>{mapping.result}</h3>
              <Notice id="tried-fault" tone="danger">
                <div>
                  {tried.fault.map((line) => (
                    <p>{plainText(line, 300)}</p>
                  ))}
                </div>
              </Notice>
            </div>
          )}
        </div>
      )}
    </Panel>
  );
}

interface EditorFormProps extends EditorProps {
  id: string;
  does: string;
  version?: string;
  submit: string;
}

/** The text and what to try it with, in one form: whichever button is pressed, nothing that was typed is lost. */
function Editor({ shell, id, trialFields, ...form }: EditorFormProps) {
  const { mapping } = shell.texts.vault;
  return (
    <ConsoleForm {...form} shell={shell} id={id}>
      <fieldset class="stack">
        <legend>{mapping.try}</legend>
        <p class="quiet small">{mapping.tryLead}</p>
        {trialFields.map((field) => (
          <FieldView form={id} field={field} texts={shell.texts} />
        ))}
        <button id={`${id}-try`} type="submit" name="try" value="on" class="button slim">
          {mapping.try}
        </button>
      </fieldset>
    </ConsoleForm>
  );
}
