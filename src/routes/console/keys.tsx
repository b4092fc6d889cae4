import * as z from "zod";
import { KeysPage } from "../../pages/console/keys-page.tsx";
import { keysAnswerSchema } from "../admin/keys.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { realmPath } from "./places.ts";
import { type ConsolePageEntry, inRealm, refused } from "./visit.ts";

/** GET, POST /console/realms/:realm/keys */
export const keysPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/keys",
  place: "keys",
  show: async (visit) => {
    const { id } = inRealm(visit).value;
    const { value } = await read(visit.c, `/realms/${segment(id)}/keys`, keysAnswerSchema);
    return {
      build: (shell) => <KeysPage shell={shell} action={`${realmPath(id)}/keys`} keys={value.keys} now={Date.now()} />,
    };
  },
  actions: {
    rotate: {
      needs: "POST /realms/:realm/keys/rotate",
      run: async (visit, form) => {
        const { id } = inRealm(visit).value;
        const alg = form.get("alg");
        const body = alg === undefined ? {} : { alg };
        const answer = await callAdmin(visit.c, "POST", `/realms/${segment(id)}/keys/rotate`, keysAnswerSchema, {
          body,
        });
        if (!answer.ok) return refused("rotate", form, answer.problem);
        return { to: `${realmPath(id)}/keys`, done: "keys-rotated" };
      },
    },
    revoke: {
      needs: "POST /realms/:realm/keys/:kid/revoke",
      run: async (visit, form) => {
        const { id } = inRealm(visit).value;
        const path = `/realms/${segment(id)}/keys/${segment(form.get("kid") ?? "")}/revoke`;
        const answer = await callAdmin(visit.c, "POST", path, z.unknown());
        if (!answer.ok) return refused("revoke", form, answer.problem);
        return { to: `${realmPath(id)}/keys`, done: "key-revoked" };
      },
    },
  },
};
