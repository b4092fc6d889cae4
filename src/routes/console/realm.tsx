import type { Field } from "../../pages/console/field.tsx";
import { RealmPage } from "../../pages/console/realm-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { type AttentionView, attentionSchema } from "../admin/attention.ts";
import { statisticsAnswerSchema } from "../admin/events.ts";
import { callAdmin, segment } from "./admin-call.ts";
import { mayCall } from "./arrive.tsx";
import { firstOfDays, totalsOf } from "./figures.tsx";
import { readFields, retyped, textOf } from "./form-fields.ts";
import { realmApiPath, realmPath, realmPathOf, realmsPath } from "./places.ts";
import { deleteConfirmed, submit, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, inRealm, type RealmView, type Visit } from "./visit.ts";

function fieldsOf(realm: RealmView, { realms: { overview } }: ConsoleTexts): Field[] {
  return [
    { name: "name", kind: "text", label: overview.name, value: realm.name, required: true },
    {
      name: "allowed_redirect_domains",
      kind: "lines",
      label: overview.redirectDomains,
      hint: overview.redirectDomainsHint,
      value: textOf("lines", realm.allowed_redirect_domains),
    },
    {
      name: "authentication_url",
      kind: "text",
      label: overview.authenticationUrl,
      hint: overview.authenticationUrlHint,
      value: realm.authentication_url ?? "",
    },
  ];
}

/** Today and the seven days before it. A realm is managed with or without its numbers. */
async function figuresOf({ c }: Visit, realmId: string) {
  const path = `/realms/${segment(realmId)}/statistics?from=${firstOfDays(8)}`;
  const answer = await callAdmin(c, "GET", path, statisticsAnswerSchema);
  if (!answer.ok) return undefined;
  const { days } = answer.value;
  const [before, today] = [days.slice(0, -1), days.slice(-1)];
  return { days, today: totalsOf(today), before: totalsOf(before), href: `${realmPath(realmId)}/figures` };
}

/** Where one does something about it, below the realm's own path. */
function placeOf({ kind, subject, owner_type }: AttentionView): string {
  if (kind === "domain-not-here") return "/domains";
  if (kind === "provider-without-secret") return `/providers/${segment(subject)}`;
  if (kind === "messages-undelivered") return "/events?type=message.undelivered";
  if (kind === "webhook-failing") return `/webhooks/${segment(subject)}`;
  if (kind === "deliveries-dead") return `/webhooks/${segment(subject)}/deliveries?state=dead`;
  if (kind === "signing-key-old") return "/keys";
  return owner_type === "source" ? `/sources/${segment(subject)}` : `/clients/${segment(subject)}`;
}

/** Domains are called when somebody asks for that: a browser does at once if it can, and shows the page meanwhile. */
async function attentionOf({ c, visitor }: Visit, realmId: string) {
  if (!mayCall(visitor, "GET /realms/:realm/attention")) return undefined;
  const domains = c.req.query("domains") === "called" ? "called" : "known";
  const path = `/realms/${segment(realmId)}/attention?domains=${domains}`;
  const answer = await callAdmin(c, "GET", path, attentionSchema);
  if (!answer.ok) return undefined;
  const { items, domains_unchecked } = answer.value;
  return {
    rows: items.map((item) => ({ ...item, href: `${realmPath(realmId)}${placeOf(item)}` })),
    uncheckedDomains: domains_unchecked.length,
    checkHref: `${realmPath(realmId)}?domains=called`,
  };
}

/** GET, POST /console/realms/:realm */
export const realmPage: ConsolePageEntry = {
  needs: "GET /realms/:realm",
  place: "overview",
  show: async (visit, refusal) => {
    const { value, version } = inRealm(visit);
    const [mayChange, mayDelete] = [
      mayCall(visit.visitor, "PATCH /realms/:realm"),
      mayCall(visit.visitor, "DELETE /realms/:realm"),
    ];
    const [figures, attention] = await Promise.all([figuresOf(visit, value.id), attentionOf(visit, value.id)]);
    return {
      connects: true,
      build: (shell) => (
        <RealmPage
          shell={shell}
          action={realmPath(value.id)}
          realm={value}
          version={refusal?.typed.get("version") ?? version}
          fields={mayChange ? retyped(fieldsOf(value, shell.texts), "change", refusal) : undefined}
          mayDelete={mayDelete}
          figures={figures}
          attention={attention}
          wordProblem={wordProblem(refusal)}
        />
      ),
    };
  },
  actions: {
    change: {
      needs: "PATCH /realms/:realm",
      run: async (visit, form) => {
        const { value } = inRealm(visit);
        const texts = textsOf(visit.c);
        const { body } = readFields(fieldsOf(value, texts), form, { texts, empty: "null" });
        return submit(visit, form, ["PATCH", realmApiPath(visit), body], { to: realmPathOf(visit), done: "saved" });
      },
    },
    delete: {
      needs: "DELETE /realms/:realm",
      run: async (visit, form) => {
        const { value } = inRealm(visit);
        return deleteConfirmed(visit, form, { word: value.name, path: realmApiPath(visit), to: realmsPath });
      },
    },
  },
};
