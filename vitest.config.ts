import { cloudflareTest } from "@cloudflare/vitest-plugin";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Need a runtime that nobody has used. Every file in here costs about three seconds more. */
const alone = ["test/credentials/password-hash-memory.test.ts"];

const onDisk = "test/repository/*.test.ts";

/**
 * Reads what `lazily` leaves for later with the rest. workerd has every part of a bundle at hand; the loader of the tests asks vite for one
 * with each `import()`, and of several requests that wait for the same answer workerd ends all but the first as hung.
 */
const partsAtOnce = (): Plugin => ({
  name: "parts-at-once",
  enforce: "pre",
  transform(code, id) {
    if (!/\/src\/.*\.tsx?$/.test(id)) return undefined;
    const imports: string[] = [];
    const ahead = (_: string, before: string, from: string): string => {
      imports.push(`import * as part${imports.length} from ${from};`);
      return `${before}Promise.resolve(part${imports.length - 1})`;
    };
    const parts = code.replaceAll(/^(?! \*)(.*)(?<!typeof )\bimport\(("[^"]+")\)/gm, ahead);
    return imports.length === 0 ? undefined : { code: `${imports.join("\n")}\n${parts}`, map: null };
  },
});

/** A Worker with the real D1, KV, objects and queues. */
const worker = () =>
  cloudflareTest({
    main: "./src/index.ts",
    wrangler: { configPath: "./wrangler.toml" },
    miniflare: {
      bindings: {
        ENVIRONMENT: "development",
        DEV_SCHEME: "https",
        DEV_PORT: "",
        ADMIN_TOKEN: "test-admin-token-0123456789abcdef0123456789",
        KEY_ENCRYPTION_KEYS: "t1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        // Objects start anew before each request that comes alone (docs/single-use.md).
        ...(process.env.EVICT_OBJECTS ? { EVICT_OBJECTS: "1" } : {}),
      },
      // A second shard: test/realms/shards.test.ts has realms there.
      d1Databases: { DB_1: "shard-1" },
      // As in wrangler.toml, but a message is not kept for a second in case that more come.
      queueConsumers: {
        "gatehouse-jobs": {
          maxBatchSize: 10,
          maxBatchTimeout: 0.05,
          maxRetries: 10,
          retryDelay: 5,
          deadLetterQueue: "gatehouse-jobs-dead",
        },
        "gatehouse-audit": {
          maxBatchSize: 100,
          maxBatchTimeout: 0.05,
          maxRetries: 100,
          retryDelay: 5,
          deadLetterQueue: "gatehouse-audit-dead",
        },
      },
    },
  });

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        // Rules, stores, HTTP: inside workerd. The files share a runtime and the modules in it; fresh-start.ts empties it after each.
        plugins: [partsAtOnce(), worker()],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: ["test/outside/**", "test/conformance/**", onDisk, ...alone],
          globalSetup: ["test/outside/support/rsa-keys.ts"],
          setupFiles: ["test/support/fresh-start.ts"],
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        // The same in a runtime for each file.
        plugins: [partsAtOnce(), worker()],
        test: { name: "workerd-alone", include: alone, testTimeout: 60_000 },
      },
      {
        // Files of the repository as they lie on disk.
        test: { name: "repository", include: [onDisk] },
      },
      {
        // The product as its users meet it: started by its one command, spoken to over sockets.
        test: {
          name: "outside",
          include: ["test/outside/**/*.test.ts"],
          globalSetup: ["test/outside/support/global-setup.ts"],
          setupFiles: ["test/outside/support/log-of-failures.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        // The OpenID Foundation's plans, against a running server (docs/conformance.md).
        test: {
          name: "conformance",
          include: ["test/conformance/**/*.test.ts"],
          globalSetup: ["test/conformance/support/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
