import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        // Rules, stores, HTTP: inside workerd with the real D1, KV, objects and queues.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ENVIRONMENT: "development",
                DEV_SCHEME: "https",
                DEV_PORT: "",
                ADMIN_TOKEN: "test-admin-token-0123456789abcdef0123456789",
                KEY_ENCRYPTION_KEYS: "t1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
              },
            },
          }),
        ],
        test: {
          name: "workerd",
          include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
          exclude: [
            "test/outside/**",
            "test/conformance/**",
            "test/architecture.test.ts",
            "test/mutants.test.ts",
            "test/maps.test.ts",
          ],
          globalSetup: ["test/outside/support/rsa-keys.ts"],
          testTimeout: 20_000,
        },
      },
      {
        // Files of the repository as they lie on disk.
        test: {
          name: "repository",
          include: ["test/architecture.test.ts", "test/mutants.test.ts", "test/maps.test.ts"],
        },
      },
      {
        // The product as its users meet it: started by its one command, spoken to over sockets.
        test: {
          name: "outside",
          include: ["test/outside/**/*.test.ts"],
          globalSetup: ["test/outside/support/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
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
