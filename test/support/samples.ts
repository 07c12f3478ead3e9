import type { Finding } from "../../src/features/reviews/model/finding.ts";

/** The fields of a finding other than its location. */
export type RuleSample = Readonly<Pick<Finding, "category" | "severity" | "tool" | "rule" | "message" | "fixable">>;

const sample = (
  severity: Finding["severity"],
  category: Finding["category"],
  tool: string,
  rule: string,
  message: string,
  fixable = false,
): RuleSample => ({ category, severity, tool, rule, message, fixable });

export const sampleFiles = [
  "src/cart/checkout.ts",
  "src/cart/discounts.ts",
  "src/catalog/search.ts",
  "src/catalog/index.ts",
  "src/auth/session.ts",
  "src/auth/tokens.ts",
  "src/billing/invoice.ts",
  "src/billing/tax.ts",
  "src/http/router.ts",
  "src/http/middleware.ts",
  "scripts/release.py",
  "tests/cart/checkout.test.ts",
  "tests/billing/invoice.test.ts",
] as const;

/** Rules by their effect on a run, the most frequent first. */
export const sampleRules = {
  warning: [
    sample("warning", "style", "biome", "style/noNonNullAssertion", "Forbidden non-null assertion."),
    sample("warning", "clean_code", "ruff", "F841", "Local variable `total` is assigned to but never used"),
    sample("warning", "kiss", "radon", "CC15", "Function `apply_discounts` has cyclomatic complexity 17 (limit 15)"),
    sample("warning", "naming", "pylint", "C0103", 'Variable name "q" doesn\'t conform to snake_case naming style'),
    sample("warning", "dry", "jscpd", "duplicate-block", "Clone of 14 lines found in src/catalog/search.ts"),
    sample("warning", "testing", "pytest", "TEST_COVERAGE_LOW", "Coverage of src/billing/tax.ts is 71.4 % (80.0 % required)"),
    sample(
      "warning",
      "architecture",
      "depcruise",
      "no-circular",
      "src/cart/checkout.ts imports itself through src/cart/discounts.ts",
    ),
    sample("warning", "contracts", "contract_runner", "MISSING_ICONTRACT", "Public function `charge` has no contract"),
  ],
  info: [
    sample("info", "style", "ruff", "E501", "Line too long (134 > 120)"),
    sample("info", "style", "biome", "style/useTemplate", "Template literals are preferred over string concatenation."),
    sample("info", "yagni", "knip", "unused-export", "Unused export `formatLegacyPrice`"),
    sample("info", "ai_bloat", "semgrep", "comment-restates-code", "The comment repeats what the next line does"),
    sample("info", "solid", "pylint", "R0902", "Too many instance attributes (9/7)"),
  ],
  fixable: [
    sample("error", "style", "biome", "format", "File content differs from formatting output", true),
    sample("error", "clean_code", "ruff", "F401", "`json` imported but unused", true),
  ],
  blocking: [
    sample(
      "error",
      "type_safety",
      "tsc",
      "TS2345",
      "Argument of type 'string | undefined' is not assignable to parameter of type 'string'.",
    ),
    sample("error", "testing", "pytest", "TEST_FAILURE", "2 tests failed in tests/billing/invoice.test.ts"),
    sample("error", "security", "semgrep", "sql-string-concat", "SQL built by string concatenation from request data"),
    sample("error", "testing", "pytest", "TEST_FILE_MISSING", "No test file for src/auth/tokens.ts"),
    sample("error", "tool_error", "basedpyright", "tool_error", "basedpyright exited with code 3"),
  ],
} as const satisfies Readonly<Record<string, readonly [RuleSample, ...RuleSample[]]>>;
