import type * as z from "zod";
import type { Parameters } from "../../lib/parameters.ts";
import type { Field } from "../../pages/console/field.tsx";
import { SecretPage } from "../../pages/console/secret-page.tsx";
import { NewWebhookPage, WebhookListPage, type WebhookState } from "../../pages/console/webhook-list-page.tsx";
import { WebhookPage } from "../../pages/console/webhook-page.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { eventTypes } from "../../storage/events.ts";
import { madeWebhookSchema, webhookSchema, webhooksAnswerSchema } from "../admin/webhook-json.ts";
import { callAdmin, read, segment } from "./admin-call.ts";
import { readFields, retyped } from "./form-fields.ts";
import { realmApiPath, realmPathOf } from "./places.ts";
import { deleteConfirmed, submit, wordProblem } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import { type ConsolePageEntry, type Outcome, type Refusal, refused, type Shown, type Visit } from "./visit.ts";

type WebhookView = z.output<typeof webhookSchema>;

const webhooksPath = (visit: Visit): string => `${realmPathOf(visit)}/webhooks`;
const webhooksApiPath = (visit: Visit): string => `${realmApiPath(visit)}/webhooks`;
const idOf = ({ c }: Visit): string => segment(c.req.param("webhook") ?? "");
export const webhookPath = (visit: Visit): string => `${webhooksPath(visit)}/${idOf(visit)}`;
export const webhookApiPath = (visit: Visit): string => `${webhooksApiPath(visit)}/${idOf(visit)}`;

function stateOf({ disabled, disabled_reason, failing_since }: WebhookView): WebhookState {
  if (disabled) return disabled_reason === "gone" ? "gone" : disabled_reason === "failing" ? "failing" : "off";
  return failing_since === null ? "on" : "failing";
}

/** GET /console/realms/:realm/webhooks */
export const webhooksPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/webhooks",
  place: "webhooks",
  show: async (visit) => {
    const { value } = await read(visit.c, webhooksApiPath(visit), webhooksAnswerSchema);
    const path = webhooksPath(visit);
    const rows = value.webhooks.map((webhook) => ({
      href: `${path}/${segment(webhook.id)}`,
      url: webhook.url,
      description: webhook.description,
      source: webhook.source,
      events: webhook.events,
      state: stateOf(webhook),
    }));
    return { build: (shell) => <WebhookListPage shell={shell} rows={rows} addHref={`${path}/new`} /> };
  },
};

/** `all` is no field of the API's: there it is a value of `events`. */
function fieldsOf({ webhooks: { fields } }: ConsoleTexts, webhook: WebhookView | null): Field[] {
  const { url = "", description = null, events = "all" } = webhook ?? {};
  return [
    { name: "url", kind: "text", label: fields.url, hint: fields.urlHint, value: url, required: true },
    { name: "description", kind: "text", label: fields.description, value: description ?? "" },
    { name: "all", kind: "switch", label: fields.all, hint: fields.allHint, value: String(events === "all") },
    {
      name: "events",
      kind: "checks",
      label: fields.events,
      choices: eventTypes.map((type) => ({ value: type, label: type })),
      value: events === "all" ? "" : events.join("\n"),
    },
  ];
}

function bodyOf(texts: ConsoleTexts, form: Parameters): Record<string, unknown> {
  const { body } = readFields(fieldsOf(texts, null), form, { texts, empty: "left-out" });
  const { all, events, description = null, ...rest } = body;
  return { ...rest, description, events: all === true ? "all" : events };
}

const secretPage = (onwardHref: string, secret: string): Shown => ({
  build: (shell) => (
    <SecretPage
      shell={shell}
      id="webhook"
      texts={shell.texts.webhooks.secret}
      secret={secret}
      onwardHref={onwardHref}
    />
  ),
});

/** GET, POST /console/realms/:realm/webhooks/new */
export const newWebhookPage: ConsolePageEntry = {
  needs: "POST /realms/:realm/webhooks",
  place: "webhooks",
  show: async (visit, refusal) => ({
    build: (shell) => (
      <NewWebhookPage
        shell={shell}
        action={`${webhooksPath(visit)}/new`}
        fields={retyped(fieldsOf(shell.texts, null), "create", refusal)}
        cancelHref={webhooksPath(visit)}
      />
    ),
  }),
  actions: {
    create: {
      needs: "POST /realms/:realm/webhooks",
      run: async (visit, form) => {
        const body = bodyOf(textsOf(visit.c), form);
        const answer = await callAdmin(visit.c, "POST", webhooksApiPath(visit), madeWebhookSchema, { body });
        if (!answer.ok) return refused(form, answer.problem);
        const { id, secret } = answer.value;
        return { shown: secretPage(`${webhooksPath(visit)}/${segment(id)}`, secret) };
      },
    },
  },
};

async function webhookShown(visit: Visit, refusal: Refusal | null): Promise<Shown> {
  const { value: webhook, version } = await read(visit.c, webhookApiPath(visit), webhookSchema);
  return {
    build: (shell) => (
      <WebhookPage
        shell={shell}
        action={webhookPath(visit)}
        webhook={webhook}
        state={stateOf(webhook)}
        version={refusal?.typed.get("version") ?? version}
        fields={retyped(fieldsOf(shell.texts, webhook), "change", refusal)}
        deliveriesHref={`${webhookPath(visit)}/deliveries`}
        wordProblem={wordProblem(refusal)}
      />
    ),
  };
}

const patch = (visit: Visit, form: Parameters, body: object): Promise<Outcome> =>
  submit(visit, form, ["PATCH", webhookApiPath(visit), body], { to: webhookPath(visit), done: "saved" });

/** GET, POST /console/realms/:realm/webhooks/:webhook */
export const webhookPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/webhooks/:webhook",
  place: "webhooks",
  show: webhookShown,
  actions: {
    change: {
      needs: "PATCH /realms/:realm/webhooks/:webhook",
      run: (visit, form) => patch(visit, form, bodyOf(textsOf(visit.c), form)),
    },
    switch: {
      needs: "PATCH /realms/:realm/webhooks/:webhook",
      run: (visit, form) => patch(visit, form, { disabled: form.get("to") === "off" }),
    },
    "rotate-secret": {
      needs: "POST /realms/:realm/webhooks/:webhook/rotate-secret",
      run: async (visit, form) => {
        const answer = await callAdmin(visit.c, "POST", `${webhookApiPath(visit)}/rotate-secret`, madeWebhookSchema);
        if (!answer.ok) return refused(form, answer.problem);
        return { shown: secretPage(webhookPath(visit), answer.value.secret) };
      },
    },
    delete: {
      needs: "DELETE /realms/:realm/webhooks/:webhook",
      run: async (visit, form) => {
        return deleteConfirmed(visit, form, {
          word: visit.c.req.param("webhook") ?? "",
          path: webhookApiPath(visit),
          to: webhooksPath(visit),
        });
      },
    },
  },
};
