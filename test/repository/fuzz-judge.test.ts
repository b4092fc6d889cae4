import { describe, expect, it } from "vitest";
import { Answer } from "../../bench/lib/connection.mjs";
import { Canaries } from "../../scripts/fuzz/canaries.mjs";
import { faultIn } from "../../scripts/fuzz/judge.mjs";
import { judgeMemory } from "../../scripts/fuzz/report.mjs";

const canaries = new Canaries();
canaries.plant("the client's secret", "gs_0123456789abcdef");
const safe = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-type": "application/json",
};
const refusal = {
  ...safe,
  "cache-control": "no-store",
  "x-error-code": "not-found",
  "x-request-id": "0123456789abcdef",
};

function faultOf(status: number, headers: Record<string, string>, body = "{}"): string | null {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return faultIn(new Answer(status, `HTTP/1.1 ${status} X\r\n${lines.join("")}`, body), canaries);
}

describe("the judge of the fuzzer", () => {
  it("FZ-01 finds nothing in answers as they should be", () => {
    expect([faultOf(200, safe), faultOf(404, refusal)]).toEqual([null, null]);
  });

  it.each<[string, string | null, RegExp]>([
    ["a secret in a body", faultOf(200, safe, '{"client_secret":"gs_0123456789abcdef"}'), /shows the client's secret/],
    [
      "a secret in a header",
      faultOf(302, { ...safe, location: "/?s=gs_0123456789abcdef" }),
      /shows the client's secret/,
    ],
    ["a fault", faultOf(500, refusal), /status 500/],
    ["a stack", faultOf(400, refusal, "at run (x)"), /stack/],
    ["a driver's words", faultOf(400, refusal, "SQLITE_CONSTRAINT"), /stack/],
    ["a refusal without a code", faultOf(404, { ...refusal, "x-error-code": "" }), /x-error-code/],
    ["a refusal that may be kept", faultOf(404, { ...refusal, "cache-control": "public" }), /cache-control/],
    ["an injected header", faultOf(200, { ...safe, "x-gh-mark": "1" }), /injected/],
    [
      "a page without a policy",
      faultOf(200, { ...safe, "content-type": "text/html" }, "<p>"),
      /content-security-policy/,
    ],
  ])("FZ-01 MR-07 AU-02 finds %s", (_, fault, expected) => {
    expect(fault).toMatch(expected);
  });

  it("MR-07 plants no secret that could be anywhere by chance", () => {
    expect(() => canaries.plant("a short one", "1234567")).toThrow("is no secret");
    expect(() => canaries.plant("none", undefined as never)).toThrow("is no secret");
  });

  it("RE-10 judges the heap of a run that was long enough", () => {
    const samples = (mib: (at: number) => number, everySeconds = 15) =>
      Array.from({ length: 40 }, (_, at) => ({ seconds: at * everySeconds, mib: mib(at) }));
    const resident = samples((at) => 300 + at * 10);
    expect(
      judgeMemory(
        resident,
        samples(() => 14),
      ),
    ).toMatchObject({ isJudged: true, isFlat: true, early: 14, late: 14 });
    expect(
      judgeMemory(
        resident,
        samples((at) => 14 + at),
      ),
    ).toMatchObject({ isJudged: true, isFlat: false });
    expect(
      judgeMemory(
        resident,
        samples((at) => 14 + at, 1),
      ),
    ).toMatchObject({ isJudged: false, isFlat: true });
  });
});
