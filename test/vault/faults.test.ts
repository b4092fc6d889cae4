import { beforeAll, expect, it, vi } from "vitest";
import { broken, expectFaults, expectUnavailable, house } from "../support/faults.ts";
import { standUp, stubInternet } from "../support/upstream.ts";
import { makeConnection, makeVaultProvider } from "../support/vault.ts";
import { jsonBody } from "../support/world.ts";

expectFaults();
beforeAll(stubInternet);

/** Asks for connections, and asks to connect, through a Worker whose stores fail. */
async function vault() {
  const made = await house();
  const { context, client, cookie, user, send } = made;
  const host = `api-${context.realm.id}.example.com`;
  const settings = {
    authorize_url: "https://a.example.com/",
    token_url: "https://a.example.com/token",
    scopes: ["a"],
    api_hosts: [host],
  };
  const sent: string[] = [];
  standUp(host, (request) => {
    sent.push(request.url);
    return Response.json({ ok: true });
  });
  const provider = await makeVaultProvider(context, settings, { name: "drive" });
  const secrets = { type: "api_key" as const, key: "theirs" };
  await makeConnection(context, { provider, clientId: client.clientId, session: cookie }, { secrets });
  const names = { public_key: client.clientId, user_id: String(user.id) };
  const keys = new URLSearchParams({ ...names, private_key: client.secret });
  return {
    sent,
    call: () => send(`/oauth/method/drive/call?${keys}`, jsonBody({ url: `https://${host}/x` })),
    log: async () => {
      const answer = await send(`/api/v1/calls?${keys}`);
      return (await answer.json<{ calls: { status: string; url: string }[] }>()).calls;
    },
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

it("RE-05 calls, and logs the call, while KV fails: nothing on the way needs it", async () => {
  const { call, sent, log } = await vault();
  broken.add("GRANTS");
  const answer = await call();
  expect([answer.status, sent.length]).toEqual([200, 1]);
  expect(await answer.json()).toMatchObject({ rows: [{ pincStatus: "success", statusCode: 200, data: { ok: true } }] });
  await vi.waitFor(async () => expect(await log()).toMatchObject([{ status: "success" }]));
});

it.each([
  ["D1", "DB"],
  ["the users' objects", "USERS"],
])(
  "RE-05 answers a row with 503 and calls nobody while %s fail; the next call finds everything as it was",
  async (_, binding) => {
    const { call, sent } = await vault();
    broken.add(binding);
    const refused = await call();
    expect([refused.status, refused.headers.get("retry-after"), sent]).toEqual([503, "2", []]);
    const { rows } = await refused.json<{ rows: object[] }>();
    expect(rows).toEqual([
      {
        pincStatus: "error",
        callId: null,
        statusCode: 503,
        code: "temporarily_unavailable",
        message: expect.any(String),
        data: null,
      },
    ]);
    broken.clear();
    expect((await call()).status).toBe(200);
    expect(sent).toHaveLength(1);
  },
);
