// @ts-check

export const shells = ["bash", "zsh", "fish"];

/**
 * A command, its options and what may follow it, as completion needs them.
 * @typedef {{ path: string[], options: { flag: string, about: string, choices: string[] }[], next: { name: string, about: string }[] }} Place
 */

/**
 * The script that makes a shell complete the commands. It is complete in itself: no key pressed starts a process.
 * @param {import("commander").Command} root
 * @param {string} shell
 * @returns {string}
 */
export function completionScript(root, shell) {
  const places = placesOf(root, []);
  if (shell === "fish") return fish(places);
  return shell === "zsh" ? `autoload -U +X bashcompinit && bashcompinit\n${bash(places)}` : bash(places);
}

/**
 * @param {import("commander").Command} command
 * @param {string[]} path
 * @returns {Place[]}
 */
function placesOf(command, path) {
  const options = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ long, description, argChoices }) => ({ flag: long ?? "", about: description, choices: argChoices ?? [] }));
  const next = command.commands.map((one) => ({ name: one.name(), about: one.description() }));
  return [
    { path, options, next },
    ...command.commands.flatMap((one) =>
      [one.name(), ...one.aliases()].flatMap((name) => placesOf(one, [...path, name])),
    ),
  ];
}

/** @param {Place[]} places */
function bash(places) {
  const cases = places.map(({ path, options, next }) => {
    const words = [...next.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(" ");
    return `    "${path.join(" ")}") words="${words}" ;;`;
  });
  const choices = places.flatMap(({ path, options }) =>
    options
      .filter((option) => option.choices.length > 0)
      .map((option) => `    "${path.join(" ")} ${option.flag}") words="${option.choices.join(" ")}" ;;`),
  );
  return `# gatehouse completion for bash: eval "$(gatehouse completion bash)"
_gatehouse() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place="" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ "$word" == -* || $(wc -w <<< "$place") -ge 2 ]] || place="\${place:+$place }$word"
  done
  case "$place" in
${cases.join("\n")}
  esac
  case "$place $previous" in
${choices.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _gatehouse gatehouse
`;
}

/** @param {Place[]} places */
function fish(places) {
  const lines = places.flatMap(({ path, options, next }) => {
    const [noun, verb] = path;
    const here =
      noun === undefined
        ? "__fish_use_subcommand"
        : verb === undefined
          ? `__fish_seen_subcommand_from ${noun}; and not __fish_seen_subcommand_from ${next.map(({ name }) => name).join(" ")}`
          : `__fish_seen_subcommand_from ${noun}; and __fish_seen_subcommand_from ${verb}`;
    return [
      ...next.map(({ name, about }) => `complete -c gatehouse -f -n '${here}' -a ${name} -d ${quoted(about)}`),
      ...options.map(({ flag, about, choices }) => {
        const values = choices.length === 0 ? "" : ` -x -a ${quoted(choices.join(" "))}`;
        return `complete -c gatehouse -n '${noun === undefined ? "true" : here}' -l ${flag.slice(2)}${values} -d ${quoted(about)}`;
      }),
    ];
  });
  return `# gatehouse completion for fish: gatehouse completion fish | source\n${lines.join("\n")}\n`;
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
