// PrintPixie, a shop that prints photos: people connect the drives they keep them on, choose one, and it is printed from the original.
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
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

const drives = PROVIDERS.split(",");
const shop = vault({ gatehouse: GATEHOUSE, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET });

/** A shop has accounts of its own; this one has a single customer. */
const customer = USER_ID;

async function photosOn(drive) {
  try {
    const { photos } = await shop.run("GetListOfPhotos", customer, drive);
    return { drive, photos };
  } catch (error) {
    if (error.row?.code === "INVALID_OAUTHID")
      return { drive, connect: shop.connectLink(drive, customer, `${BASE_URL}/`) };
    return { drive, trouble: error.row?.code ?? "unreachable" };
  }
}

const text = (value) => String(value).replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function section({ drive, photos, connect, trouble }) {
  if (connect)
    return `<h2>${text(drive)}</h2><p><a id="connect-${text(drive)}" href="${text(connect)}">Connect ${text(drive)}</a></p>`;
  if (trouble) return `<h2>${text(drive)}</h2><p>Your photos cannot be shown for the moment (${text(trouble)}).</p>`;
  const items = photos.map(
    ({ id, name }) => `<li><a class="photo" href="/photo?${new URLSearchParams({ drive, id })}">${text(name)}</a></li>`,
  );
  return `<h2>${text(drive)}</h2><ul id="photos-${text(drive)}">${items.join("")}</ul>`;
}

async function page() {
  const sections = await Promise.all(drives.map(photosOn));
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>PrintPixie</title><h1>Choose a photo to print</h1>${sections.map(section).join("")}</html>`;
}

/** The original, on its way to the printer: it is never whole in memory. */
async function sendPhoto(query, response) {
  const drive = drives.find((each) => each === query.get("drive"));
  const answer = await shop.stream("GetPhoto", customer, drive ?? drives[0], { id: query.get("id") ?? "" });
  const passed = ["content-type", "content-length", "etag"].flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  response.writeHead(
    answer.status,
    Object.fromEntries([...passed, ["content-disposition", "attachment"], ["x-content-type-options", "nosniff"]]),
  );
  if (answer.body === null) return response.end();
  await pipeline(Readable.fromWeb(answer.body), response);
}

await shop.writeMappings(MAPPINGS);
createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", BASE_URL);
  try {
    if (pathname === "/photo") return await sendPhoto(searchParams, response);
    response.writeHead(pathname === "/" ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(pathname === "/" ? await page() : "There is nothing here.");
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log(`PrintPixie: ${BASE_URL}`));
