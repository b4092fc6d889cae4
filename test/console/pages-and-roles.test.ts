import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, operate } from "../admin/support.ts";
import { stubInternet } from "../support/upstream.ts";
import { makeClient, makeRealm, makeUser } from "../support/world.ts";
import { consolePath, makeOperator, type Operator, sendAsDeploymentOf } from "./support.ts";

/** Every page, and who sees it: d deployment, s sysadmin, a admin. `:realm` is the realm of all but the deployment's own people. */
const pages: Record<string, string> = {
  "/console/realms": "dsa",
  "/console/realms/new": "d",
  "/console/realms/new?kind=publisher": "d",
  "/console/realms/:realm": "dsa",
  "/console/realms/:realm/domains": "ds",
  "/console/realms/:realm/settings": "ds",
  "/console/realms/:realm/settings/session": "ds",
  "/console/realms/:realm/settings/limits": "ds",
  "/console/realms/:realm/settings/other": "ds",
  "/console/realms/:realm/look": "ds",
  "/console/realms/:realm/clients": "dsa",
  "/console/realms/:realm/clients/new": "dsa",
  "/console/realms/:realm/clients/new?kind=web": "dsa",
  "/console/realms/:realm/clients/new?kind=service": "dsa",
  "/console/realms/:realm/clients/:client": "dsa",
  "/console/realms/:realm/clients/:client/edit": "dsa",
  "/console/realms/:realm/clients/:client/try": "dsa",
  "/console/realms/:realm/registration-tokens": "dsa",
  "/console/realms/:realm/providers": "ds",
  "/console/realms/:realm/providers/new": "ds",
  "/console/realms/:realm/providers/new?preset=google": "ds",
  "/console/realms/:realm/providers/new?preset=other": "ds",
  "/console/realms/:realm/providers/google": "ds",
  "/console/realms/:realm/keys": "ds",
  "/console/realms/:realm/users": "dsa",
  "/console/realms/:realm/users/new": "dsa",
  "/console/realms/:realm/users/:user": "dsa",
  "/console/realms/:realm/users/:user/edit": "dsa",
  "/console/realms/:realm/sources": "ds",
  "/console/realms/:realm/sources/new": "ds",
  "/console/realms/:realm/sources/new?algorithm=HS256": "ds",
  "/console/realms/:realm/sources/product": "ds",
  "/console/realms/:realm/webhooks": "ds",
  "/console/realms/:realm/webhooks/new": "ds",
  "/console/realms/:realm/webhooks/:webhook": "ds",
  "/console/realms/:realm/webhooks/:webhook/deliveries": "ds",
  "/console/realms/:realm/calls": "dsa",
  "/console/realms/:realm/calls/mappings": "dsa",
  "/console/realms/:realm/calls/mappings/new": "dsa",
  "/console/realms/:realm/calls/mappings/:client/Photos": "dsa",
  "/console/realms/:realm/events": "dsa",
  "/console/realms/:realm/figures": "dsa",
  "/console/realms/:realm/figures?days=90": "dsa",
  "/console/figures": "d",
};

let context: RealmContext;
let people: Record<string, Operator>;
let names: Record<string, string>;

beforeAll(async () => {
  stubInternet();
  const [own, other] = [await makeRealm(), await makeRealm()];
  context = await makeRealm();
  const path = `/realms/${context.realm.id}`;
  const source = {
    issuer: "https://product.example",
    algorithm: "HS256",
    secret: "a secret of theirs that is long enough",
  };
  await done(201, operate("PUT", `${path}/sources/product`, source));
  const webhook = await done(201, operate("POST", `${path}/webhooks`, { url: "https://hears.example/" }));
  names = {
    ":realm": context.realm.id,
    ":client": (await makeClient(context, {}, { firstParty: false })).clientId,
    ":user": String((await makeUser(context)).id),
    ":webhook": String(webhook.id),
  };
  const provider = { client_id: "ours", client_secret: "a secret of theirs" };
  await operate("PUT", `${path}/providers/google`, provider);
  await makeMapping(path, names[":client"] ?? "");
  const send = sendAsDeploymentOf(own, [context]);
  people = {
    d: await makeOperator(own, ["user", "admin", "sysadmin"], { mfa: true, send }),
    "d without a second factor": await makeOperator(own, ["user", "admin", "sysadmin"], { send }),
    s: await makeOperator(context, ["user", "admin", "sysadmin"]),
    a: await makeOperator(context, ["user", "admin"]),
    u: await makeOperator(context, ["user"]),
    other: await makeOperator(other, ["user", "admin", "sysadmin"], { mfa: true }),
    nobody: await makeOperator(context, null),
  };
});

