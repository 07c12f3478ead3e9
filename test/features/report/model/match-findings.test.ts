import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Matchable, matchFindings } from "../../../../src/features/report/model/match-findings.ts";

const finding = (file: string, line: number, message = "Line too long", rule = "E501"): Matchable => ({
  tool: "ruff",
  rule,
  file,
  line,
  message,
});

describe("matchFindings", () => {
  it("matches findings that moved, and those whose message quotes changed values", () => {
    const before = [finding("a.py", 3), finding("a.py", 9, "88 > 80")];
    const after = [finding("a.py", 5), finding("a.py", 12, "91 > 80")];
    expect(matchFindings(before, after)).toEqual({ added: [], fixed: [], unchanged: 2 });
  });

  it("pairs the closest findings first, so the added one is reported as new", () => {
    const [first, second] = [finding("a.py", 3), finding("a.py", 40)];
    const added = finding("a.py", 20, "a new one");
    expect(matchFindings([first, second], [first, added, second]).added).toEqual([added]);
  });

  it("matches file names in composed and decomposed Unicode", () => {
    const [composed, decomposed] = ["src/caf\u00e9.ts", "src/cafe\u0301.ts"].map((file) => ({
      tool: "biome",
      rule: "r",
      file,
      line: 1,
      message: file,
    }));
    const toList = (one: typeof composed) => (one === undefined ? [] : [one]);
    expect(matchFindings(toList(composed), toList(decomposed))).toEqual({ added: [], fixed: [], unchanged: 1 });
  });

  it("distinguishes rules, files and tools", () => {
    const before = [finding("a.py", 1)];
    const after = [finding("b.py", 1), finding("a.py", 1, "Line too long", "W291"), { ...finding("a.py", 1), tool: "pylint" }];
    expect(matchFindings(before, after)).toEqual({ added: after, fixed: before, unchanged: 0 });
  });

  it("counts every finding of either run once", () => {
    const anyFinding = fc.record({
      tool: fc.constantFrom("a", "b"),
      rule: fc.constantFrom("x", "__proto__"),
      file: fc.constantFrom("1", "2"),
      line: fc.integer({ min: 1, max: 3 }),
      message: fc.constantFrom("m", "n"),
    });
    fc.assert(
      fc.property(fc.array(anyFinding), fc.array(anyFinding), (before, after) => {
        const { added, fixed, unchanged } = matchFindings(before, after);
        expect(added.length + unchanged).toBe(after.length);
        expect(fixed.length + unchanged).toBe(before.length);
        expect(matchFindings(after, before).unchanged).toBe(unchanged);
        const kind = ({ tool, rule, file }: Matchable) => `${tool} ${rule} ${file}`;
        expect(added.filter((a) => fixed.some((f) => kind(f) === kind(a)))).toEqual([]);
      }),
    );
  });
});
