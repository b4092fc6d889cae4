/** What index.ts reads when the first of it is asked for. */
export { command } from "./command.tsx";
export { deleteConnection, getConnections } from "./connections.ts";
export { submitKey } from "./key.tsx";
export { connectionsPage, submitDisconnect } from "./page.tsx";
