import { describeApi } from "./describe-api.ts";

/**
 * The OpenAPI document as JSON. The build evaluates this module and puts the text in its place (scripts/build/open-api-text.mjs), so that
 * neither the generator nor what only it needs is part of the Worker.
 */
export const openApiText: string = JSON.stringify(describeApi());
