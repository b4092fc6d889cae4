// @ts-check
// The browser tests drive a real Chromium. Where none is installed and Debian's packages can be had, this installs it.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const found = () => places.find((place) => place !== undefined && existsSync(place));

if (found() === undefined) {
  console.log("Chromium is not installed; trying apt-get install chromium …");
  for (const words of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]])
    spawnSync("apt-get", words, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
if (found() === undefined) {
  console.error("The browser tests need Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.");
  process.exit(1);
}
