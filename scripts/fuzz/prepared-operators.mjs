// Requests that are right in everything: operators', on the realm that may be spoilt.
import { NEXT_PASSWORD, random } from "./kit.mjs";

/** Tenths of a second. */
const DELIVERED_WITHIN = 100;
const domain = () =>
  `fuzz-${random()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}.localhost`;
const realmOf = (kit) => kit.spoilt.known.realm[0];
const first = (kit, name) => kit.spoilt.known[name][0];
const recipe = (make) => async (kit) => ({ headers: kit.operatorHeaders, ...(await make(kit)) });
const at = (kit, rest) => `/admin/v1/realms/${realmOf(kit)}${rest}`;

async function madeKey(kit, owner) {
  const { id } = await kit.operators("POST", `realms/${realmOf(kit)}/${owner}/api-keys`, {});
  return at(kit, `/${owner}/api-keys/${id}`);
}
const ofSource = (kit) => madeKey(kit, `sources/${first(kit, "source")}`);
const ofClient = (kit) => madeKey(kit, `clients/${first(kit, "client")}`);

/** The realm with a provider of the vault. */
const mapping = (kit) => ({ interface: { drive: { url: `${kit.home.neighbours}/api/files` } } });
const mappingPath = (kit) => `${kit.home.realm}/clients/${kit.home.client.client_id}/mappings/trial`;
async function mapped(kit) {
  await kit.operators("PUT", mappingPath(kit), mapping(kit));
  return `/admin/v1/${mappingPath(kit)}`;
}

const REALM = "/admin/v1/realms/{realm}";

export const operators = {
  [`PATCH ${REALM}`]: recipe(async (kit) => ({ path: at(kit, ""), json: { name: "Another name" } })),
  [`DELETE ${REALM}`]: recipe(async (kit) => {
    const auth_domain = domain();
    const json = { name: "Passing", kind: "frontend", domains: [auth_domain], auth_domain };
    const { id } = await kit.operators("POST", "realms", json);
    return { path: `/admin/v1/realms/${id}` };
  }),
  "POST /admin/v1/publishers": recipe(async () => ({
    json: { name: "Passing", editor_domains: [domain()], frontend_domains: [domain()] },
  })),
  [`PATCH ${REALM}/clients/{client}`]: recipe(async (kit) => ({
    path: at(kit, `/clients/${first(kit, "client")}`),
    json: { name: "Another name" },
  })),
  [`POST ${REALM}/users`]: recipe(async (kit) => ({
    path: at(kit, "/users"),
    json: { email: `guinea-${random().toLowerCase()}@fuzz.localhost`, password: NEXT_PASSWORD, name: "Guinea" },
  })),
  [`PUT ${REALM}/providers/{provider}`]: recipe(async (kit) => ({
    path: at(kit, "/providers/p9"),
    json: { issuer: "https://idp.example.com", client_id: "ours", client_secret: random() },
  })),
  [`DELETE ${REALM}/users/{user}/connections/{provider}`]: recipe(async (kit) => ({
    path: `/admin/v1/${kit.home.realm}/users/${(await kit.connected()).id}/connections/drive`,
  })),
  [`DELETE ${REALM}/sources/{source}/api-keys/{key}`]: recipe(async (kit) => ({ path: await ofSource(kit) })),
  [`POST ${REALM}/sources/{source}/api-keys/{key}/rotate`]: recipe(async (kit) => ({
    path: `${await ofSource(kit)}/rotate`,
    json: { overlap_seconds: 0 },
  })),
  [`DELETE ${REALM}/clients/{client}/api-keys/{key}`]: recipe(async (kit) => ({ path: await ofClient(kit) })),
  [`POST ${REALM}/clients/{client}/api-keys/{key}/rotate`]: recipe(async (kit) => ({
    path: `${await ofClient(kit)}/rotate`,
    json: { overlap_seconds: 0 },
  })),
  [`PUT ${REALM}/clients/{client}/mappings/{mapping}`]: recipe(async (kit) => ({
    path: `/admin/v1/${mappingPath(kit)}`,
    json: mapping(kit),
  })),
  [`GET ${REALM}/clients/{client}/mappings/{mapping}`]: recipe(async (kit) => ({ path: await mapped(kit) })),
  [`DELETE ${REALM}/clients/{client}/mappings/{mapping}`]: recipe(async (kit) => ({ path: await mapped(kit) })),
  [`POST ${REALM}/clients/{client}/mappings/{mapping}/try`]: recipe(async (kit) => ({
    path: `${await mapped(kit)}/try`,
    json: {},
  })),
  [`POST ${REALM}/webhooks/{webhook}/deliveries/{delivery}/replay`]: recipe(async (kit) => {
    const { id } = kit.home.webhook;
    const list = `${kit.home.realm}/webhooks/${id}/deliveries`;
    for (let tried = 0; tried < DELIVERED_WITHIN; tried += 1) {
      const { deliveries } = await kit.operators("GET", `${list}?state=delivered`);
      if (deliveries.length > 0) return { path: `/admin/v1/${list}/${deliveries[0].id}/replay` };
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("nothing was delivered");
  }),
  "GET /.well-known/gatehouse-domain-check/{nonce}": async () => ({
    path: `/.well-known/gatehouse-domain-check/${"A".repeat(22)}`,
  }),
  "GET /docs/{chapter}": async () => ({ path: "/docs/schemas" }),
};
