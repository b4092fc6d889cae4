declare namespace Cloudflare {
  interface Env extends Omit<import("../../src/config/env.ts").Bindings, never> {
    readonly EVICT_OBJECTS?: string;
  }
  interface GlobalProps {
    mainModule: typeof import("../../src/index.ts");
  }
}
