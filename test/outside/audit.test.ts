import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { canonical, verifyExport } from "../../scripts/cli/verify-audit.mjs";

interface Entry {
  event: Record<string, unknown>;
  hash: string;
  seq: number;
}

function made(count: number): { lines: [{ chain: Record<string, unknown> }, ...Entry[]]; text(): string } {
  const entries: Entry[] = [];
  let hash = "";
  for (let seq = 1; seq <= count; seq++) {
    const event = { type: "user.signed_in", user: String(seq), id: `aud_${seq}` };
    hash = createHash("sha256")
      .update(`r1\n${seq}\n${hash}\n${canonical(event)}`)
      .digest("base64url");
    entries.push({ event, hash, seq });
  }
  const chain = { realm: "r1", anchor: { seq: 0, hash: "" }, head: { seq: count, hash }, complete: true };
  return {
    lines: [{ chain }, ...entries],
    text() {
      return this.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    },
  };
}

describe("AU-06 gatehouse audit verify", () => {
  it("accepts a chain that is whole, and one that passes through a head it has seen", () => {
    const whole = made(5);
    const third = whole.lines[3] as Entry;
    expect(verifyExport(whole.text())).toMatchObject({ ok: true, count: 5, head: { seq: 5 } });
    expect(verifyExport(whole.text(), { seq: 3, hash: third.hash })).toMatchObject({ ok: true });
  });

  it.each<[string, (lines: ReturnType<typeof made>["lines"]) => void, number]>([
    ["a changed event", (lines) => Object.assign((lines[3] as Entry).event, { user: "other" }), 3],
    ["a missing event", (lines) => void lines.splice(3, 1), 3],
    ["two that changed places", (lines) => void lines.splice(3, 2, lines[4] as Entry, lines[3] as Entry), 3],
    ["a missing end", (lines) => void lines.splice(5, 1), 5],
    ["an export with filters", (lines) => Object.assign(lines[0].chain, { complete: false }), 0],
  ])("names the first link that is broken: %s", (_, tamper, at) => {
    const tampered = made(5);
    tamper(tampered.lines);
    expect(verifyExport(tampered.text())).toMatchObject({ ok: false, at });
  });

  it("notices a chain that was made anew", () => {
    expect(verifyExport(made(5).text(), { seq: 3, hash: "another" })).toMatchObject({ ok: false, at: 3 });
    expect(verifyExport("nonsense")).toMatchObject({ ok: false, at: 0 });
  });
});
