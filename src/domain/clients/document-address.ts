/** Whether a client_id is the address of a document that describes the client. Registered ones have no colon. */
export const isDocumentAddress = (clientId: string): boolean => /^https?:\/\//.test(clientId);
