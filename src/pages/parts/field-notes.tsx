interface FieldNotesProps {
  /** Of the field. */
  id: string;
  hint?: string | undefined;
  problem?: string | undefined;
}

/** What stands between a field's label and its input: what it is for. */
export const FieldHint = ({ id, hint, language }: FieldNotesProps & { language?: string | undefined }) =>
  hint ? (
    <p id={`${id}-hint`} class="quiet small" lang={language}>
      {hint}
    </p>
  ) : null;

/** And what is wrong with what was typed. */
export const FieldProblem = ({ id, problem }: FieldNotesProps) =>
  problem ? (
    <p id={`${id}-problem`} class="problem">
      {problem}
    </p>
  ) : null;

/** The same for `aria-describedby`, the problem first. `more`: ids of notices elsewhere. */
export const describedBy = ({ id, hint, problem }: FieldNotesProps, more?: string): string | undefined =>
  [more, problem && `${id}-problem`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
