import { expect, it } from "vitest";
import { broken, expectFaults, expectUnavailable, house } from "../support/faults.ts";
import { makeConnection, makeVaultProvider } from "../support/vault.ts";

expectFaults();

/** Asks for connections, and asks to connect, through a Worker whose stores fail. */
async function vault() {
  const made = await house();
  const { context, client, cookie, user, send } = made;
  const settings = { authorize_url: "https://a.example.com/", token_url: "https://a.example.com/token", scopes: ["a"] };
  const provider = await makeVaultProvider(context, settings, { name: "drive" });
  const secrets = { type: "api_key" as const, key: "theirs" };
  await makeConnection(context, { provider, clientId: client.clientId, session: cookie }, { secrets });
  const names = { public_key: client.clientId, user_id: String(user.id) };
  const keys = new URLSearchParams({ ...names, private_key: client.secret });
  return {
    list: () => send(`/api/connection?${keys}`),
    end: () => send(`/api/connection/drive?${keys}`, { method: "DELETE" }),
    begin: () =>
      send(`/integrate/command?${new URLSearchParams({ ...names, provider: "drive" })}`, {
        headers: { cookie: `qt-auth=${cookie}` },
      }),
    page: () => send(`/integrate/page?${new URLSearchParams(names)}`, { headers: { cookie: `qt-auth=${cookie}` } }),
  };
}

it.each([
  ["D1", "DB"],
  ["the users' objects", "USERS"],
  ["the limiter", "ADDRESS_LIMITER"],
])("RE-05 answers 503 and begins, shows and ends nothing while %s fail", async (_, binding) => {
  const { list, end, begin, page } = await vault();
  broken.add(binding);
  await expectUnavailable(await begin());
  if (binding === "ADDRESS_LIMITER") return;
  await expectUnavailable(await list());
  await expectUnavailable(await end());
  await expectUnavailable(await page());
  broken.clear();
  expect(await (await list()).json()).toMatchObject({ connections: [{ provider: "drive" }] });
});

it("RE-05 ends a connection while the queue fails: what is to be given back waits in the object's outbox", async () => {
  const { list, end } = await vault();
  broken.add("JOBS");
  expect((await end()).status).toBe(204);
  expect(await (await list()).json()).toEqual({ connections: [] });
});