async function makeMapping(path: string, client: string): Promise<void> {
  const drive = {
    type: "oauth2",
    purposes: ["vault"],
    client_id: "ours",
    client_secret: "a secret of theirs",
    authorize_url: "https://accounts.example.com/authorize",
    token_url: "https://accounts.example.com/token",
    api_hosts: ["api.example.com"],
  };
  await done(201, operate("PUT", `${path}/providers/drive`, drive));
  const mapping = { interface: { drive: { url: "https://api.example.com/files" } } };
  await done(201, operate("PUT", `${path}/clients/${client}/mappings/Photos`, mapping));
}

const person = (name: string): Operator => {
  const found = people[name];
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
};
const addressOf = (page: string): string => page.replaceAll(/:[a-z]+/g, (name) => names[name] ?? name);

async function gzipBytes(text: string): Promise<number> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

describe.each(Object.entries(pages))("the console's page %s", (page, allowed) => {
  it.each(["d", "s", "a"])("MR-03 shows itself to %s only when the API lets them", async (name) => {
    const answer = await person(name).open(addressOf(page));
    expect(answer.status, answer.html.slice(0, 300)).toBe(allowed.includes(name) ? 200 : 403);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'nonce-[^']+'; script-src 'nonce-/,
    );
    if (answer.status !== 200) return;
    expect(answer.html).toContain("<h1>");
    expect(await gzipBytes(answer.html)).toBeLessThan(30_000);
    for (const form of answer.forms.filter(({ method }) => method === "post"))
      expect(form.fields.map(({ name: field }) => field)).toContain("csrf");
  });

  it("MR-03 tells a user without a role so, whatever the page", async () => {
    const answer = await person("u").open(addressOf(page));
    expect(answer.status).toBe(403);
    expect(answer.html).toContain("The console is for operators");
    expect(answer.html).not.toContain(`href="/console/realms`);
  });

  it("MR-01 is as if it did not exist for another realm's system administrator", async () => {
    for (const name of ["other", "d without a second factor"]) {
      const answer = await person(name).open(addressOf(page));
      const isOfRealm = page.includes(":realm");
      expect([name, answer.status]).toEqual([name, isOfRealm ? 404 : page === "/console/realms" ? 200 : 403]);
      expect(answer.html).not.toContain(context.realm.name);
    }
  });

  it("leads whoever is not signed in to the sign-in page, and back", async () => {
    const answer = await person("nobody").open(addressOf(page));
    expect(answer.status).toBe(302);
    expect(answer.location).toMatch(/^https:\/\/auth\.[^/]+\/sign-in\?interaction=/);
  });

  it("stands on the auth domain only: other hosts of the realm lead there", async () => {
    const [, site = ""] = context.realm.hosts.filter((host) => host !== context.realm.authDomain);
    const answer = await person("s").open(`https://${site}${addressOf(page)}`);
    expect([answer.status, answer.location]).toEqual([302, `${context.realm.issuer}${addressOf(page)}`]);
  });
});

describe("the console's way in", () => {
  it("begins with all realms for the deployment's people, and with their own for the others", async () => {
    expect((await person("d").open("/console")).location).toBe("/console/realms");
    expect((await person("a").open("/console")).location).toBe(consolePath(context));
  });

  it("MR-03 asks the deployment's people for a second factor before it shows other realms", async () => {
    const answer = await person("d without a second factor").open("/console/realms");
    expect(answer.html).toContain('id="second-factor-link" href="/two-factor/set-up?interaction=');
    expect((await person("d").open("/console/realms")).html).not.toContain("second-factor-link");
    expect((await person("s").open("/console/realms")).html).not.toContain("second-factor-link");
  });

  it("MR-03 links to nothing that the visitor may not open", async () => {
    const placesOf = async (name: string) =>
      [...(await person(name).open(consolePath(context))).html.matchAll(/id="place-([a-z-]+)"/g)].map(([, id]) => id);
    const forAdmins = ["overview", "figures", "users", "clients", "registration-tokens", "calls", "events"];
    expect(await placesOf("a")).toEqual(forAdmins);
    const forSysadmins = ["domains", "settings", "look", "providers", "sources", "webhooks", "keys"];
    expect((await placesOf("s")).toSorted()).toEqual([...forAdmins, ...forSysadmins].toSorted());
    expect(await placesOf("d")).toEqual(["realms", "all-figures", ...(await placesOf("s"))]);
  });
});
