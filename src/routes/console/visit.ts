import type { JSX } from "hono/jsx/jsx-runtime";
import type * as z from "zod";
import type { AppContext } from "../../http/env.ts";
import type { Parameters } from "../../lib/parameters.ts";
import type { ConsoleShell } from "../../pages/console/console-page.tsx";
import type { consoleEn } from "../../pages/texts/console/en.ts";
import type { realmSchema } from "../admin/realm-json.ts";
import type { Address } from "../admin/rights.ts";
import type { AdminProblem } from "./admin-call.ts";
import type { Visitor } from "./arrive.tsx";
import type { PlaceName } from "./places.ts";

export type RealmView = z.output<typeof realmSchema>;

/** One request to a page of the console. */
export interface Visit {
  readonly c: AppContext;
  readonly visitor: Visitor;
  /** The realm that the path names, as the API shows it to this visitor; null on pages above the realms. */
  readonly realm: { readonly value: RealmView; readonly version: string } | null;
}

export interface RealmVisit extends Visit {
  readonly realm: { readonly value: RealmView; readonly version: string };
}

/** A page that is ready to be sent. */
export interface Shown {
  readonly build: (shell: ConsoleShell) => JSX.Element;
  /** Where its forms lead in the end, besides this host. */
  readonly formTargets?: readonly string[];
  /** Its script asks this host again. */
  readonly connects?: boolean;
  /** Addresses of pictures that it shows besides the logo of this host. */
  readonly pictures?: readonly (string | undefined)[];
}

/** A form that did not go through: it is shown again with what was typed. */
export interface Refusal {
  readonly does: string;
  readonly typed: Parameters;
  /** By the field's name in the API. */
  readonly errors: Readonly<Record<string, string>>;
  readonly problem: AdminProblem | null;
}

export type DoneName = keyof (typeof consoleEn)["done"];

/** What became of a form. */
export type Outcome =
  | { readonly to: string; readonly done?: DoneName }
  | { readonly refused: Refusal }
  | { readonly shown: Shown };

export interface ConsoleAction {
  /** The endpoint of the operators' API behind it. */
  readonly needs: Address;
  readonly run: (visit: Visit, form: Parameters) => Promise<Outcome>;
}

/** One page, as data: what it stands for, who sees it, and what its forms do. */
export interface ConsolePageEntry {
  readonly needs: Address;
  readonly place: PlaceName | null;
  readonly show: (visit: Visit, refusal: Refusal | null) => Promise<Shown>;
  /** Of what its forms send, where that is more than elsewhere. */
  readonly mostFormBytes?: number;
  /** By the form's hidden field `do`. */
  readonly actions?: Readonly<Record<string, ConsoleAction>>;
}

/** The realm of a page that has one in its path. */
export function inRealm(visit: Visit): RealmVisit["realm"] {
  if (visit.realm === null) throw new Error("this page has no realm in its path");
  return visit.realm;
}

/** A refusal of the API, on its way back to the form. */
export const refused = (typed: Parameters, problem: AdminProblem): Outcome => ({
  refused: { does: typed.get("do") ?? "", typed, errors: problem.errors, problem },
});

/** What the console finds wrong by itself, before the API is asked. */
export const misfilled = (typed: Parameters, errors: Refusal["errors"]): Outcome => ({
  refused: { does: typed.get("do") ?? "", typed, errors, problem: null },
});
