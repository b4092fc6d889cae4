import type { Parameters } from "../../lib/parameters.ts";
import { deviceNameOf } from "../../lib/user-agent.ts";
import { SecretPage } from "../../pages/console/secret-page.tsx";
import { UserFormPage } from "../../pages/console/user-list-page.tsx";
import { UserPage } from "../../pages/console/user-page.tsx";
import { userConnectionsAnswerSchema } from "../admin/user-connections.ts";
import { userConsentsAnswerSchema } from "../admin/user-consents.ts";
import { userSchema } from "../admin/user-json.ts";
import { passwordResetAnswerSchema } from "../admin/user-password.ts";
import { userSessionsAnswerSchema } from "../admin/user-sessions.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { mayCall } from "./arrive.tsx";
import { readFields, retyped } from "./form-fields.ts";
import { realmPathOf } from "./places.ts";
import { deleteConfirmed, submit, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { userFields, userPatch } from "./user-fields.ts";
import { asTyped, mergeConfirmed, mergeState } from "./user-merge.ts";
import { labelOfUser, type UserView, usersApiPath, usersPath } from "./users.tsx";
import {
  type ConsolePageEntry,
  type DoneName,
  inRealm,
  misfilled,
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
        eventsHref={`${realmPathOf(visit)}/events?user=${user.id}`}
        mayChange={mayChange(visit, user)}
        mayResetFactors={!isSelf(visit, user)}
        merge={merge}
        word={wordOf(user)}
        wordProblem={wordProblem(refusal)}
      />
    ),
  };
}

/** `path` below the user's. */
const act = (
  visit: Visit,
  form: Parameters,
  done: DoneName,
  [method, path, body]: readonly ["POST" | "PATCH" | "DELETE", string, object?],
): Promise<Outcome> => submit(visit, form, [method, `${apiPath(visit)}${path}`, body], { to: pathOf(visit), done });

/** GET, POST /console/realms/:realm/users/:user */
export const userPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/users/:user",
  place: "users",
  show: userShown,
  actions: {
    "mail-reset": {
      needs: passwordAddress,
      run: (visit, form) => act(visit, form, "reset-mailed", ["POST", "/password-reset", { by: "mail" }]),
    },
    "temporary-password": {
      needs: passwordAddress,
      run: async (visit, form) => {
        const body = { by: "temporary-password" };
        const path = `${apiPath(visit)}/password-reset`;
        const answer = await callAdmin(visit.c, "POST", path, passwordResetAnswerSchema, { body });
        if (!answer.ok) return refused(form, answer.problem);
        const secret = answer.value.temporary_password ?? "";
        const onwardHref = pathOf(visit);
        return {
          shown: {
            build: (shell) => (
              <SecretPage
                shell={shell}
                id="password"
                texts={shell.texts.users.one.temporary}
                secret={secret}
                onwardHref={onwardHref}
              />
            ),
          },
        };
      },
    },
    switch: {
      needs: "PATCH /realms/:realm/users/:user",
      run: (visit, form) => act(visit, form, "saved", ["PATCH", "", { disabled: form.get("to") === "off" }]),
    },
    "reset-factors": {
      needs: "POST /realms/:realm/users/:user/tfa/reset",
      run: (visit, form) => act(visit, form, "factors-reset", ["POST", "/tfa/reset"]),
    },
    kick: {
      needs: "POST /realms/:realm/users/:user/kick",
      run: (visit, form) => {
        const session = form.get("session");
        const body = session === undefined ? {} : { session_id: session };
        const done = session === undefined ? "sessions-ended" : "session-ended";
        return act(visit, form, done, ["POST", "/kick", body]);
      },
    },
    "revoke-consent": {
      needs: "DELETE /realms/:realm/users/:user/consents/:client",
      run: (visit, form) =>
        act(visit, form, "consent-revoked", ["DELETE", `/consents/${segment(form.get("client") ?? "")}`]),
    },
    disconnect: {
      needs: "DELETE /realms/:realm/users/:user/connections/:provider",
      run: (visit, form) => {
        const query = new URLSearchParams({ client_id: form.get("client") ?? "" });
        const path = `/connections/${segment(form.get("provider") ?? "")}?${query}`;
        return act(visit, form, "disconnected", ["DELETE", path]);
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
        return deleteConfirmed(visit, form, { word: wordOf(user), path: apiPath(visit), to: usersPath(visit) });
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
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        return act(visit, form, "saved", ["PATCH", "", userPatch(user, body)]);
      },
    },
  },
};
