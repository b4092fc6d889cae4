// Preloaded (`node --import`): names of this machine resolve here, as they do in browsers. The clients themselves stay as published.
import dns from "node:dns";
import { isLocalName } from "../../../scripts/local-fetch.mjs";

const { lookup } = dns;

dns.lookup = (hostname, options, callback) => {
  if (!isLocalName(hostname)) return lookup(hostname, options, callback);
  const answer = typeof options === "function" ? options : callback;
  if (options?.all === true) answer(null, [{ address: "127.0.0.1", family: 4 }]);
  else answer(null, "127.0.0.1", 4);
};
