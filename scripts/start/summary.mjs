// @ts-check
import { starter } from "./starter-realm.mjs";

/**
 * The block at the end of a start: where everything is and how to sign in.
 * @param {object} started
 * @param {"http" | "https"} started.scheme
 * @param {number} started.port
 * @param {import("./dev-vars.mjs").DevVars} started.vars
 * @param {string} [started.partnerUrl]
 */
export function summary({ scheme, port, vars, partnerUrl }) {
  /** @param {string} host */
  const at = (host) => `${scheme}://${host}:${port}`;
  const auth = at(starter.authDomain);
  const otherDomains = starter.domains.filter((domain) => domain !== starter.authDomain);
  const rows = [
    ["Sign-in domain (issuer)", auth],
    ...otherDomains.map((domain) => ["Other domain of the realm", at(domain)]),
    ...(partnerUrl === undefined ? [] : [["Demo partner application", partnerUrl]]),
    [],
    ["Operators' console", `${auth}/console`],
    ["API reference", `${auth}/docs`],
    ["Mails and text messages", `${auth}/dev/mailbox`],
    [],
    ["Reader", `${starter.reader}  ${vars.STARTER_PASSWORD_READER}`],
    ["Admin (sysadmin)", `${starter.admin}   ${vars.STARTER_PASSWORD_ADMIN}`],
    ["ADMIN_TOKEN", vars.ADMIN_TOKEN],
    [],
    ["Command line", `npm run gatehouse -- --help`],
    ["Stop", "Ctrl-C"],
  ];
  const width = Math.max(...rows.map(([label = ""]) => label.length));
  const lines = rows.map(([label = "", value = ""]) => `  ${label.padEnd(width)}  ${value}`.trimEnd());
  const notice =
    scheme === "https" ? "\n  The certificate is self-signed; the browser will ask once for each domain.\n" : "";
  return `\nGatehouse is running.\n\n${lines.join("\n")}\n${notice}`;
}
