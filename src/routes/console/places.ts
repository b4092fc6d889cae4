import type { PlaceGroup } from "../../pages/parts/shell.tsx";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import type { Address } from "../admin/rights.ts";
import { segment } from "./admin-call.ts";
import { mayCall, type Visitor } from "./arrive.tsx";
import { consoleHome } from "./paths.ts";
import { inRealm, type RealmView, type Visit } from "./visit.ts";

interface Place {
  /** Below the realm's own path. */
  readonly path: string;
  readonly needs: Address;
}

/** The navigation in a realm, in its order. A page is added here, in `pages` of handlers.tsx, in paths.ts and in the texts' `places`. */
const realmPlaces = {
  overview: { path: "", needs: "GET /realms/:realm" },
  figures: { path: "/figures", needs: "GET /realms/:realm/statistics" },
  domains: { path: "/domains", needs: "PATCH /realms/:realm" },
  settings: { path: "/settings", needs: "PATCH /realms/:realm" },
  look: { path: "/look", needs: "PATCH /realms/:realm" },
  users: { path: "/users", needs: "GET /realms/:realm/users" },
  clients: { path: "/clients", needs: "GET /realms/:realm/clients" },
  "registration-tokens": { path: "/registration-tokens", needs: "GET /realms/:realm/registration-tokens" },
  providers: { path: "/providers", needs: "GET /realms/:realm/providers" },
  sources: { path: "/sources", needs: "GET /realms/:realm/sources" },
  webhooks: { path: "/webhooks", needs: "GET /realms/:realm/webhooks" },
  keys: { path: "/keys", needs: "GET /realms/:realm/keys" },
  calls: { path: "/calls", needs: "GET /realms/:realm/calls" },
  events: { path: "/events", needs: "GET /realms/:realm/events" },
} as const satisfies Record<string, Place>;

export type PlaceName = keyof typeof realmPlaces | "realms" | "all-figures";

export const realmsPath = `${consoleHome}/realms`;
export const figuresPath = `${consoleHome}/figures`;
export const realmPath = (realmId: string): string => `${realmsPath}/${segment(realmId)}`;

/** The realm that is visited: its pages here, and what the API has of it. */
export const realmPathOf = (visit: Visit): string => realmPath(inRealm(visit).value.id);
export const realmApiPath = (visit: Visit): string => `/realms/${segment(inRealm(visit).value.id)}`;

/** Links to what the visitor may open, and to nothing else. */
export function navigationOf(visitor: Visitor, realm: RealmView | null, texts: ConsoleTexts): PlaceGroup[] {
  const groups: PlaceGroup[] = [];
  if (visitor.operator.kind === "deployment")
    groups.push({
      places: [
        { id: "realms", href: realmsPath, label: texts.places.realms },
        { id: "all-figures", href: figuresPath, label: texts.places["all-figures"] },
      ],
    });
  if (realm === null) return groups;
  const entries = Object.entries(realmPlaces) as [keyof typeof realmPlaces, Place][];
  const places = entries
    .filter(([, { needs }]) => mayCall(visitor, needs))
    .map(([id, { path }]) => ({ id, href: `${realmPath(realm.id)}${path}`, label: texts.places[id] }));
  return [...groups, { title: realm.name, places }];
}
