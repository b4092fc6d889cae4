import type * as z from "zod";

/** What the OpenAPI document says of one endpoint. The schemas are the ones that validate. */
export interface EndpointDocument {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As OpenAPI writes it: `/admin/v1/realms/{realm}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly pathParams?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: { readonly schema: z.ZodType; readonly type: "json" | "form"; readonly optional?: boolean };
  readonly responses: Readonly<Record<number, { readonly description: string; readonly schema?: z.ZodType }>>;
  /** What the caller shows. */
  readonly security: "none" | "session" | "bearer" | "client" | "api-key" | "operator";
}
