import type { Parameters } from "../../lib/parameters.ts";
import { DeliveriesPage } from "../../pages/console/webhook-page.tsx";
import { deliveriesAnswerSchema, webhookSchema } from "../admin/webhook-json.ts";
import { read, segment } from "./admin-call.ts";
import { submit } from "./submission.ts";
import type { ConsolePageEntry, Outcome, Visit } from "./visit.ts";
import { webhookApiPath, webhookPath } from "./webhooks.tsx";

const pageSize = 20;
const states = ["pending", "delivered", "dead"] as const;

const pathOf = (visit: Visit): string => `${webhookPath(visit)}/deliveries`;

const replay = (visit: Visit, form: Parameters, path: string): Promise<Outcome> =>
  submit(visit, form, ["POST", `${webhookApiPath(visit)}/deliveries${path}`], { to: pathOf(visit), done: "replayed" });

/** GET, POST /console/realms/:realm/webhooks/:webhook/deliveries?state=…&cursor=… */
export const deliveriesPage: ConsolePageEntry = {
  needs: "GET /realms/:realm/webhooks/:webhook/deliveries",
  place: "webhooks",
  show: async (visit) => {
    const { c } = visit;
    const cursor = c.req.query("cursor");
    const state = states.find((name) => name === c.req.query("state"));
    const asked = state === undefined ? {} : { state };
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...asked,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const { value: webhook } = await read(c, webhookApiPath(visit), webhookSchema);
    const { value } = await read(c, `${webhookApiPath(visit)}/deliveries?${query}`, deliveriesAnswerSchema);
    const path = pathOf(visit);
    const { next_cursor } = value;
    return {
      build: (shell) => (
        <DeliveriesPage
          shell={shell}
          action={path}
          webhookHref={webhookPath(visit)}
          url={webhook.url}
          deliveries={value.deliveries}
          filters={[
            { name: "all", href: path, current: state === undefined },
            ...states.map((name) => ({ name, href: `${path}?state=${name}`, current: state === name })),
          ]}
          firstHref={cursor === undefined ? undefined : `${path}?${new URLSearchParams(asked)}`}
          nextHref={next_cursor && `${path}?${new URLSearchParams({ ...asked, cursor: next_cursor })}`}
        />
      ),
    };
  },
  actions: {
    replay: {
      needs: "POST /realms/:realm/webhooks/:webhook/deliveries/:delivery/replay",
      run: (visit, form) => replay(visit, form, `/${segment(form.get("delivery") ?? "")}/replay`),
    },
    "replay-all": {
      needs: "POST /realms/:realm/webhooks/:webhook/deliveries/replay",
      run: (visit, form) => replay(visit, form, "/replay"),
    },
  },
};
