import type { Parameters } from "../../lib/parameters.ts";
import { type CheckedDomain, DomainsPage } from "../../pages/console/domains-page.tsx";
import type { Field } from "../../pages/console/field.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { domainCheckSchema } from "../admin/domain-check.ts";
import { callAdmin, segment } from "./admin-call.ts";
import { retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { submit } from "./submission.ts";
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

/** Domains are many in a realm's list; a browser does not wait for more than these at once. */
const checkedAtOnce = 10;

const pathOf = (visit: Visit): string => `${realmPathOf(visit)}/domains`;

function page(visit: Visit, refusal: Refusal | null, checked: readonly CheckedDomain[]): Shown {
  const { value, version } = inRealm(visit);
  return {
    build: (shell) => (
      <DomainsPage
        shell={shell}
        action={pathOf(visit)}
        version={refusal?.typed.get("version") ?? version}
        domains={value.domains}
        authDomain={value.auth_domain}
        checked={checked}
        addFields={retyped(addFields(shell.texts), "add", taken(refusal))}
        authFields={retyped(authFields(value, shell.texts), "auth", refusal)}
      />
    ),
  };
}

const addFields = ({ realms: { domains } }: ConsoleTexts): Field[] => [
  { name: "domain", kind: "text", label: domains.addLabel, hint: domains.addHint, value: "", required: true },
];

const authFields = (
  { domains, auth_domain }: { domains: readonly string[]; auth_domain: string },
  { realms }: ConsoleTexts,
): Field[] => [
  {
    name: "auth_domain",
    kind: "select",
    label: realms.domains.authLabel,
    choices: domains.map((domain) => ({ value: domain, label: domain })),
    value: auth_domain,
  },
];

/** The API speaks of the whole list; here one was typed. */
function taken(refusal: Refusal | null): Refusal | null {
  if (refusal === null) return null;
  const fault = Object.entries(refusal.errors).find(([name]) => name.startsWith("domains"))?.[1];
  return fault === undefined ? refusal : { ...refusal, errors: { domain: fault } };
}

const change = (visit: Visit, form: Parameters, body: object, done: DoneName): Promise<Outcome> =>
  submit(visit, form, ["PATCH", realmApiPath(visit), body], { to: pathOf(visit), done });

/** GET, POST /console/realms/:realm/domains */
export const domainsPage: ConsolePageEntry = {
  needs: "PATCH /realms/:realm",
  place: "domains",
  show: async (visit, refusal) => page(visit, refusal, []),
  actions: {
    add: {
      needs: "PATCH /realms/:realm",
      run: (visit, form) => {
        const domains = [...inRealm(visit).value.domains, (form.get("domain") ?? "").trim()];
        return change(visit, form, { domains }, "domain-added");
      },
    },
    remove: {
      needs: "PATCH /realms/:realm",
      run: (visit, form) => {
        const domains = inRealm(visit).value.domains.filter((domain) => domain !== form.get("domain"));
        return change(visit, form, { domains }, "removed");
      },
    },
    auth: {
      needs: "PATCH /realms/:realm",
      run: (visit, form) => change(visit, form, { auth_domain: form.get("auth_domain") }, "saved"),
    },
    check: {
      needs: "POST /realms/:realm/domains/:domain/check",
      run: async (visit, form) => {
        const wanted = form.get("domain");
        const domains = wanted === undefined ? inRealm(visit).value.domains.slice(0, checkedAtOnce) : [wanted];
        const checked: CheckedDomain[] = [];
        for (const answer of await Promise.all(domains.map((domain) => check(visit, domain)))) {
          if (!answer.ok) return refused(form, answer.problem);
          checked.push(answer.value);
        }
        return { shown: page(visit, null, checked) };
      },
    },
  },
};

const check = (visit: Visit, domain: string) =>
  callAdmin(visit.c, "POST", `${realmApiPath(visit)}/domains/${segment(domain)}/check`, domainCheckSchema);
