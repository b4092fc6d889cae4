// What an operator fills in of a user, and the patch that follows from it.
import { roles } from "../../domain/admin/operator.ts";
import { isRecord } from "../../lib/json.ts";
import type { Field } from "../../pages/console/field.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import type { Visitor } from "./arrive.tsx";
import { textOf } from "./form-fields.ts";

export interface KnownUser {
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly username: string | null;
  readonly name: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly phone_number: string | null;
  readonly external_id: string | null;
  readonly roles: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** `user` is null for somebody new, who alone is given a password here. */
export function userFields(
  { users: { fields } }: ConsoleTexts,
  { operator }: Pick<Visitor, "operator">,
  user: KnownUser | null,
): Field[] {
  const text = (name: "username" | "name" | "first_name" | "last_name" | "external_id"): Field => ({
    name,
    kind: "text",
    label: fields[name],
    value: user?.[name] ?? "",
  });
  // What an admin cannot grant is not offered; a sysadmin's own role is not lost by not being shown, for no admin edits one.
  const grantable = roles.filter((role) => operator.kind !== "admin" || role !== "sysadmin");
  return [
    { name: "email", kind: "text", label: fields.email, hint: fields.emailHint, value: user?.email ?? "" },
    {
      name: "email_verified",
      kind: "switch",
      label: fields.email_verified,
      hint: user === null ? undefined : fields.emailVerifiedHint,
      value: String(user?.email_verified ?? false),
    },
    text("username"),
    text("name"),
    text("first_name"),
    text("last_name"),
    {
      name: "phone_number",
      kind: "text",
      label: fields.phone_number,
      hint: fields.phoneHint,
      value: user?.phone_number ?? "",
    },
    text("external_id"),
    {
      name: "roles",
      kind: "checks",
      label: fields.roles,
      choices: grantable.map((role) => ({ value: role, label: role })),
      value: (user?.roles ?? ["user"]).join("\n"),
    },
    ...(user === null ? [passwordField(fields, fields.passwordHint)] : []),
    { name: "metadata", kind: "json", label: fields.metadata, value: metadataText(user) },
  ];
}

const passwordField = ({ password }: ConsoleTexts["users"]["fields"], hint?: string): Field => ({
  name: "password",
  kind: "secret",
  label: password,
  hint,
  value: "",
});

const metadataText = (user: KnownUser | null): string =>
  user === null || Object.keys(user.metadata).length === 0 ? "" : textOf("json", user.metadata);

/** The patch that makes of `user` what was typed. A confirmation is not carried over to another address. */
export function userPatch(user: KnownUser, typed: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { metadata, email_verified, ...rest } = typed;
  return {
    ...rest,
    ...(email_verified === user.email_verified ? {} : { email_verified }),
    metadata: isRecord(metadata)
      ? mergePatchTo(user.metadata, metadata)
      : (metadata ?? mergePatchTo(user.metadata, {})),
  };
}

/** The merge patch (RFC 7396) that turns one object into the other. */
function mergePatchTo(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  return Object.fromEntries([
    ...gone.map((name): [string, unknown] => [name, null]),
    ...Object.entries(after).map(([name, value]): [string, unknown] => {
      const old = before[name];
      return [name, isRecord(value) && isRecord(old) ? mergePatchTo(old, value) : value];
    }),
  ]);
}
