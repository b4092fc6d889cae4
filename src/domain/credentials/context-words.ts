export interface PasswordContext {
  /** Fewest code points that the realm asks for. Values below 8 count as 8. */
  readonly minLength: number;
  readonly realmName: string;
  readonly hosts: readonly string[];
  readonly email?: string;
  readonly username?: string;
  readonly name?: string;
}

const shortestWord = 3;

/** Whether the whole password is a word that this realm or person suggests, alone or with digits or signs after it. */
export function isContextWord(password: string, context: PasswordContext): boolean {
  const bare = toBare(password);
  return contextWords(context).some((word) => bare.startsWith(word) && /^\d{0,8}$/.test(bare.slice(word.length)));
}

function contextWords({ realmName, hosts, email, username, name }: PasswordContext): string[] {
  const persons = [email, email?.split("@")[0], username, username?.split("@")[0], name, ...(name ?? "").split(/\s+/)];
  const places = [realmName, ...realmName.split(/\s+/), ...hosts.flatMap(hostWords)];
  return [...persons, ...places].map((word) => toBare(word ?? "")).filter((word) => word.length >= shortestWord);
}

/** A host without its port, and its labels but for the last, which says nothing of its owner. */
function hostWords(host: string): string[] {
  const hostname = host.replace(/:\d+$/, "");
  const labels = hostname.split(".");
  return [hostname, ...(labels.length > 1 ? labels.slice(0, -1) : labels)];
}

const toBare = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "");
