/** What index.ts reads when the first of it is asked for. */
export { call } from "./call.ts";
export { getOwnCalls } from "./calls.ts";
export { deleteMapping, getMappingOfPath, getMappings, putMapping } from "./mappings.ts";
export { method } from "./method.ts";
