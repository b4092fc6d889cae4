import type { Field } from "../../pages/console/field.tsx";
import { RegistrationTokensPage } from "../../pages/console/registration-tokens-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { madeRegistrationTokenSchema, registrationTokensAnswerSchema } from "../admin/registration-tokens.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { submit } from "./submission.ts";
import { type ConsolePageEntry, type Refusal, refused, type Shown, type Visit } from "./visit.ts";

const daySeconds = 86_400;

const fieldsOf = ({ clients: { tokens } }: ConsoleTexts): Field[] => [
  { name: "note", kind: "text", label: tokens.noteLabel, value: "" },
  { name: "uses", kind: "number", label: tokens.usesLabel, value: "1", min: 1, max: 10_000, required: true },
  { name: "days", kind: "number", label: tokens.daysLabel, value: "7", min: 1, max: 365, required: true },
];

const pathOf = (visit: Visit): string => `${realmPathOf(visit)}/registration-tokens`;
const apiPath = (visit: Visit): string => `${realmApiPath(visit)}/registration-tokens`;

async function page(visit: Visit, refusal: Refusal | null, token: string | undefined): Promise<Shown> {
  const { value } = await read(visit.c, apiPath(visit), registrationTokensAnswerSchema);
  return {
    build: (shell) => (
      <RegistrationTokensPage
        shell={shell}
        action={pathOf(visit)}
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
        const body = {
          note: form.get("note") ?? null,
          uses: Number(form.get("uses")),
          expires_in_seconds: Number(form.get("days")) * daySeconds,
        };
        const answer = await callAdmin(visit.c, "POST", apiPath(visit), madeRegistrationTokenSchema, { body });
        if (answer.ok) return { shown: await page(visit, null, answer.value.token) };
        const { expires_in_seconds: days, ...errors } = answer.problem.errors;
        const shownErrors = days === undefined ? errors : { ...errors, days };
        return refused(form, { ...answer.problem, errors: shownErrors });
      },
    },
    withdraw: {
      needs: "DELETE /realms/:realm/registration-tokens/:token",
      run: async (visit, form) => {
        const path = `${apiPath(visit)}/${segment(form.get("token") ?? "")}`;
        return submit(visit, form, ["DELETE", path], { to: pathOf(visit), done: "removed" });
      },
    },
  },
};
