import * as z from "zod";
import { pageTextsSchema, themeSchema } from "../../config/theme.ts";
import { themeOf } from "../../http/realm-look.ts";
import { isHexColor } from "../../lib/color.ts";
import { isRecord } from "../../lib/json.ts";
import { Parameters } from "../../lib/parameters.ts";
import type { Field } from "../../pages/console/field.tsx";
import { LookPage } from "../../pages/console/look-page.tsx";
import { spokenRatio } from "../../pages/console/look-verdict.tsx";
import type { Theme } from "../../pages/frame.ts";
import { contrastPairs } from "../../pages/look/contrast.ts";
import type { ConsoleTexts } from "../../pages/texts/console/index.ts";
import { type Texts, textsFor } from "../../pages/texts/index.ts";
import { withOwnWords } from "../../pages/texts/own-words.ts";
import { readFields, retyped } from "./form-fields.ts";
import { themeFields, wordFields } from "./look-fields.ts";
import { realmApiPath, realmPath } from "./places.ts";
import { submit } from "./submission.ts";
import { textsOf } from "./texts-of.ts";
import {
  type ConsolePageEntry,
  inRealm,
  type Outcome,
  type RealmView,
  type Refusal,
  type Shown,
  type Visit,
} from "./visit.ts";

const lookSchema = z.object({ theme: themeSchema, page_texts: pageTextsSchema });
type Look = z.output<typeof lookSchema>;

export const lookPath = ({ id }: RealmView): string => `${realmPath(id)}/look`;

/** GET, POST /console/realms/:realm/look: what `settings.theme` and `settings.page_texts` come to, before they are saved. */
export const lookPage: ConsolePageEntry = {
  needs: "PATCH /realms/:realm",
  place: "look",
  show: async (visit, refusal) => {
    if (refusal?.does !== "change") return dressed(visit, null);
    return dressed(visit, { form: refusal.typed, faults: refusal.errors });
  },
  actions: {
    change: {
      needs: "PATCH /realms/:realm",
      run: async (visit, form) => {
        if (form.get("show") !== undefined || form.get("take") !== undefined)
          return { shown: dressed(visit, { form: withTaken(form), faults: null }) };
        return patch(visit, form, withoutEmptyLanguages(readForm(visit, form, "null")), "saved");
      },
    },
    reset: {
      needs: "PATCH /realms/:realm",
      run: async (visit, form) => patch(visit, form, { theme: null, page_texts: null }, "reset"),
    },
  },
};

const settingsOf = (visit: Visit): Look => inRealm(visit).value.settings;

/** A form that is shown again: what was typed, and what the API found wrong with it, where it was asked. */
interface Typed {
  readonly form: Parameters;
  readonly faults: Refusal["errors"] | null;
}

function dressed(visit: Visit, typed: Typed | null): Shown {
  const { value, version } = inRealm(visit);
  const stored = settingsOf(visit);
  const read = typed === null ? { look: stored, faults: {} } : readLook(visit, typed.form);
  const theme = themeOf(read.look.theme);
  const siteName = read.look.theme.site_name ?? value.name;
  return {
    connects: true,
    pictures: [theme.logoUrl, theme.logoDarkUrl],
    build: (shell) => {
      const { texts, frame } = shell;
      const faults = { ...typed?.faults, ...read.faults, ...contrastFaults(theme, texts, frame.language) };
      const refusal = typed && { does: "change", typed: typed.form, errors: faults, problem: null };
      const again = (fields: readonly Field[]) => retyped(fields, "change", refusal, "settings.");
      const { groups, words } = fieldsOf(visit, texts, textsFor(frame.language, undefined, []));
      return (
        <LookPage
          shell={shell}
          action={lookPath(value)}
          version={typed?.form.get("version") ?? version}
          groups={groups.map(({ group, fields }) => ({ group, fields: again(fields) }))}
          words={words.map(({ fields, ...language }) => ({ ...language, fields: again(fields) }))}
          sample={{
            theme,
            siteName,
            words: withOwnWords(textsFor(frame.language, undefined, []), read.look.page_texts),
          }}
        />
      );
    },
  };
}

function fieldsOf(visit: Visit, texts: ConsoleTexts, pages: Texts) {
  const { name: realmName, settings } = inRealm(visit).value;
  const { theme, page_texts: pageTexts, languages } = settings;
  return {
    groups: themeFields({ theme, realmName, texts, pages }),
    words: wordFields({ pageTexts, siteName: theme.site_name ?? realmName, languages, texts }),
  };
}

/** What the form holds, as the API would be sent it. */
function readForm(visit: Visit, form: Parameters, empty: "null" | "left-out"): Record<string, unknown> {
  const texts = textsOf(visit.c);
  const { groups, words } = fieldsOf(visit, texts, textsFor(undefined, undefined, []));
  const fields = [...groups, ...words].flatMap((part) => part.fields);
  return readFields(fields, form, { texts, empty }).body;
}

/** What is typed, without what is wrong with it: the sample shows the rest. */
function readLook(visit: Visit, form: Parameters): { look: Look; faults: Record<string, string> } {
  const body = readForm(visit, form, "left-out");
  const whole = lookSchema.safeParse(body);
  if (whole.success) return { look: whole.data, faults: {} };
  const { issues } = whole.error;
  for (const { path } of issues) takeAway(body, path);
  const rest = lookSchema.safeParse(body);
  return {
    look: rest.success ? rest.data : lookSchema.parse({}),
    faults: Object.fromEntries(
      issues.map(({ path, message }) => [["settings", ...path].map(String).join("."), message]),
    ),
  };
}

function takeAway(value: unknown, [name, ...rest]: readonly PropertyKey[]): void {
  if (!isRecord(value) || typeof name !== "string") return;
  if (rest.length === 0) delete value[name];
  else takeAway(value[name], rest);
}

/** What the API says in English of colours that cannot be read, in the reader's language. */
function contrastFaults(theme: Theme, { look }: ConsoleTexts, language: string): Record<string, string> {
  const faults = contrastPairs(theme).flatMap(({ fault, ratio, neededRatio }) => {
    if (fault === null) return [];
    const text = look.fault(spokenRatio(ratio, language), spokenRatio(neededRatio, language), fault.nearest);
    return [[`settings.theme.${fault.setting}`, text]];
  });
  return Object.fromEntries(faults);
}

/** The form with the colour that was offered in place of the one that cannot be read: `theme.background_color=#d7d7d7`. */
function withTaken(form: Parameters): Parameters {
  const [name = "", color] = (form.get("take") ?? "").split("=");
  if (!name.startsWith("theme.") || !isHexColor(color)) return form;
  return new Parameters([...form.entries().filter(([other]) => other !== name), [name, color]]);
}

/** A language without a word of its own is none: `{}` would stay behind in its place. */
function withoutEmptyLanguages({ page_texts, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const words = Object.entries(isRecord(page_texts) ? page_texts : {}).map(([tag, own]) => {
    const isEmpty = isRecord(own) && Object.values(own).every((word) => word === null);
    return [tag, isEmpty ? null : own] as const;
  });
  return { ...rest, page_texts: Object.fromEntries(words) };
}

const patch = (visit: Visit, form: Parameters, settings: object, done: "saved" | "reset"): Promise<Outcome> =>
  submit(visit, form, ["PATCH", realmApiPath(visit), { settings }], { to: lookPath(inRealm(visit).value), done });
