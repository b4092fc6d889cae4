// @ts-check
import { Argument, Command, Option } from "commander";
import { carryOut, originOf } from "./carry-out.mjs";
import { auditCommands } from "./commands/audit.mjs";
import { clientCommands } from "./commands/clients.mjs";
import { keyCommands } from "./commands/keys.mjs";
import { mappingCommands } from "./commands/mappings.mjs";
import { providerCommands } from "./commands/providers.mjs";
import { realmCommands } from "./commands/realms.mjs";
import { registrationTokenCommands } from "./commands/registration-tokens.mjs";
import { settingCommands } from "./commands/settings.mjs";
import { sourceCommands } from "./commands/sources.mjs";
import { statisticsCommands } from "./commands/statistics.mjs";
import { userCommands } from "./commands/users.mjs";
import { vaultCommands } from "./commands/vault.mjs";
import { webhookCommands } from "./commands/webhooks.mjs";

import { completionScript, shells } from "./completion.mjs";
import { examine } from "./doctor.mjs";
import { logIn, logOut } from "./login.mjs";

/**
 * What a command may use: its arguments and the body its options describe.
 * @typedef {object} Call
 * @property {import("../admin-api.mjs").AdminApi} api
 * @property {(name: string) => string} arg an argument; `realm` and `user` are resolved to path segments
 * @property {string[]} rest the last argument's values when it takes many
 * @property {Record<string, unknown>} body
 * @property {URLSearchParams} page `limit`, `cursor`, `q` and what else narrows a list
 * @property {Record<string, unknown>} options as commander read them
 * @property {URL} url the deployment's
 *
 * @typedef {import("../admin-api.mjs").Answer & { exitCode?: number, silent?: boolean }} Answer `silent`: all is said already
 *
 * @typedef {object} CommandSpec
 * @property {string} name as typed, `client create`
 * @property {string} summary
 * @property {string} args as commander reads them: `<realm> <client>`
 * @property {import("./fields.mjs").Field[]} [fields] options that become the body
 * @property {import("./fields.mjs").Field[]} [query] options that narrow a list
 * @property {Option[]} [options] options that are for the command itself
 * @property {string[]} [calls] the API's addresses, of a command that cannot be tried without a file
 * @property {{ member: string, columns: string[], paged?: boolean, searched?: boolean }} [list] the answer is a list
 * @property {(answer: import("../admin-api.mjs").JsonObject) => import("../admin-api.mjs").JsonObject} [pick] the part of the answer that a person wants to see
 * @property {string} [done] said instead of showing an answer
 * @property {string} [confirm] what is about to happen, asked before it does
 * @property {"password" | "client_secret" | "secret"} [secret] a member of the body that comes by stdin; a password may be generated
 * @property {(call: Call) => Promise<Answer>} run
 * @property {string[]} examples without the program's name
 */

/** @type {[string, string, CommandSpec[]][]} */
export const nouns = [
  ["realm", "tenants: users, clients, keys, settings and a list of domains", realmCommands.realm],
  ["domain", "host names of a realm", realmCommands.domain],
  ["publisher", "an editor realm and a frontend realm at once", realmCommands.publisher],
  ["client", "OAuth applications of a realm", clientCommands],
  ["registration-token", "tokens by which applications register themselves", registrationTokenCommands],
  ["user", "people of a realm", userCommands],
  ["provider", "upstream providers that people of a realm may sign in with", providerCommands],
  ["source", "main products that hand their signed-in users over", sourceCommands],
  ["vault", "calls over the connections of users", vaultCommands],
  ["mapping", "methods of applications over several providers of the token vault", mappingCommands],
  ["webhook", "addresses that hear of what happens in a realm", webhookCommands],
  ["key", "signing keys of a realm, and the keys that seal what is stored", keyCommands],
  ["audit", "what happened in a realm, and that nothing was taken out of it", auditCommands],
  ["statistics", "the numbers of each day", statisticsCommands],
  ["setting", "settings of a realm", settingCommands],
];

/**
 * Commands that are words by themselves.
 * @type {CommandSpec[]}
 */
