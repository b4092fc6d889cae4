// What PrintPixie says to Gatehouse: four steps in place of thirteen. No token of any drive comes by here.
import { readFile } from "node:fs/promises";

/**
 * @param {{ gatehouse: string, clientId: string, clientSecret: string, fetch?: typeof fetch }} options
 *   `gatehouse`: the realm's issuer
 */
export function vault({ gatehouse, clientId, clientSecret, fetch = globalThis.fetch }) {
  const keys = { public_key: clientId, private_key: clientSecret };
  const at = (path, query = {}) => `${gatehouse}${path}?${new URLSearchParams({ ...keys, ...query })}`;
  const json = (body) => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

  return {
    /** Writes the methods down; again after they have changed. */
    async writeMappings(file) {
      const mappings = typeof file === "string" ? JSON.parse(await readFile(file, "utf8")) : file;
      for (const [name, mapping] of Object.entries(mappings)) {
        const answer = await fetch(at(`/api/v1/mappings/${name}`), { method: "PUT", ...json(mapping) });
        if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
      }
    },

    /** Where somebody's browser goes to connect a drive. It comes back to `returnTo` with `provider` and `oauthId`. */
    connectLink(provider, userId, returnTo) {
      const query = { provider, public_key: clientId, user_id: userId };
      return `${gatehouse}/integrate/command?${new URLSearchParams({ ...query, consented_action: "redirect", consented_redirect: returnTo })}`;
    },

    /** What a method gives, whichever drive it is asked of. */
    async run(method, userId, provider, args = {}) {
      const answer = await fetch(at(`/api/v1/methods/${method}`, { user_id: userId, provider }), {
        method: "POST",
        ...json(args),
      });
      const [row] = (await answer.json()).rows;
      if (row.pincStatus !== "success") throw Object.assign(new Error(`${method}: ${row.code}`), { row });
      return row.data;
    },

    /** A photo as its drive sends it, part by part. */
    stream: (method, userId, provider, args) =>
      fetch(at(`/api/v1/methods/${method}`, { user_id: userId, provider }), { method: "POST", ...json(args) }),
  };
}
