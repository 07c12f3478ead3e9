import { describe, expect, it } from "vitest";
import { type Problem, problemsAsSarif } from "../../../src/extension/findings/problems-sarif.ts";
import { readOutput } from "../../../src/features/reviews/importers/tools/detect-format.ts";

const problem = (more: Partial<Problem> = {}): Problem => ({
  uri: "file:///home/dev/shop/src/a%20b.ts",
  line: 3,
  severity: "error",
  message: "Type 'string' is not assignable to type 'number'.",
  source: "ts",
  code: "2322",
  ...more,
});

describe("problems of the editor as SARIF", () => {
  it("are read as findings with tool, rule, severity, path and line", () => {
    const text = problemsAsSarif(
      [
        problem(),
        problem({ source: "eslint", code: "no-var", severity: "warning", line: 1 }),
        problem({ source: undefined, code: undefined, severity: "note" }),
      ],
      [],
    );
    const { format, findings, skipped } = readOutput(text, "problems");
    expect(format.id).toBe("sarif");
    expect(skipped).toEqual([]);
    expect(findings.map(({ tool, rule, severity, path, line }) => ({ tool, rule, severity, path, line }))).toEqual([
      { tool: "tsc", rule: "2322", severity: "error", path: "/home/dev/shop/src/a b.ts", line: 3 },
      { tool: "eslint", rule: "no-var", severity: "warning", path: "/home/dev/shop/src/a b.ts", line: 1 },
      { tool: "vscode", rule: null, severity: "info", path: "/home/dev/shop/src/a b.ts", line: 3 },
    ]);
  });

  it("become a run without findings of the tools for the open files, and no run without such a tool", () => {
    const read = (...languages: readonly string[]) => readOutput(problemsAsSarif([], languages), "problems");
    expect(read("typescript", "json", "plaintext", "typescriptreact")).toMatchObject({
      format: { id: "sarif" },
      findings: [],
      tools: ["tsc", "json"],
      ran: true,
    });
    for (const languages of [[], ["plaintext", "cobol", "constructor"]])
      expect(read(...languages)).toMatchObject({ findings: [], tools: [], ran: false });
  });

  it("keep names that are also built-in object properties", () => {
    const { findings } = readOutput(problemsAsSarif([problem({ source: "__proto__", code: "constructor" })], []), "problems");
    expect(findings.map(({ tool, rule }) => [tool, rule])).toEqual([["__proto__", "constructor"]]);
  });
});
