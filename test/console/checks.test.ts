import { beforeAll, describe, expect, it, vi } from "vitest";
import { domainCheckPath } from "../../src/domain/realms/domain-check.ts";
import { done, freshHost, operate } from "../admin/support.ts";
import { makeIdp, standUp, stubInternet } from "../support/upstream.ts";
import { makeRealm, request } from "../support/world.ts";
import { consolePath, makeOperator } from "./support.ts";

beforeAll(() => {
  stubInternet();
});

/** Stands up a server at a new domain of a new realm, and has the domain checked. */
async function checked(answer: (asked: URL) => Response | Promise<Response>) {
  const context = await makeRealm();
  const domain = freshHost("checked");
  const path = `/realms/${context.realm.id}`;
  await done(200, operate("PATCH", path, { domains: [...context.realm.hosts, domain] }));
  standUp(domain, (asked) => answer(new URL(asked.url)));
  return { context, domain, result: await operate("POST", `${path}/domains/${domain}/check`) };
}

const throwing = (message: string) => () => {
  throw new TypeError(message);
};

describe("whether a domain leads here", () => {
  it("MR-02 is proven by the deployment's keys, for this very host and realm", async () => {
    const { domain, result } = await checked((asked) => request(asked.href));
    expect(result.json).toEqual({ domain, state: "reaches-this-realm", status: 200, seen: null });
  });

  it("tells a host of another realm and one of none from its own", async () => {
    const other = await makeRealm();
    for (const host of [other.realm.authDomain, "nobody.fresh.test"]) {
      const { domain, result } = await checked(async (asked) => request(`https://${host}${asked.pathname}`));
      // Their proof is for their own name: it counts for nothing here.
      expect(result.json).toMatchObject({ domain, state: "reaches-something-else" });
    }
    const { result } = await checked(async (asked) => {
      const answer = await request(asked.href);
      const proof = await answer.json<{ deployment: string }>();
      return Response.json({ deployment: proof.deployment, realm: null });
    });
    expect(result.json).toMatchObject({ state: "reaches-another-realm", status: 200 });
  });

  it("believes no proof that was made for another question", async () => {
    const own = await makeRealm();
    const stale = await (await request(`${own.realm.issuer}${domainCheckPath}/AAAAAAAAAAAAAAAAAAAAAA`)).text();
    for (const body of [stale, "{}", "not JSON", '{"deployment":"t1.AAAA","realm":"t1.AAAA"}', '{"deployment":1}'])
      expect((await checked(() => new Response(body))).result.json).toMatchObject({ state: "reaches-something-else" });
  });

  it.each([
    [
      "redirects",
      () => new Response(null, { status: 301, headers: { location: "https://www.example.com/" } }),
      301,
      "https://www.example.com/",
    ],
    ["reaches-something-else", () => new Response("hello", { headers: { server: "nginx" } }), 200, "nginx"],
    ["reaches-something-else", () => new Response("x".repeat(100_000)), null, null],
    ["no-dns", () => new Response("error code: 1016", { status: 530 }), 530, null],
    ["no-dns", throwing("DNS lookup failed."), null, null],
    ["tls-error", () => new Response(null, { status: 526 }), 526, null],
    ["tls-error", throwing("TLS peer's certificate is not trusted"), null, null],
    ["timeout", () => new Response(null, { status: 522 }), 522, null],
    ["unreachable", () => new Response(null, { status: 521 }), 521, null],
    ["unreachable", throwing("connection refused"), null, null],
  ] as const)("SS-01 says %s, and what it saw", async (state, answer, status, seen) => {
    const { domain, result } = await checked(answer);
    expect([result.status, result.json]).toEqual([200, { domain, state, status, seen }]);
  });

  it("SS-01 calls the realm's own domains and nothing else", async () => {
    const context = await makeRealm();
    const spy = vi.spyOn(globalThis, "fetch");
    for (const domain of ["example.com", "127.0.0.1", "metadata.internal", encodeURIComponent("x/../y")])
      expect((await operate("POST", `/realms/${context.realm.id}/domains/${domain}/check`)).status).toBe(404);
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  });

  it("answers any host, any realm, and says nothing that a stranger could use", async () => {
    const context = await makeRealm();
    for (const host of [context.realm.authDomain, "nobody.fresh.test"]) {
      const response = await request(`https://${host}${domainCheckPath}/AAAAAAAAAAAAAAAAAAAAAA`);
      expect(response.headers.get("cache-control")).toBe("no-store");
      const text = await response.text();
      expect(text).toMatch(/^\{"deployment":"t1\.[\w-]{43}","realm":(?:"t1\.[\w-]{43}"|null)\}$/);
      expect(text).not.toContain(context.realm.id);
    }
    for (const nonce of ["", "short", "A".repeat(23), "AAAAAAAAAAAAAAAAAAAA%2F"])
      expect((await request(`${context.realm.issuer}${domainCheckPath}/${nonce}`)).status).toBe(404);
  });

  it("is shown in the console with what to change, ready to be pasted", async () => {
    const { context, domain } = await checked(() => new Response(null, { status: 530 }));
    const operator = await makeOperator(context, ["sysadmin"]);
    const page = await operator.open(consolePath(context, "/domains"));
    const index = [...context.realm.hosts, domain].toSorted().indexOf(domain);
    const result = await operator.submit(page, `check-form-${index}`);
    expect(result.status).toBe(200);
    expect(result.html).toContain(`${domain} has no address (DNS).`);
    expect(result.html).toContain(`pattern = &quot;${domain}&quot;\ncustom_domain = true`);
  });
});

