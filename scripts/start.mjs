// @ts-check
// The one command. This file must parse on any Node that knows ESM, so that an old one gets a sentence, not a stack.
const [major = 0] = process.versions.node.split(".").map(Number);

if (major < 20) {
  console.error(`Gatehouse needs Node 20 or newer; this is Node ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  const { main } = await import("./start/main.mjs");
  process.exitCode = await main(process.argv.slice(2));
}
