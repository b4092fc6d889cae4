import * as z from "zod";
import type { Parameters } from "../../lib/parameters.ts";
import { deviceNameOf } from "../../lib/user-agent.ts";
import { UserFormPage } from "../../pages/console/user-list-page.tsx";
import { TemporaryPasswordPage, UserPage } from "../../pages/console/user-page.tsx";
import { userConnectionsAnswerSchema } from "../admin/user-connections.ts";
import { userConsentsAnswerSchema } from "../admin/user-consents.ts";
import { factorResetSchema } from "../admin/user-factors.ts";
import { userSchema } from "../admin/user-json.ts";
import { passwordResetAnswerSchema } from "../admin/user-password.ts";
import { kickAnswerSchema, userSessionsAnswerSchema } from "../admin/user-sessions.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { mayCall } from "./arrive.tsx";
import { readFields, retyped } from "./form-fields.ts";
import { realmPath } from "./places.ts";
import { textsOf } from "./texts-of.ts";
import { userFields, userPatch } from "./user-fields.ts";
import { asTyped, mergeConfirmed, mergeState } from "./user-merge.ts";
import { labelOfUser, type UserView, usersApiPath, usersPath } from "./users.tsx";
import {
  type ConsolePageEntry,
  type DoneName,
  inRealm,
  type Outcome,
  type Refusal,
  refused,
  type Shown,
  type Visit,
} from "./visit.ts";

const idOf = ({ c }: Visit): string => segment(c.req.param("user") ?? "");
const apiPath = (visit: Visit): string => `${usersApiPath(visit)}/${idOf(visit)}`;
const pathOf = (visit: Visit): string => `${usersPath(visit)}/${idOf(visit)}`;

/** As the API rules (domain/admin/operator.ts); here it only decides what is offered. */
const mayChange = ({ visitor }: Visit, user: UserView): boolean =>
  visitor.operator.kind !== "admin" || !user.roles.includes("sysadmin");

const isSelf = (visit: Visit, user: UserView): boolean =>
  visit.visitor.userId === user.id && visit.visitor.homeRealmId === inRealm(visit).value.id;

const wordOf = ({ id, email, username }: UserView): string => email ?? username ?? String(id);

const passwordAddress = "POST /realms/:realm/users/:user/password-reset";
const mergeAddress = "POST /realms/:realm/users/:user/merge";

async function userShown(visit: Visit, refusal: Refusal | null): Promise<Shown> {
  const { value: user, version } = await read(visit.c, apiPath(visit), userSchema);
  const [sessions, consents, connections] = await Promise.all([
    read(visit.c, `${apiPath(visit)}/sessions`, userSessionsAnswerSchema),
    read(visit.c, `${apiPath(visit)}/consents`, userConsentsAnswerSchema),
    read(visit.c, `${apiPath(visit)}/connections`, userConnectionsAnswerSchema),
  ]);
  const mayMerge = mayCall(visit.visitor, mergeAddress) && !isSelf(visit, user);
  const merge = mayMerge ? await mergeState(visit, user, refusal) : null;
  return {
    connects: true,
    build: (shell) => (
      <UserPage
        shell={shell}
        action={pathOf(visit)}
        user={{ ...user, label: labelOfUser(user) }}
        version={refusal?.typed.get("version") ?? version}
        sessions={sessions.value.sessions
          .toSorted((one, other) => other.last_used_at.localeCompare(one.last_used_at))
          .map(({ id, user_agent, client_name, ip, created_at, last_used_at }) => ({
            id,
            ...deviceNameOf(user_agent),
            app: client_name,
            ip,
            createdAt: created_at,
            lastUsedAt: last_used_at,
          }))}
        consents={consents.value.consents.map((consent) => ({
          clientId: consent.client_id,
          name: consent.client_name,
          host: consent.client_host,
          scopes: consent.scopes,
          grantedAt: consent.granted_at,
          lastUsedAt: consent.last_used_at,
        }))}
        connections={connections.value.connections.map((connection) => ({
          provider: connection.provider,
          clientId: connection.client_id,
          clientName: connection.client_name,
          status: connection.status,
          connectedAt: connection.connected_at,
          error: connection.last_error?.code ?? null,
        }))}
        eventsHref={`${realmPath(inRealm(visit).value.id)}/events?user=${user.id}`}
        mayChange={mayChange(visit, user)}
        mayResetFactors={!isSelf(visit, user)}
        merge={merge}
        word={wordOf(user)}
        wordProblem={refusal?.does === "delete" ? refusal.errors.confirmation : undefined}
      />
    ),
  };
}

async function patch(visit: Visit, does: string, form: Parameters, body: object): Promise<Outcome> {
  const version = form.get("version");
  const answer = await callAdmin(visit.c, "PATCH", apiPath(visit), userSchema, { body, version });
  return answer.ok ? { to: pathOf(visit), done: "saved" } : refused(does, form, answer.problem);
}

