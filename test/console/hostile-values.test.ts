import { beforeAll, describe, expect, it } from "vitest";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { done, operate } from "../admin/support.ts";
import { parseHtml } from "../pages/parse-html.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeClient, makeRealm, makeUser } from "../support/world.ts";
import { type ConsoleAnswer, consolePath, makeOperator, type Operator } from "./support.ts";

const words = [
  `"><script>alert(1)</script>`,
  `'><img src=x onerror=alert(1)>`,
  `</title></style></textarea><svg onload=alert(1)>`,
  `" autofocus onfocus="alert(1)" x="`,
];

interface Place {
  readonly context: RealmContext;
  readonly operator: Operator;
  readonly paths: readonly string[];
}

/** A realm in which everything that somebody else writes says the same. */
async function placeOf(word: string): Promise<Place> {
  const context = await makeRealm();
  const path = `/realms/${context.realm.id}`;
  await done(200, operate("PATCH", path, { name: word, settings: { scopes: { "orders:read": word } } }));
  const { clientId } = await makeClient(
    context,
    { software_id: word, contacts: [word] },
    { name: word, firstParty: false },
  );
  await done(201, operate("POST", `${path}/registration-tokens`, { note: word }));
  const provider = { issuer: "https://idp.example.com", client_id: word, client_secret: "a secret", label: word };
  await done(201, operate("PUT", `${path}/providers/idp`, provider));
  const { id: userId } = await makeUser(context, { name: word, externalId: word, metadata: { note: word } });
  await context.objects.call(userId, (object) => object.addConsent(clientId, [word]));
  const source = { issuer: "https://product.example.com", algorithm: "HS256", secret: "s".repeat(40), label: word };
  await done(201, operate("PUT", `${path}/sources/product`, source));
  await done(201, operate("POST", `${path}/sources/product/api-keys`, { note: word }));
  const webhook = { url: `https://hears.example.com/${encodeURI(word)}`, description: word };
  const { id } = await done(201, operate("POST", `${path}/webhooks`, webhook));
  const paths = [
    "",
    "/domains",
    "/settings",
    "/settings/apis",
    "/clients",
    `/clients/${clientId}`,
    `/clients/${clientId}/edit`,
    `/clients/${clientId}/try`,
    "/registration-tokens",
    "/providers",
    "/providers/idp",
    "/keys",
    `/users?q=${encodeURIComponent(word)}`,
    `/users/${userId}`,
    `/users/${userId}/edit`,
    "/sources",
    "/sources/product",
    "/webhooks",
    `/webhooks/${id}`,
    `/events?${new URLSearchParams({ user: word, actor: word, client: word, type: word, from: word })}`,
    `/calls?${new URLSearchParams({ user_id: word, provider: word, client_id: word, status: word })}`,
  ].map((rest) => consolePath(context, rest));
  return { context, operator: await makeOperator(context, ["sysadmin"]), paths };
}

const tagsOf = async (page: ConsoleAnswer): Promise<string[]> => (await parseHtml(page.html)).map(({ tag }) => tag);

async function expectInert(page: ConsoleAnswer): Promise<void> {
  const elements = await parseHtml(page.html);
  const nonce = /nonce-([^']+)'/.exec(page.headers.get("content-security-policy") ?? "")?.[1];
  for (const { tag, attributes } of elements) {
    if (tag === "script" || tag === "style") expect(attributes.get("nonce")).toBe(nonce);
    // Where a bar of a chart stands.
    const own = tag === "rect" ? ["x"] : [];
    expect([...attributes.keys()].filter((name) => /^(?:on|style$|x$)/.test(name))).toEqual(own);
    for (const name of ["href", "src", "action"]) {
      const value = attributes.get(name);
      if (value !== undefined && tag !== "link") expect(value).toMatch(/^(?:https?:\/\/|#|\/(?!\/))/);
    }
  }
}

let usual: Place;
beforeAll(async () => {
  stubInternet();
  usual = await placeOf("harmless");
});

describe.each(words)("WB-04 with %s in every text of a realm", (word) => {
  it("the console shows it as text and grows no element", async () => {
    const place = await placeOf(word);
    for (const [index, path] of place.paths.entries()) {
      const page = await place.operator.open(path);
      const expected = await usual.operator.open(usual.paths[index] ?? "");
      expect([path, page.status]).toEqual([path, 200]);
      expect([path, await tagsOf(page)]).toEqual([path, await tagsOf(expected)]);
      await expectInert(page);
    }
  });

  it("neither do forms that come back with it, or what other servers say of themselves", async () => {
    const { context, operator } = usual;
    const page = await operator.open(consolePath(context));
    const renamed = await operator.submit(page, "change-form", { authentication_url: word });
    expect(renamed.status).toBe(422);
    await expectInert(renamed);
    const added = await operator.open(consolePath(context, "/domains"));
    const refused = await operator.submit(added, "add-form", { domain: word });
    expect(refused.status).toBe(422);
    await expectInert(refused);
    standUp(
      context.realm.authDomain,
      () => new Response("", { status: 302, headers: { location: `https://x/${encodeURI(word)}`, server: word } }),
    );
    const index = context.realm.hosts.indexOf(context.realm.authDomain);
    const checked = await operator.submit(added, `check-form-${index}`);
    expect(checked.html).toContain("is redirected");
    await expectInert(checked);
    await expectInert(
      await operator.open(`/console/try/callback?${new URLSearchParams({ state: word, code: word, error: word })}`),
    );
    await expectInert(
      await operator.open(`/console/realms?${new URLSearchParams({ q: word, done: word, cursor: "" })}`),
    );
  });
});
