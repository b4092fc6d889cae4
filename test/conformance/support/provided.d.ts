import "vitest";

declare module "vitest" {
  interface ProvidedContext {
    conformanceTarget: "gatehouse" | "oidc-provider";
    /** Of Gatehouse: `https://127.0.0.1:<port>`. Empty for the other target. */
    conformanceBaseUrl: string;
    conformanceAdminToken: string;
  }
}