/** For what takes neither a version nor a word. */
async function act(
  visit: Visit,
  form: Parameters,
  [does, done]: readonly [string, DoneName],
  [method, path, body]: readonly ["POST" | "DELETE", string, object?],
  schema: z.ZodType = z.unknown(),
): Promise<Outcome> {
  const answer = await callAdmin(visit.c, method, `${apiPath(visit)}${path}`, schema, { body });
  return answer.ok ? { to: pathOf(visit), done } : refused(does, form, answer.problem);
}

/** GET, POST /console/realms/:realm/users/:user */
export const userPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/users/:user",
  place: "users",
  show: userShown,
  actions: {
    "mail-reset": {
      needs: passwordAddress,
      run: (visit, form) =>
        act(visit, form, ["mail-reset", "reset-mailed"], ["POST", "/password-reset", { by: "mail" }]),
    },
    "temporary-password": {
      needs: passwordAddress,
      run: async (visit, form) => {
        const body = { by: "temporary-password" };
        const path = `${apiPath(visit)}/password-reset`;
        const answer = await callAdmin(visit.c, "POST", path, passwordResetAnswerSchema, { body });
        if (!answer.ok) return refused("temporary-password", form, answer.problem);
        const password = answer.value.temporary_password ?? "";
        const onwardHref = pathOf(visit);
        return {
          shown: {
            build: (shell) => <TemporaryPasswordPage shell={shell} password={password} onwardHref={onwardHref} />,
          },
        };
      },
    },
    switch: {
      needs: "PATCH /realms/:realm/users/:user",
      run: (visit, form) => patch(visit, "switch", form, { disabled: form.get("to") === "off" }),
    },
    "reset-factors": {
      needs: "POST /realms/:realm/users/:user/tfa/reset",
      run: (visit, form) =>
        act(visit, form, ["reset-factors", "factors-reset"], ["POST", "/tfa/reset"], factorResetSchema),
    },
    kick: {
      needs: "POST /realms/:realm/users/:user/kick",
      run: (visit, form) => {
        const session = form.get("session");
        const body = session === undefined ? {} : { session_id: session };
        const done = session === undefined ? "sessions-ended" : "session-ended";
        return act(visit, form, ["kick", done], ["POST", "/kick", body], kickAnswerSchema);
      },
    },
    "revoke-consent": {
      needs: "DELETE /realms/:realm/users/:user/consents/:client",
      run: (visit, form) =>
        act(
          visit,
          form,
          ["revoke-consent", "consent-revoked"],
          ["DELETE", `/consents/${segment(form.get("client") ?? "")}`],
        ),
    },
    disconnect: {
      needs: "DELETE /realms/:realm/users/:user/connections/:provider",
      run: (visit, form) => {
        const query = new URLSearchParams({ client_id: form.get("client") ?? "" });
        const path = `/connections/${segment(form.get("provider") ?? "")}?${query}`;
        return act(visit, form, ["disconnect", "disconnected"], ["DELETE", path]);
      },
    },
    "find-survivor": {
      needs: mergeAddress,
      run: async (visit, form) => ({ shown: await userShown(visit, asTyped("find-survivor", form)) }),
    },
    merge: {
      needs: mergeAddress,
      run: async (visit, form) => {
        const { value: user } = await read(visit.c, apiPath(visit), userSchema);
        return mergeConfirmed(visit, form, apiPath(visit), wordOf(user));
      },
    },
    delete: {
      needs: "DELETE /realms/:realm/users/:user",
      run: async (visit, form) => {
        const { value: user } = await read(visit.c, apiPath(visit), userSchema);
        if (form.get("confirmation") !== wordOf(user)) {
          const errors = { confirmation: textsOf(visit.c).form.typedWrong };
          return { refused: { does: "delete", typed: form, errors, problem: null } };
        }
        const version = form.get("version");
        const answer = await callAdmin(visit.c, "DELETE", apiPath(visit), z.unknown(), { version });
        return answer.ok ? { to: usersPath(visit), done: "removed" } : refused("delete", form, answer.problem);
      },
    },
  },
};

/** GET, POST /console/realms/:realm/users/:user/edit */
export const editUserPage: ConsolePageEntry = {
  needs: "PATCH /realms/:realm/users/:user",
  place: "users",
  show: async (visit, refusal) => {
    const { value: user, version } = await read(visit.c, apiPath(visit), userSchema);
    return {
      build: (shell) => (
        <UserFormPage
          shell={shell}
          name={labelOfUser(user)}
          action={`${pathOf(visit)}/edit`}
          version={refusal?.typed.get("version") ?? version}
          fields={retyped(userFields(shell.texts, visit.visitor, user), "change", refusal)}
          cancelHref={pathOf(visit)}
        />
      ),
    };
  },
  actions: {
    change: {
      needs: "PATCH /realms/:realm/users/:user",
      run: async (visit, form) => {
        const { value: user } = await read(visit.c, apiPath(visit), userSchema);
        const texts = textsOf(visit.c);
        const fields = userFields(texts, visit.visitor, user);
        const { body, errors } = readFields(fields, form, { texts, empty: "null" });
        if (Object.keys(errors).length > 0) return { refused: { does: "change", typed: form, errors, problem: null } };
        return patch(visit, "change", form, userPatch(user, body));
      },
    },
  },
};
