import * as z from "zod";
import type { Field } from "../../pages/console/field.tsx";
import { RegistrationTokensPage } from "../../pages/console/registration-tokens-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { madeRegistrationTokenSchema, registrationTokensAnswerSchema } from "../admin/registration-tokens.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { retyped } from "./form-fields.ts";
import { realmPath } from "./places.ts";
import { type ConsolePageEntry, inRealm, type Refusal, refused, type Shown, type Visit } from "./visit.ts";

const daySeconds = 86_400;

const fieldsOf = ({ clients: { tokens } }: ConsoleTexts): Field[] => [
  { name: "note", kind: "text", label: tokens.noteLabel, value: "" },
  { name: "uses", kind: "number", label: tokens.usesLabel, value: "1", min: 1, max: 10_000, required: true },
  { name: "days", kind: "number", label: tokens.daysLabel, value: "7", min: 1, max: 365, required: true },
];

async function page(visit: Visit, refusal: Refusal | null, token: string | undefined): Promise<Shown> {
  const { id } = inRealm(visit).value;
  const { value } = await read(visit.c, `/realms/${segment(id)}/registration-tokens`, registrationTokensAnswerSchema);
  return {
    build: (shell) => (
      <RegistrationTokensPage
        shell={shell}
        action={`${realmPath(id)}/registration-tokens`}
        tokens={value.registration_tokens}
        fields={retyped(fieldsOf(shell.texts), "create", refusal)}
        token={token}
      />
    ),
  };
}

/** GET, POST /console/realms/:realm/registration-tokens */
export const registrationTokensPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/registration-tokens",
  place: "registration-tokens",
  show: (visit, refusal) => page(visit, refusal, undefined),
  actions: {
    create: {
      needs: "POST /realms/:realm/registration-tokens",
      run: async (visit, form) => {
        const path = `/realms/${segment(inRealm(visit).value.id)}/registration-tokens`;
        const body = {
          note: form.get("note") ?? null,
          uses: Number(form.get("uses")),
          expires_in_seconds: Number(form.get("days")) * daySeconds,
        };
        const answer = await callAdmin(visit.c, "POST", path, madeRegistrationTokenSchema, { body });
        if (answer.ok) return { shown: await page(visit, null, answer.value.token) };
        const { expires_in_seconds: days, ...errors } = answer.problem.errors;
        const shownErrors = days === undefined ? errors : { ...errors, days };
        return refused("create", form, { ...answer.problem, errors: shownErrors });
      },
    },
    withdraw: {
      needs: "DELETE /realms/:realm/registration-tokens/:token",
      run: async (visit, form) => {
        const { id } = inRealm(visit).value;
        const path = `/realms/${segment(id)}/registration-tokens/${segment(form.get("token") ?? "")}`;
        const answer = await callAdmin(visit.c, "DELETE", path, z.unknown());
        if (!answer.ok) return refused("withdraw", form, answer.problem);
        return { to: `${realmPath(id)}/registration-tokens`, done: "removed" };
      },
    },
  },
};
