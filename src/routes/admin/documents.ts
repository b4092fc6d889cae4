import type { EndpointDocument } from "../../http/endpoint-document.ts";

export const adminDocuments: readonly EndpointDocument[] = [];
