import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";
import type { TestProject } from "vitest/node";

const wanted = 64;
const folder = join(import.meta.dirname, "../../../node_modules/.cache/gatehouse");
const file = join(folder, "rsa-keys.json");

/** RSA keys for the realms of the tests in workerd: making one takes longer than most tests. No realm of a file gets another's. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide("rsaKeys", (await stored()) ?? (await make()));
}

async function stored(): Promise<string[] | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  const keys = text === null ? [] : (JSON.parse(text) as string[]);
  return keys.length >= wanted ? keys : null;
}

async function make(): Promise<string[]> {
  const keys = await Promise.all(Array.from({ length: wanted }, makeKey));
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(keys));
  return keys;
}

/** A private JWK with its thumbprint as `kid`, as JSON. */
async function makeKey(): Promise<string> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true, modulusLength: 2048 });
  const jwk: JWK = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
}
