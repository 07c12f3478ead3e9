import { describe, expect, it } from "vitest";
import { categoryOf, toolTables } from "../../../../../src/features/reviews/importers/tools/rule-categories.ts";

const examples: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  eslint: {
    security: ["no-eval", "security/detect-object-injection", "react/no-danger"],
    testing: ["jest/no-focused-tests", "vitest/expect-expect"],
    yagni: [
      "no-unused-vars",
      "reportUnusedDisableDirectives",
      "@typescript-eslint/no-unused-vars",
      "unused-imports/no-unused-imports",
    ],
    type_safety: ["@typescript-eslint/no-explicit-any", "@typescript-eslint/no-unsafe-call", "valid-typeof"],
    naming: ["camelcase", "@typescript-eslint/naming-convention", "unicorn/filename-case"],
    architecture: ["import/no-cycle", "no-restricted-imports", "boundaries/element-types"],
    kiss: ["complexity", "max-lines", "sonarjs/cognitive-complexity"],
    dry: ["sonarjs/no-duplicate-string", "import/no-duplicates"],
    style: ["prettier/prettier", "@stylistic/semi", "@stylistic/js/semi", "semi", "max-len", "curly"],
    clean_code: ["eqeqeq", "no-debugger", "no-dupe-keys", "constructor"],
  },
  oxlint: {
    security: ["eslint(no-eval)"],
    type_safety: ["typescript-eslint(no-explicit-any)"],
    kiss: ["eslint(max-lines)"],
    naming: ["unicorn(filename-case)", "eslint(id-length)"],
    clean_code: ["eslint(no-debugger)"],
  },
  biome: {
    tool_error: ["parse"],
    security: ["lint/security/noGlobalEval"],
    yagni: ["lint/correctness/noUnusedVariables"],
    type_safety: ["lint/suspicious/noExplicitAny"],
    naming: ["lint/style/useNamingConvention"],
    kiss: ["lint/complexity/noForEach"],
    style: ["lint/style/useConst", "format", "assist/source/organizeImports"],
    clean_code: ["lint/suspicious/noDebugger"],
  },
  tsc: { yagni: ["TS6133", "TS6196"], type_safety: ["TS2322", "TS61330"] },
  ruff: {
    tool_error: ["invalid-syntax", "E999"],
    security: ["S101"],
    yagni: ["F401", "ARG001", "RUF100"],
    naming: ["N801"],
    style: ["E501", "I001", "UP007", "D100"],
    kiss: ["C901", "PLR0912"],
    testing: ["PT006"],
    type_safety: ["ANN001"],
    clean_code: ["F821", "B006", "SLF001"],
  },
  pylint: {
    tool_error: ["E0001", "F0001"],
    yagni: ["W0611", "W0613"],
    naming: ["C0103"],
    kiss: ["R0913", "R1710"],
    dry: ["R0801"],
    architecture: ["R0401", "W0702"],
    security: ["W0123"],
    type_safety: ["E1101", "E0602"],
    style: ["C0301"],
    clean_code: ["W0102"],
  },
  pyright: { yagni: ["reportUnusedImport"], architecture: ["reportImportCycles"], type_safety: ["reportCallIssue"] },
  mypy: { tool_error: ["syntax"], yagni: ["unused-ignore"], type_safety: ["attr-defined"] },
  bandit: { security: ["B404"] },
  "golangci-lint": { security: ["gosec"], yagni: ["unused"], kiss: ["gocyclo"], style: ["gofmt"], clean_code: ["govet"] },
  clippy: { kiss: ["clippy::needless_return"], naming: ["clippy::module_inception"], clean_code: ["clippy::len_zero"] },
  rustc: { yagni: ["dead_code", "unused_imports"], naming: ["non_snake_case"], type_safety: ["E0308"] },
  checkstyle: { naming: ["MemberName"], kiss: ["CyclomaticComplexity"], style: ["FileTabCharacter"] },
  shellcheck: { tool_error: ["SC1073"], yagni: ["SC2034"], clean_code: ["SC2086"] },
  cppcheck: { security: ["arrayIndexOutOfBounds"], yagni: ["unusedFunction"], clean_code: ["memleak"] },
  rubocop: {
    tool_error: ["Lint/Syntax"],
    naming: ["Naming/MethodName"],
    kiss: ["Metrics/AbcSize"],
    style: ["Layout/LineLength"],
  },
};

describe("the category of a rule", () => {
  it.each(Object.entries(examples))("is taken from the table of %s", (tool, byCategory) => {
    for (const [category, rules] of Object.entries(byCategory)) {
      for (const rule of rules) expect([rule, categoryOf(tool, rule)]).toEqual([rule, category]);
    }
  });

  it("is clean_code for a tool without a table, unless tagged as security", () => {
    expect(categoryOf("unheard-of", "x")).toBe("clean_code");
    expect(categoryOf("unheard-of", "x", ["security"])).toBe("security");
    for (const name of ["constructor", "__proto__"]) expect(categoryOf(name, name)).toBe("clean_code");
  });

  it("comes from only one table per tool name", () => {
    const names = toolTables.flatMap(({ tool, aliases = [] }) => [tool, ...aliases]);
    expect(names.filter((name, at) => names.indexOf(name) !== at || name !== name.toLowerCase())).toEqual([]);
  });
});
