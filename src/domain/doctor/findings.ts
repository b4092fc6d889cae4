import type { Config } from "../../config/env.ts";
import { currentCostKib } from "../../crypto/password-hash.ts";
import type { KeyEncryptionReport } from "../key-encryption/report.ts";
import { type Finding, fail, named, ok, warn } from "./finding.ts";
import { ofKeyEncryption } from "./key-encryption.ts";

/** What was seen of the stores; each is null when looking failed. */
export interface Facts {
  readonly config: Config;
  readonly hasMail: boolean;
  /** Whether the host that was asked is this machine. */
  readonly isLocalHost: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly missingColumns: readonly string[] | null;
  readonly keyValueWorks: boolean;
  /** Stores that do not answer, by their names in storage/reach.ts. */
  readonly silent: readonly string[];
  readonly hasQueue: boolean;
  readonly signingKeys: readonly SigningKeyFact[] | null;
  readonly keyEncryption: KeyEncryptionReport | null;
  readonly providersWithoutSecret: readonly { readonly realm: string; readonly name: string }[] | null;
  readonly failingWebhooks: readonly { readonly realm: string; readonly id: string }[] | null;
  readonly deadDeliveries: number | null;
  readonly costlyRealms: readonly { readonly realm: string; readonly costKib: number }[] | null;
}

interface SigningKeyFact {
  readonly realm: string;
  readonly algorithm: string;
  readonly status: string;
  readonly activatedAt: number | null;
}

const oldKeyDays = 365;
const dayMs = 86_400_000;

/** What the facts mean, the gravest remedy first within each. Nothing secret is in it, only names of ours. */
export function findingsOf(facts: Facts): Finding[] {
  return [
    ...ofStores(facts),
    ...ofSecrets(facts),
    ofMail(facts),
    ...ofSigningKeys(facts),
    ...ofNamed("providers", facts.providersWithoutSecret, ({ realm, name }) => `${realm}/${name}`, {
      well: "every enabled provider has its secret",
      bad: "without a client secret",
      remedy: "gatehouse provider set <realm> <provider> --client-secret-stdin",
    }),
    ...ofNamed("webhooks", facts.failingWebhooks, ({ realm, id }) => `${realm}/${id}`, {
      well: "every webhook takes what it is sent",
      bad: "taking nothing",
      remedy: "gatehouse webhook deliveries <realm> <webhook> --state dead says why",
    }),
    ofDeadDeliveries(facts),
    ...ofNamed("password hashes", facts.costlyRealms, ({ realm }) => realm, {
      well: "no realm holds hashes that cost much more than ours",
      bad: `with imported hashes that make each wrong password cost more than ${currentCostKib} KiB of argon2`,
      remedy: "nothing to do: it is the price of telling nobody who was imported",
    }),
  ];
}

function ofStores({ missingColumns, keyValueWorks, silent, hasQueue }: Facts): Finding[] {
  const [databases, regions] = ["database", "objects_"].map((kind) => silent.filter((store) => store.startsWith(kind)));
  return [
    missingColumns === null || databases?.length
      ? fail(
          "database",
          `D1 does not answer${databases?.length ? `: ${named(databases)}` : ""}`,
          "check the bindings DB and DB_… in wrangler.toml, and the databases' status",
        )
      : missingColumns.length > 0
        ? fail("database", `lacks ${named(missingColumns)}`, "npx wrangler d1 migrations apply DB --remote")
        : ok("database", "D1 answers and has every table and column"),
    keyValueWorks
      ? ok("grants", "KV is written and read")
      : fail("grants", "KV does not answer", "check the binding GRANTS in wrangler.toml"),
    silent.includes("objects")
      ? fail("objects", "users' objects do not answer", "check the binding USERS in wrangler.toml")
      : regions?.length
        ? fail(
            "objects",
            `users' objects do not answer within ${named(regions.map((store) => store.slice("objects_".length)))}`,
            "the realms there are out of service, or could not be made: see the platform's status, and NEW_REALMS_JURISDICTION",
          )
        : ok("objects", "users' objects answer"),
    hasQueue
      ? ok("queue", "JOBS is bound")
      : fail("queue", "JOBS is not bound", "check [[queues.producers]] in wrangler.toml"),
  ];
}

function ofSecrets({ config, isLocalHost, keyEncryption, now }: Facts): Finding[] {
  return [
    config.development && !isLocalHost
      ? fail(
          "environment",
          "development, on a host that others reach",
          "remove ENVIRONMENT from the deployment's variables",
        )
      : ok("environment", config.development ? "development, on this machine" : "production"),
    ok("ADMIN_TOKEN", `${config.adminToken.length} characters`),
    ...(keyEncryption === null ? [] : [ofKeyEncryption(keyEncryption, now)]),
  ];
}

function ofMail({ config, hasMail }: Facts): Finding {
  if (config.mailProvider !== null) return ok("mail", "by MAIL_HTTP_URL");
  if (config.development) return ok("mail", "kept in /dev/mailbox");
  return hasMail
    ? ok("mail", "by the binding MAIL")
    : fail(
        "mail",
        "there is no way to send any",
        "bind MAIL in wrangler.toml, or set MAIL_HTTP_URL and MAIL_HTTP_TOKEN",
      );
}

function ofSigningKeys({ signingKeys, now }: Facts): Finding[] {
  if (signingKeys === null) return [];
  const active = signingKeys.filter(({ status }) => status === "active");
  const names = (keys: readonly SigningKeyFact[]) =>
    named(keys.map(({ realm, algorithm }) => `${realm} (${algorithm})`));
  const old = active.filter(({ activatedAt }) => activatedAt !== null && now - activatedAt > oldKeyDays * dayMs);
  const lonely = active.filter(
    (key) =>
      !signingKeys.some(
        (other) => other.status === "next" && other.realm === key.realm && other.algorithm === key.algorithm,
      ),
  );
  const findings: Finding[] = [];
  if (old.length > 0)
    findings.push(
      warn("signing keys", `more than ${oldKeyDays} days old: ${names(old)}`, "gatehouse key rotate <realm>"),
    );
  if (lonely.length > 0)
    findings.push(warn("signing keys", `with none to follow: ${names(lonely)}`, "gatehouse key rotate <realm>"));
  return findings.length > 0 ? findings : [ok("signing keys", `${active.length} active, each with one to follow`)];
}

function ofDeadDeliveries({ deadDeliveries }: Facts): Finding {
  if (deadDeliveries === null) return fail("dead letters", "cannot be counted", "see `database`");
  return deadDeliveries === 0
    ? ok("dead letters", "none")
    : warn(
        "dead letters",
        `${deadDeliveries} deliveries were given up`,
        "gatehouse webhook replay-dead <realm> <webhook>",
      );
}

function ofNamed<Item>(
  name: string,
  items: readonly Item[] | null,
  nameOf: (item: Item) => string,
  words: { readonly well: string; readonly bad: string; readonly remedy: string },
): Finding[] {
  if (items === null) return [];
  if (items.length === 0) return [ok(name, words.well)];
  return [warn(name, `${named(items.map(nameOf))} ${words.bad}`, words.remedy)];
}
