// @ts-check
import { join } from "node:path";
import { rolldown } from "rolldown";

/** The module that the build evaluates and replaces by what it exports. */
export const openApiModule = "src/routes/meta/open-api-text.ts";

/**
 * The OpenAPI document as the sources describe it now. The schemas stand in the files that use them, so these are read too; what only workerd
 * has, none of them asks for before the first request.
 * @param {string} root absolute path of the repository
 * @returns {Promise<string>} JSON
 */
export async function makeOpenApiText(root) {
  const bundle = await rolldown({
    cwd: root,
    input: join(root, openApiModule),
    platform: "neutral",
    external: [/^node:/],
    resolve: { conditionNames: ["workerd", "worker", "browser", "import"], mainFields: ["module", "main"] },
    shimMissingExports: true,
    onLog: (level, log, handle) => {
      if (level !== "warn") handle(level, log);
    },
    plugins: [platformsOwn],
  });
  const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
  await bundle.close();
  const code = Buffer.from(output[0].code).toString("base64");
  const { openApiText } = await import(`data:text/javascript;base64,${code}`);
  return openApiText;
}

const nothing = "\0nothing";

/** @type {import("rolldown").Plugin} */
const platformsOwn = {
  name: "platforms-own",
  resolveId: (id) => (/^cloudflare:|^crypto$|\.wasm$/.test(id) ? nothing : null),
  load: (id) => (id === nothing ? "export {};" : null),
};
