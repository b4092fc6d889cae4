import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../../src/config/limits.ts";
import { clientOfAddress } from "../../src/domain/clients/client-document.ts";
import type { RealmContext } from "../../src/domain/realm-context.ts";
import { Problem } from "../../src/errors/errors.ts";
import { authorize, type Json, standUpClient, unlimited } from "../support/client-documents.ts";
import { enoughOfTheMinute } from "../support/minute.ts";
import { called, stubInternet } from "../support/upstream.ts";
import { makeRealm } from "../support/world.ts";

beforeEach(() => enoughOfTheMinute());

let context: RealmContext;
beforeAll(async () => {
  stubInternet();
  context = await makeRealm({ client_id_metadata_documents: "on", rate_limits: unlimited });
});

const read = (address: string, realm = context, beforeFetch = () => Promise.resolve()) =>
  clientOfAddress(realm, address, beforeFetch);

describe("SS-01 addresses that are never called", () => {
  const production = (): RealmContext => ({ ...context, config: { ...context.config, development: false } });

  it.each([
    "http://notes.example.com/client.json",
    "https://notes.example.com/",
    "https://notes.example.com",
    "https://notes.example.com:8443/client.json",
    "https://notes.example.com/client.json?x=1",
    "https://notes.example.com/client.json?",
    "https://notes.example.com/client.json#x",
    "https://notes.example.com/client.json#",
    "https://notes.example.com/a/../client.json",
    "https://notes.example.com/%2e%2e/client.json",
    "https://NOTES.example.com/client.json",
    "https://notes.example.com./client.json",
    "https://user@notes.example.com/client.json",
    "https://user:secret@notes.example.com/client.json",
    "https://notes.example.com\\client.json",
    " https://notes.example.com/client.json",
    "https://notes.example.com/cli\tent.json",
    "https://127.0.0.1/client.json",
    "https://2130706433/client.json",
    "https://[::1]/client.json",
    "https://10.0.0.1/client.json",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/client.json",
    "https://metadata.google.internal/client.json",
    "https://intranet/client.json",
    "ftp://notes.example.com/client.json",
    `https://notes.example.com/${"a".repeat(500)}`,
  ])("%s", async (address) => {
    const before = called.length;
    const never = () => Promise.reject(new Error("nobody should be asked"));
    expect(await read(address, production(), never)).toBeNull();
    expect(called.length).toBe(before);
  });
});

describe("how long a document is good", () => {
  const answering = (cacheControl: string | null) => (document: Json) =>
    Response.json(document, cacheControl === null ? {} : { headers: { "cache-control": cacheControl } });

  it.each<[string | null, number]>([
    [null, limits.clientDocumentUsualMs],
    ["max-age=600", 600_000],
    ["public, max-age=600, must-revalidate", 600_000],
    ["max-age=1", limits.clientDocumentShortestMs],
    ["no-store", limits.clientDocumentShortestMs],
    ["no-cache, max-age=600", limits.clientDocumentShortestMs],
    ["max-age=31536000", limits.clientDocumentLongestMs],
    ["max-age=many", limits.clientDocumentUsualMs],
  ])("%s: as long as it says, within bounds", async (cacheControl, freshMs) => {
    const { address, fetches } = standUpClient({}, answering(cacheControl));
    const start = Date.now();
    const at = (ms: number): RealmContext => ({ ...context, clock: { now: () => start + ms } });
    await read(address, at(0));
    await read(address, at(freshMs - 1));
    expect(fetches()).toBe(1);
    await read(address, at(freshMs + 1));
    expect(fetches()).toBe(2);
  });

  it("while its host does not answer, the last good one holds, for a day; one that was taken back does not", async () => {
    let answer = (document: Json): Response => Response.json(document);
    const { address } = standUpClient({}, (document) => answer(document));
    const start = Date.now();
    const at = (ms: number): RealmContext => ({ ...context, clock: { now: () => start + ms } });
    expect(await read(address, at(0))).not.toBeNull();
    answer = () => Response.json({}, { status: 503 });
    expect(await read(address, at(3_600_000))).not.toBeNull();
    expect(await read(address, at(limits.clientDocumentStaleMs + 1))).toBeNull();
    answer = (document) => Response.json(document);
    expect(await read(address, at(2 * limits.clientDocumentStaleMs))).not.toBeNull();
    answer = () => Response.json({}, { status: 404 });
    expect(await read(address, at(2 * limits.clientDocumentStaleMs + 3_600_000))).toBeNull();
  });

  it("RL-01 whoever uses up what may be fetched shuts out no client that is known", async () => {
    const { address } = standUpClient();
    const start = Date.now();
    const at = (ms: number): RealmContext => ({ ...context, clock: { now: () => start + ms } });
    const usedUp = () => Promise.reject(new Problem("rate-limited", { retryAfterSeconds: 60 }));
    await expect(read(address, at(0), usedUp)).rejects.toThrow(Problem);
    expect(await read(address, at(0))).not.toBeNull();
    expect(await read(address, at(3_600_000), usedUp)).toMatchObject({ clientId: address });
  });

  it("RL-01 what strangers make us fetch is counted, per address and realm", async () => {
    for (const limit of ["client_documents_per_address_per_minute", "client_documents_per_realm_per_minute"]) {
      const counting = await makeRealm({
        client_id_metadata_documents: "on",
        rate_limits: { ...unlimited, [limit]: 10 },
      });
      const before = called.length;
      const statuses: number[] = [];
      // One more than two minutes allow: the minute may end in between.
      for (let time = 0; time < 21; time++) statuses.push((await authorize(counting, standUpClient().client)).status);
      const refused = statuses.filter((status) => status === 429).length;
      expect(refused).toBeGreaterThan(0);
      expect(called.length - before).toBe(21 - refused);
    }
  });
});
