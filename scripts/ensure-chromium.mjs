// @ts-check
// The browser tests drive a real Chromium. Where none is installed and Debian's packages can be had, this installs it, and with it the
// letters that two of the languages are written in: without them pictures show boxes, and tests measure those.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const found = () => places.find((place) => place !== undefined && existsSync(place));

/** @param {readonly string[]} packages */
function install(packages) {
  console.log(`trying apt-get install ${packages.join(" ")} …`);
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", ...packages]])
    spawnSync("apt-get", words, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}

/** 150 kB together. */
const fonts = ["fonts-lohit-beng-bengali", "fonts-lohit-deva"];

/** True also where nobody can tell. */
function hasLetters() {
  const languages = ["bn", "hi"].map((tag) => spawnSync("fc-list", [`:lang=${tag}`], { encoding: "utf8" }));
  return languages.every(({ error, stdout }) => error !== undefined || stdout.trim() !== "");
}

if (found() === undefined) install(["chromium", ...fonts]);
else if (process.getuid?.() === 0 && !hasLetters()) install(fonts);
if (found() === undefined) {
  console.error("The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  process.exit(1);
}
