// @ts-check
// A service behind a gateway: it answers whom a request is for, and nobody whom it is not sure of.
import { createServer } from "node:http";
import { verifiedContext } from "./verified-context.mjs";

const { ISSUER = "", PORT = "3000", LISTEN_ADDRESS = "127.0.0.1" } = process.env;
const whoAsks = verifiedContext(ISSUER);

createServer(async (request, response) => {
  const asking = await whoAsks(request.headers.authorization, request.headers["x-user-context"]?.toString());
  response.writeHead(asking === null ? 401 : 200, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(asking === null ? { code: "access-token-invalid" } : asking.context));
}).listen(Number(PORT), LISTEN_ADDRESS);