export const alone = [
  {
    name: "doctor",
    summary: "examine the deployment: bindings, secrets, keys, webhooks, domains, clock; and say what to do",
    args: "",
    calls: ["GET /doctor", "GET /realms"],
    run: examine,
    examples: ["doctor", "doctor --json"],
  },
];

const program = "npm run gatehouse --";

/** @returns {Command} */
export function buildProgram() {
  const root = new Command("gatehouse")
    .description("Operates a running Gatehouse through its admin API.")
    .addOption(
      new Option("--url <url>", "any origin of the deployment").env("GATEHOUSE_URL").default("http://127.0.0.1:8787"),
    )
    .addOption(
      new Option("--token <token>", "operator token; on this machine .dev.vars is read when none is given").env(
        "ADMIN_TOKEN",
      ),
    )
    .option("--json", "print the API's answer as it is")
    .option("--dry-run", "change nothing: say what would be sent")
    .exitOverride()
    .addHelpText(
      "after",
      `\nExit codes: 1 the API refused, 2 wrong usage, 3 nothing answered, 4 some lines of an import were rejected.`,
    )
    .addHelpText(
      "after",
      `\nExamples:\n  ${program} realm list\n  ${program} user create daily jo@example.com --generate-password`,
    );
  for (const [noun, about, specs] of nouns) {
    const parent = root.command(noun).alias(`${noun}s`).description(about).helpCommand(false);
    for (const spec of specs) addCommand(parent, spec);
  }
  for (const spec of alone) addCommand(root, spec);
  root
    .command("login")
    .description("sign in as an administrator of a realm, in a browser, instead of with the operator token")
    .requiredOption(
      "--client <client_id>",
      "a first-party application of the realm with the device grant and scope roles",
    )
    .addHelpText("after", `\nExamples:\n  ${program} login --url https://auth.example.com --client 123456789`)
    .action(async (_, command) => {
      const { url, client } = command.optsWithGlobals();
      await logIn(originOf(url).origin, client);
      console.error("You are signed in.");
    });
  root
    .command("logout")
    .description("forget the sign-in at a deployment; its tokens stop working")
    .addHelpText("after", `\nExamples:\n  ${program} logout --url https://auth.example.com`)
    .action(async (_, command) => logOut(originOf(command.optsWithGlobals().url).origin));
  root
    .command("completion")
    .description("print the script that makes a shell complete these commands")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .addHelpText("after", `\nExamples:\n  eval "$(gatehouse completion bash)"\n  gatehouse completion fish | source`)
    .action((shell) => console.log(completionScript(root, shell)));
  return root;
}

/**
 * @param {Command} parent
 * @param {CommandSpec} spec
 */
function addCommand(parent, spec) {
  const command = parent.command(`${spec.name.split(" ").at(-1)} ${spec.args}`.trim()).description(spec.summary);
  for (const option of optionsOf(spec)) command.addOption(option);
  command.addHelpText("after", `\nExamples:\n${spec.examples.map((line) => `  ${program} ${line}`).join("\n")}`);
  command.action(async () => {
    const names = command.registeredArguments.map((argument) => argument.name());
    await carryOut(spec, {
      args: Object.fromEntries(names.map((name, index) => [name, command.processedArgs[index]])),
      options: command.optsWithGlobals(),
    });
  });
}

/** @param {CommandSpec} spec */
function optionsOf(spec) {
  const options = [...(spec.fields ?? []), ...(spec.query ?? [])].flatMap((field) => field.options);
  options.push(...(spec.options ?? []));
  if (spec.secret !== undefined)
    options.push(new Option(`--${spec.secret.replace("_", "-")}-stdin`, `read the ${spec.secret} from standard input`));
  if (spec.secret === "password")
    options.push(
      new Option("--generate-password", "make a random password and show it once").conflicts("passwordStdin"),
    );
  if (spec.list?.paged)
    options.push(
      new Option("--limit <n>", "entries per page"),
      new Option("--cursor <cursor>", "the page to continue with"),
    );
  if (spec.list?.searched) options.push(new Option("--q <text>", "how the address, username or name begins"));
  if (spec.confirm !== undefined) options.push(new Option("--yes", "do not ask"));
  return options;
}
