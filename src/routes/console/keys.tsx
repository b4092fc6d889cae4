import { KeysPage } from "../../pages/console/keys-page.tsx";
import { keysAnswerSchema } from "../admin/keys.ts";
import { read, segment } from "./admin-call.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { submit } from "./submission.ts";
import type { ConsolePageEntry, Visit } from "./visit.ts";

const pathOf = (visit: Visit): string => `${realmPathOf(visit)}/keys`;
const apiPath = (visit: Visit): string => `${realmApiPath(visit)}/keys`;

/** GET, POST /console/realms/:realm/keys */
export const keysPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/keys",
  place: "keys",
  show: async (visit) => {
    const { value } = await read(visit.c, apiPath(visit), keysAnswerSchema);
    return { build: (shell) => <KeysPage shell={shell} action={pathOf(visit)} keys={value.keys} now={Date.now()} /> };
  },
  actions: {
    rotate: {
      needs: "POST /realms/:realm/keys/rotate",
      run: async (visit, form) => {
        const alg = form.get("alg");
        const asked = ["POST", `${apiPath(visit)}/rotate`, alg === undefined ? {} : { alg }] as const;
        return submit(visit, form, asked, { to: pathOf(visit), done: "keys-rotated" });
      },
    },
    revoke: {
      needs: "POST /realms/:realm/keys/:kid/revoke",
      run: async (visit, form) => {
        const path = `${apiPath(visit)}/${segment(form.get("kid") ?? "")}/revoke`;
        return submit(visit, form, ["POST", path], { to: pathOf(visit), done: "key-revoked" });
      },
    },
  },
};
