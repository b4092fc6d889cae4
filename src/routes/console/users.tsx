import type * as z from "zod";
import { parseUserId } from "../../domain/users/user-id.ts";
import { UserFormPage, UserListPage } from "../../pages/console/user-list-page.tsx";
import { userSchema } from "../admin/user-json.ts";
import { usersAnswerSchema } from "../admin/users.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { readFields, retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { textsOf } from "./texts-of.ts";
import { userFields } from "./user-fields.ts";
import { type ConsolePageEntry, misfilled, refused, type Visit } from "./visit.ts";

export type UserView = z.output<typeof userSchema>;

const pageSize = 25;

export const usersPath = (visit: Visit): string => `${realmPathOf(visit)}/users`;
export const usersApiPath = (visit: Visit): string => `${realmApiPath(visit)}/users`;

/** What somebody is called where there is room for one name. */
export const labelOfUser = ({ id, name, email, username, phone_number }: UserView): string =>
  name ?? email ?? username ?? phone_number ?? `#${id}`;

/** GET /console/realms/:realm/users?q=…&cursor=… */
export const usersPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/users",
  place: "users",
  show: async (visit) => {
    const { c } = visit;
    const [q, cursor] = [c.req.query("q") ?? "", c.req.query("cursor")];
    const query = new URLSearchParams({ limit: String(pageSize), q, ...(cursor === undefined ? {} : { cursor }) });
    const { value } = await read(c, `${usersApiPath(visit)}?${query}`, usersAnswerSchema);
    const byId = cursor === undefined ? await userWithId(visit, q.trim()) : [];
    const users = [...byId, ...value.users.filter(({ id }) => byId.every((user) => user.id !== id))];
    const path = usersPath(visit);
    const rows = users.map((user) => ({
      id: user.id,
      href: `${path}/${user.id}`,
      label: labelOfUser(user),
      email: user.email,
      roles: user.roles,
      marks: [...(user.disabled ? ["disabled" as const] : []), ...(user.guest ? ["guest" as const] : [])],
      createdAt: user.created_at,
    }));
    const { next_cursor } = value;
    return {
      build: (shell) => (
        <UserListPage
          shell={shell}
          action={path}
          q={q}
          rows={rows}
          addHref={`${path}/new`}
          firstHref={cursor === undefined ? undefined : `${path}?${new URLSearchParams({ q })}`}
          nextHref={next_cursor && `${path}?${new URLSearchParams({ q, cursor: next_cursor })}`}
        />
      ),
    };
  },
};

/** Whoever has this id, when it can be one. */
async function userWithId(visit: Visit, text: string): Promise<UserView[]> {
  if (parseUserId(text) === null) return [];
  const answer = await callAdmin(visit.c, "GET", `${usersApiPath(visit)}/${segment(text)}`, userSchema);
  return answer.ok ? [answer.value] : [];
}

/** GET, POST /console/realms/:realm/users/new */
export const newUserPage: ConsolePageEntry = {
  needs: "POST /realms/:realm/users",
  place: "users",
  show: async (visit, refusal) => ({
    build: (shell) => (
      <UserFormPage
        shell={shell}
        action={`${usersPath(visit)}/new`}
        fields={retyped(userFields(shell.texts, visit.visitor, null), "create", refusal)}
        cancelHref={usersPath(visit)}
      />
    ),
  }),
  actions: {
    create: {
      needs: "POST /realms/:realm/users",
      run: async (visit, form) => {
        const texts = textsOf(visit.c);
        const fields = userFields(texts, visit.visitor, null);
        const { body, errors } = readFields(fields, form, { texts, empty: "left-out" });
        if (Object.keys(errors).length > 0) return misfilled(form, errors);
        const answer = await callAdmin(visit.c, "POST", usersApiPath(visit), userSchema, {
          body: body.password === undefined ? body : { ...body, password_temporary: true },
        });
        if (!answer.ok) return refused(form, answer.problem);
        return { to: `${usersPath(visit)}/${answer.value.id}`, done: "created" };
      },
    },
  },
};
