/** What index.ts reads when the first of it is asked for. */
export { accounts, assertion, clientMetadata, config, disconnect, webIdentity } from "./fedcm.ts";
export { frame } from "./frame.tsx";
export { live } from "./live.ts";
export { embedScript } from "./script.ts";
export { embedSession } from "./session.ts";
export { signedIn, signInForFrame } from "./signed-in.tsx";
