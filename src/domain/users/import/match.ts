import { Problem } from "../../../errors/errors.ts";
import type { ImportedNames } from "../../../storage/d1/user-import-store.ts";
import type { UserRow } from "../../../storage/d1/user-store.ts";
import type { CheckedLine } from "./line.ts";

/** By what a line says who it is: the first of these that it has. The others must not be somebody else's. */
const names = ["externalId", "email", "username", "phoneNumber"] as const;
type Name = (typeof names)[number];
type Named = Readonly<Record<Name, string | null>>;

export const namesOf = ({ line, identifiers }: CheckedLine): Named => ({
  ...identifiers,
  externalId: line.externalId || null,
});

/** What to look for in the realm before a batch is written. */
export function namesOfAll(lines: readonly CheckedLine[]): ImportedNames {
  const all = (name: Name) => lines.flatMap((line) => namesOf(line)[name] ?? []);
  return {
    externalIds: all("externalId"),
    emails: all("email"),
    usernames: all("username"),
    phoneNumbers: all("phoneNumber"),
  };
}

/** People by all of their names. */
export class Roll<Person> {
  readonly #people = new Map<string, Person>();

  add(named: Named, person: Person): void {
    for (const name of names) {
      const value = named[name];
      if (value !== null) this.#people.set(`${name}:${value}`, person);
    }
  }

  find(name: Name, value: string | null): Person | undefined {
    return value === null ? undefined : this.#people.get(`${name}:${value}`);
  }

  /** The first name that somebody has. */
  firstTaken(named: Named): Name | undefined {
    return names.find((name) => this.find(name, named[name]) !== undefined);
  }
}

/** The user whom the line is about, or null when it is somebody new. Throws Problem when one of the names is another's. */
export function matchLine(checked: CheckedLine, present: Roll<UserRow>): UserRow | null {
  const named = namesOf(checked);
  const user = names.map((name) => present.find(name, named[name])).find((found) => found !== undefined) ?? null;
  const foreign = names.find((name) => {
    const holder = present.find(name, named[name]);
    return holder !== undefined && holder.id !== user?.id;
  });
  if (foreign !== undefined) throw taken(foreign);
  // An address alone does not make two accounts of another system one.
  if (user !== null && user.externalId !== null && named.externalId !== null && user.externalId !== named.externalId)
    throw taken(
      names.find((name) => name !== "externalId" && present.find(name, named[name]) === user) ?? "externalId",
    );
  return user;
}

const taken = (name: Name): Problem => new Problem("user-already-exists", { fields: { [name]: "taken" } });