describe("whether a provider could sign people in", () => {
  async function provider(about: Record<string, unknown>) {
    const context = await makeRealm();
    const path = `/realms/${context.realm.id}/providers/idp`;
    await done(201, operate("PUT", path, { client_id: "ours", client_secret: "a secret of theirs", ...about }));
    return { context, path, check: async () => (await operate("POST", `${path}/check`)).json };
  }

  it("finds nothing in the way of one that speaks the truth", async () => {
    const idp = await makeIdp();
    const { context, check } = await provider({ issuer: idp.issuer });
    const found = await check();
    expect(found).toMatchObject({ provider: "idp", faults: [], keys: 1 });
    expect(found.endpoints).toMatchObject({ token_endpoint: expect.stringContaining(idp.issuer) });
    const operator = await makeOperator(context, ["sysadmin"]);
    const shown = await operator.submit(await operator.open(consolePath(context, "/providers/idp")), "check-form");
    expect(shown.html).toContain("Nothing is in the way.");
  });

  it.each([
    ["unreachable", { issuer: "https://gone.example.com" }],
    ["metadata-invalid", { issuer: "https://liar.example.com" }],
    ["keys-missing", { issuer: "https://keyless.example.com" }],
    ["disabled", { issuer: "https://keyless.example.com", disabled: true }],
  ] as const)("says %s in words", async (fault, about) => {
    const metadata = (issuer: string) => ({
      issuer,
      authorization_endpoint: "https://keyless.example.com/authorize",
      token_endpoint: "https://keyless.example.com/token",
      jwks_uri: "https://keyless.example.com/keys",
    });
    standUp("liar.example.com", () => Response.json(metadata("https://somebody-else.example.com")));
    standUp("keyless.example.com", ({ url }) =>
      url.endsWith("/keys") ? Response.json({ keys: [] }) : Response.json(metadata("https://keyless.example.com")),
    );
    const { context, check } = await provider(about);
    expect((await check()).faults).toContain(fault);
    const operator = await makeOperator(context, ["sysadmin"]);
    const shown = await operator.submit(await operator.open(consolePath(context, "/providers/idp")), "check-form");
    expect(shown.html).toContain(`id="fault-${fault}"`);
    expect(shown.html).not.toContain("a secret of theirs");
  });
});
