/** What the reference page reads of an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1). */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description?: string | undefined; summary?: string | undefined };
  servers?: readonly { url: string; description?: string | undefined }[] | undefined;
  tags?: readonly { name: string; description?: string | undefined }[] | undefined;
  paths?: Readonly<Record<string, PathItem>> | undefined;
  security?: readonly SecurityRequirement[] | undefined;
  components?: Components | undefined;
}

export interface Components {
  schemas?: Readonly<Record<string, Schema>> | undefined;
  parameters?: Readonly<Record<string, Parameter>> | undefined;
  requestBodies?: Readonly<Record<string, RequestBody>> | undefined;
  responses?: Readonly<Record<string, Answer>> | undefined;
  headers?: Readonly<Record<string, Header>> | undefined;
  securitySchemes?: Readonly<Record<string, SecurityScheme>> | undefined;
}

/** A thing, or the place in `components` where it stands. */
interface Referable {
  $ref?: string | undefined;
  description?: string | undefined;
}

export interface PathItem {
  parameters?: readonly Parameter[] | undefined;
  get?: Operation | undefined;
  post?: Operation | undefined;
  put?: Operation | undefined;
  patch?: Operation | undefined;
  delete?: Operation | undefined;
  head?: Operation | undefined;
  options?: Operation | undefined;
}

export interface Operation {
  operationId?: string | undefined;
  summary?: string | undefined;
  description?: string | undefined;
  tags?: readonly string[] | undefined;
  deprecated?: boolean | undefined;
  parameters?: readonly Parameter[] | undefined;
  requestBody?: RequestBody | undefined;
  responses?: Readonly<Record<string, Answer>> | undefined;
  security?: readonly SecurityRequirement[] | undefined;
}

export interface Parameter extends Referable {
  name?: string | undefined;
  in?: string | undefined;
  required?: boolean | undefined;
  deprecated?: boolean | undefined;
  schema?: Schema | undefined;
}

export interface RequestBody extends Referable {
  required?: boolean | undefined;
  content?: Readonly<Record<string, MediaType>> | undefined;
}

/** A response object of OpenAPI; so named because `Response` is taken. */
export interface Answer extends Referable {
  headers?: Readonly<Record<string, Header>> | undefined;
  content?: Readonly<Record<string, MediaType>> | undefined;
}

export interface Header extends Referable {
  required?: boolean | undefined;
  schema?: Schema | undefined;
}

export interface MediaType extends Referable {
  schema?: Schema | undefined;
  example?: unknown;
}

export interface SecurityScheme extends Referable {
  type?: string | undefined;
}

export type SecurityRequirement = Readonly<Record<string, readonly string[] | undefined>>;

export interface SchemaObject extends Referable {
  title?: string | undefined;
  type?: string | readonly string[] | undefined;
  format?: string | undefined;
  properties?: Readonly<Record<string, Schema>> | undefined;
  required?: readonly string[] | undefined;
  additionalProperties?: Schema | undefined;
  items?: Schema | undefined;
  enum?: readonly unknown[] | undefined;
  const?: unknown;
  default?: unknown;
  example?: unknown;
  examples?: unknown;
  pattern?: string | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  exclusiveMinimum?: number | boolean | undefined;
  exclusiveMaximum?: number | boolean | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  oneOf?: readonly Schema[] | undefined;
  anyOf?: readonly Schema[] | undefined;
  allOf?: readonly Schema[] | undefined;
  deprecated?: boolean | undefined;
  readOnly?: boolean | undefined;
  writeOnly?: boolean | undefined;
}

/** `true` and `{}` allow anything, `false` nothing. */
export type Schema = SchemaObject | boolean;
