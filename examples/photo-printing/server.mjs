// PrintPixie on a port of its own.
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { photoShop } from "./shop.mjs";
import { vault } from "./vault.mjs";

const {
  GATEHOUSE = "",
  CLIENT_ID = "",
  CLIENT_SECRET = "",
  USER_ID = "",
  PROVIDERS = "google,dropbox",
  PORT = "8790",
  BASE_URL = `http://localhost:${PORT}`,
  MAPPINGS = fileURLToPath(new URL("./mappings.json", import.meta.url)),
} = process.env;

const gatehouse = vault({ gatehouse: GATEHOUSE, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });
await gatehouse.writeMappings(MAPPINGS);
const shop = photoShop({ vault: gatehouse, drives: PROVIDERS.split(","), customer: USER_ID, baseUrl: BASE_URL });
createServer(shop).listen(Number(PORT), "127.0.0.1", () => console.log(`PrintPixie: ${BASE_URL}`));
