/** A description: paragraphs, lists of `- ` lines and `code` in backticks, which is all of Markdown that it knows. */
export function Prose({ text }: { text: string | undefined }) {
  if (!text) return null;
  return (
    <div class="prose">
      {text
        .trim()
        .split(/\n\s*\n/)
        .map((block) => (
          <Block lines={block.split("\n")} />
        ))}
    </div>
  );
}

function Block({ lines }: { lines: readonly string[] }) {
  const isItem = (line: string) => /^\s*[-*] /.test(line);
  if (!lines.every(isItem)) {
    return (
      <p>
        <Inline text={lines.join(" ")} />
      </p>
    );
  }
  return (
    <ul>
      {lines.map((line) => (
        <li>
          <Inline text={line.replace(/^\s*[-*] /, "")} />
        </li>
      ))}
    </ul>
  );
}

/** One line of prose. */
export function Inline({ text }: { text: string }) {
  const parts = text.split(/`([^`]+)`/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</>;
}
