import { CheckIcon } from "../look/icons.tsx";
import { PostForm } from "./form.tsx";

export const Ticks = ({ items }: { items: readonly string[] }) => (
  <ul class="ticks">
    {items.map((item) => (
      <li>
        <CheckIcon />
        <span>{item}</span>
      </li>
    ))}
  </ul>
);

interface ScopeListProps {
  /** Of the heading. */
  id: string;
  title: string;
  scopes: readonly string[];
}

/** What somebody is asked to allow. */
export const ScopeList = ({ id, title, scopes }: ScopeListProps) => (
  <section class="stack tight" aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    <Ticks items={scopes} />
  </section>
);

interface DecisionFormProps {
  id: string;
  /** Ids of the buttons are `<about>-allow` and `<about>-deny`. */
  about: string;
  action: string;
  fields: Readonly<Record<string, string | undefined>>;
  allow: string;
  deny: string;
}

/** Yes or no. */
export const DecisionForm = ({ id, about, action, fields, allow, deny }: DecisionFormProps) => (
  <PostForm id={id} action={action} fields={fields} class="actions pair">
    <button id={`${about}-allow`} type="submit" name="decision" value="allow" class="button primary">
      {allow}
    </button>
    <button id={`${about}-deny`} type="submit" name="decision" value="deny" class="button">
      {deny}
    </button>
  </PostForm>
);
