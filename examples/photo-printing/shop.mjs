// PrintPixie, a shop that prints photos: people connect the drives they keep them on, choose one, and it is printed from the original.
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * @param {{ vault: ReturnType<typeof import("./vault.mjs").vault>, drives: string[], customer: string, baseUrl: string }} options
 *   `customer`: a shop has accounts of its own; this one has a single customer
 * @returns {import("node:http").RequestListener}
 */
export function photoShop({ vault, drives, customer, baseUrl }) {
  async function photosOn(drive) {
    try {
      const { photos } = await vault.run("GetListOfPhotos", customer, drive);
      return { drive, photos };
    } catch (error) {
      if (error.row?.code === "INVALID_OAUTHID")
        return { drive, connect: vault.connectLink(drive, customer, `${baseUrl}/`) };
      return { drive, trouble: error.row?.code ?? "unreachable" };
    }
  }

  const page = async () =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>PrintPixie</title><h1>Choose a photo to print</h1>${(await Promise.all(drives.map(photosOn))).map(section).join("")}</html>`;

  /** The original, on its way to the printer: it is never whole in memory. */
  async function sendPhoto(query, response) {
    const drive = drives.find((each) => each === query.get("drive")) ?? drives[0];
    const answer = await vault.stream("GetPhoto", customer, drive, { id: query.get("id") ?? "" });
    const passed = ["content-type", "content-length", "etag"].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    const asFile = { "content-disposition": "attachment", "x-content-type-options": "nosniff" };
    response.writeHead(answer.status, { ...Object.fromEntries(passed), ...asFile });
    if (answer.body === null) return response.end();
    await pipeline(Readable.fromWeb(answer.body), response);
  }

  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", baseUrl);
    try {
      if (pathname === "/photo") return await sendPhoto(searchParams, response);
      response.writeHead(pathname === "/" ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
      response.end(pathname === "/" ? await page() : "There is nothing here.");
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(502);
      response.end();
    }
  };
}

const text = (value) => String(value).replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function section({ drive, photos, connect, trouble }) {
  const name = text(drive);
  if (connect) return `<h2>${name}</h2><p><a id="connect-${name}" href="${text(connect)}">Connect ${name}</a></p>`;
  if (trouble) return `<h2>${name}</h2><p>Your photos cannot be shown for the moment (${text(trouble)}).</p>`;
  const items = photos.map(
    (photo) =>
      `<li><a class="photo" href="/photo?${text(new URLSearchParams({ drive, id: photo.id }))}">${text(photo.name)}</a></li>`,
  );
  return `<h2>${name}</h2><ul id="photos-${name}">${items.join("")}</ul>`;
}
