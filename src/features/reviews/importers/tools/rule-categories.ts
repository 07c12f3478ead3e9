import type { Category, Severity } from "../../model/finding.ts";

/**
 * Categories and severities of a tool's rules, whatever the format of its findings. The first pattern that matches a rule's id
 * decides, else `otherwise`.
 */
export type ToolTable = Readonly<{
  /** The tool's name in findings; `aliases`: its other names in formats. In lower case. */
  tool: string;
  aliases?: readonly string[];
  rules: readonly (readonly [pattern: RegExp, category: Category])[];
  otherwise: Category;
  /** Returns the severity that the tool means, if a format states another for a rule. */
  severity?(rule: string, reported: Severity): Severity;
}>;

type Rules = ToolTable["rules"];

/** Rules of ESLint and its plugins, which other tools adopted: `plugin/rule`, or `plugin(rule)` as Oxlint writes it. */
const javascript: Rules = [
  [
    /^(?:security|no-unsanitized|no-secrets|xss|@microsoft\/sdl)[/(]|(?:^|[/(])(?:no-eval|no-implied-eval|no-new-func|no-script-url|no-danger)\b/,
    "security",
  ],
  [/^(?:jest|vitest|mocha|ava|jasmine|qunit|cypress|playwright|testing-library|jest-dom)[/(]/, "testing"],
  [/^reportUnused|(?:^|[/(])(?:no-unused|no-unneeded|no-useless-(?:assignment|constructor|empty-export))/, "yagni"],
  [
    /(?:^|[/(])(?:no-explicit-any|no-unsafe-(?:argument|assignment|call|enum-comparison|function-type|member-access|return|type-assertion|unary-minus)|no-floating-promises|no-misused-promises|no-non-null|ban-ts-comment|restrict-|strict-boolean|valid-typeof|use-isnan)/,
    "type_safety",
  ],
  [
    /(?:^|[/(])(?:camelcase|id-|naming-convention|new-cap|filename-case|func-name|prevent-abbreviations|variable-name|no-underscore-dangle)/,
    "naming",
  ],
  [
    /^boundaries\/|(?:^|[/(])(?:no-cycle|no-restricted-(?:paths|imports|modules)|no-internal-modules|no-relative-packages|no-relative-parent-imports|no-extraneous-dependencies|no-self-import)\b/,
    "architecture",
  ],
  [/(?:^|[/(])(?:complexity|cognitive-complexity|max-(?!len\b)|no-nested-ternary|no-else-return)/, "kiss"],
  [/(?:^|[/(])(?:no-duplicate-string|no-duplicates|no-duplicate-imports|no-identical-functions|no-duplicated-branches)\b/, "dry"],
  [
    /^(?:prettier|@?stylistic|@stylistic\/\w+|simple-import-sort|perfectionist|jsdoc|tsdoc)[/(]|(?:^|[/(])(?:indent|quotes|semi|comma-|max-len|eol-last|no-trailing-spaces|no-multi-spaces|no-mixed-spaces-and-tabs|key-spacing|space-|keyword-spacing|arrow-parens|brace-style|curly|sort-|consistent-type-(?:imports|exports))/,
    "style",
  ],
];

/** Rules of Ruff, most of them also of Flake8 and its plugins. */
const python: Rules = [
  [/^(?:invalid-syntax|E9|F7)/, "tool_error"],
  [/^S\d/, "security"],
  [/^(?:F401|F811|F841|ARG|ERA|RUF059|RUF100)/, "yagni"],
  [/^(?:ANN|PGH00[345]|TC\d|TCH)/, "type_safety"],
  [/^N8/, "naming"],
  [/^PT\d/, "testing"],
  [/^(?:TID|ICN)/, "architecture"],
  [/^(?:C90|PLR09|PLR1702|SIM)/, "kiss"],
  [/^(?:E|W|I|D|DOC|Q|COM|UP|ISC|FLY)\d/, "style"],
];

/** Rules for code that breaks when it runs: syntax, undefined names, comparisons and formats that cannot work. */
const brokenPython = /^(?:invalid-syntax|E9|F5|F6|F7|F82)/;

/** Ruff calls all findings errors, or warnings in some formats, and Flake8 has no severities; only broken code is an error. */
const pythonSeverity = (rule: string, reported: Severity): Severity => {
  if (reported === "info") return reported;
  return brokenPython.test(rule) ? "error" : "warning";
};

/** Rules of compilers, whose findings are about types unless one of these matches. */
const typeCheckerRules: Rules = [
  [/^(?:TS61(?:33|38|92|96|98|99)|reportUnused\w*|unused-\w.*)$/, "yagni"],
  [/^reportImportCycles$/, "architecture"],
  [/^syntax$/, "tool_error"],
];

/** One table per tool; rules of any other tool are about clean code, or about security if their tags say so. */
export const toolTables: readonly ToolTable[] = [
  { tool: "eslint", rules: javascript, otherwise: "clean_code" },
  { tool: "oxlint", aliases: ["oxc"], rules: javascript, otherwise: "clean_code" },
  {
    tool: "biome",
    rules: [
      [/^(?:parse|configuration)$|^(?:syntax|fs|internalError)\//, "tool_error"],
      [/^lint\/security\//, "security"],
      [/^lint\/correctness\/noUnused/, "yagni"],
      [
        /^lint\/(?:suspicious\/(?:noExplicitAny|noImplicitAnyLet)|style\/noNonNullAssertion|nursery\/no(?:Floating|Misused)Promises)/,
        "type_safety",
      ],
      [/^lint\/suspicious\/no(?:Focused|Skipped|DuplicateTestHooks|ExportsInTest|MisplacedAssertion)/, "testing"],
      [/^lint\/style\/use(?:Naming|Filenaming)Convention/, "naming"],
      [/^lint\/\w+\/(?:noRestrictedImports|noImportCycles|noUndeclaredDependencies|noPrivateImports)/, "architecture"],
      [/^lint\/complexity\//, "kiss"],
      [/^(?:format|assist|lint\/style|organizeImports)(?:\/|$)/, "style"],
    ],
    otherwise: "clean_code",
  },
  { tool: "tsc", aliases: ["typescript", "ts", "ts-plugin", "vue-tsc"], rules: typeCheckerRules, otherwise: "type_safety" },
  {
    tool: "stylelint",
    rules: [
      [/^CssSyntaxError$/, "tool_error"],
      [/pattern$|naming/, "naming"],
      [/^(?:no-)?(?:duplicate|declaration-block-no-duplicate)/, "dry"],
    ],
    otherwise: "style",
  },
  { tool: "ruff", rules: python, otherwise: "clean_code", severity: pythonSeverity },
  { tool: "flake8", aliases: ["pycodestyle"], rules: python, otherwise: "clean_code", severity: pythonSeverity },
  {
    tool: "pylint",
    rules: [
      [/^(?:F|E0001|astroid-error|syntax-error)/, "tool_error"],
      [/^(?:W061[1-4]|W0641|unused-)/, "yagni"],
      [/^(?:C010[2-6]|C0131|C24|W24|invalid-name|non-ascii)/, "naming"],
      [/^(?:R0801|duplicate-code)/, "dry"],
      [/^(?:R09|R17|too-many|too-few)/, "kiss"],
      [/^(?:R0401|cyclic-import|W0702|W0703|W0718|W1505|C041[25])/, "architecture"],
      [/^(?:E11|E06|E02|no-member|undefined-variable)/, "type_safety"],
      [/^(?:W0122|W0123|exec-used|eval-used)/, "security"],
      [/^(?:C|W03)/, "style"],
    ],
    otherwise: "clean_code",
    // Conventions and refactorings, which exchange formats call notes.
    severity: (rule, reported) => (/^[CR]\d{4}/.test(rule) ? "warning" : reported),
  },
  { tool: "pyright", rules: typeCheckerRules, otherwise: "type_safety" },
  { tool: "basedpyright", rules: typeCheckerRules, otherwise: "type_safety" },
  { tool: "mypy", rules: typeCheckerRules, otherwise: "type_safety" },
  { tool: "bandit", rules: [], otherwise: "security" },
  {
    tool: "golangci-lint",
    rules: [
      [/^gosec$/, "security"],
      [/^(?:unused|unparam|deadcode|varcheck|structcheck|ineffassign|wastedassign|unconvert|nolintlint)$/, "yagni"],
      [/^(?:typecheck|forcetypeassert|errchkjson)$/, "type_safety"],
      [/^(?:errname|varnamelen|predeclared|tagliatelle|nosnakecase|importas)$/, "naming"],
      [/^(?:testpackage|paralleltest|tparallel|thelper|testifylint|ginkgolinter|testableexamples|usetesting)$/, "testing"],
      [/^(?:gocyclo|gocognit|cyclop|funlen|nestif|maintidx|nakedret|interfacebloat)$/, "kiss"],
      [/^(?:dupl|dupword|goconst)$/, "dry"],
      [/^(?:depguard|gomodguard|gomoddirectives|gochecknoglobals|gochecknoinits|ireturn)$/, "architecture"],
      [
        /^(?:gofmt|gofumpt|goimports|gci|golines|swaggo|lll|whitespace|wsl|wsl_v5|nlreturn|godot|misspell|stylecheck|goheader|tagalign|grouper|decorder)$/,
        "style",
      ],
    ],
    otherwise: "clean_code",
  },
  {
    tool: "clippy",
    rules: [
      [/^clippy::(?:cognitive_complexity|too_many_|type_complexity|excessive_nesting|needless_|unnecessary_|redundant_)/, "kiss"],
      [
        /^clippy::(?:module_name_repetitions|enum_variant_names|wrong_self_convention|upper_case_acronyms|similar_names|many_single_char_names|module_inception)/,
        "naming",
      ],
      [/^clippy::(?:cast_|as_|transmute|ptr_)/, "type_safety"],
    ],
    otherwise: "clean_code",
  },
  {
    tool: "rustc",
    rules: [
      [/^(?:unused_|dead_code|unreachable_)/, "yagni"],
      [/^non_(?:snake_case|camel_case_types|upper_case_globals|ascii_idents)/, "naming"],
    ],
    otherwise: "type_safety",
  },
  {
    tool: "checkstyle",
    rules: [
      [/(?:Name|Abbreviation\w*)$/, "naming"],
      [/^(?:Unused|RedundantImport)/, "yagni"],
      [/(?:Complexity|Count|Length|Depth|Coupling|NcssCount|JavaNCSS)$/, "kiss"],
      [
        /^(?:ImportControl|IllegalImport|FinalClass|DesignForExtension|VisibilityModifier|HideUtilityClassConstructor)/,
        "architecture",
      ],
      [
        /^(?:EmptyStatement|EqualsHashCode|FallThrough|Illegal|Missing(?:SwitchDefault|Override)|ModifiedControlVariable|StringLiteralEquality|Simplify|InnerAssignment|Nested)/,
        "clean_code",
      ],
      [/^Multiple\w*Literals$/, "dry"],
    ],
    otherwise: "style",
  },
  {
    tool: "shellcheck",
    rules: [
      [/^SC10(?:09|7[23]|8[89])$/, "tool_error"],
      [/^SC2034$/, "yagni"],
    ],
    otherwise: "clean_code",
  },
  {
    tool: "cppcheck",
    rules: [
      [/^(?:syntaxError|internalError|preprocessorErrorDirective|unknownMacro)/, "tool_error"],
      [/^(?:unused|unreadVariable|redundant)/, "yagni"],
      [/^(?:arrayIndexOutOfBounds|buffer|doubleFree|deallocuse|dangling)/, "security"],
    ],
    otherwise: "clean_code",
  },
  {
    tool: "gcc",
    aliases: ["gnu c", "clang"],
    rules: [
      [/^-Wunused/, "yagni"],
      [/^-W(?:format-security|stringop|array-bounds)/, "security"],
    ],
    otherwise: "type_safety",
  },
  {
    tool: "clang-tidy",
    rules: [
      [/^(?:cert-|clang-analyzer-security)/, "security"],
      [/^readability-identifier-/, "naming"],
      [/^readability-function-(?:cognitive-complexity|size)/, "kiss"],
      [/^(?:modernize|readability|google-readability|llvm)-/, "style"],
    ],
    otherwise: "clean_code",
  },
  {
    tool: "jshint",
    rules: [
      [/^W098$/, "yagni"],
      [/^[EW]0(?:3[03]|1[0-9])/, "style"],
    ],
    otherwise: "clean_code",
  },
  {
    tool: "phpcs",
    aliases: ["php_codesniffer"],
    rules: [
      [/Naming/, "naming"],
      [/^Security/, "security"],
    ],
    otherwise: "style",
  },
  {
    tool: "rubocop",
    rules: [
      [/^Lint\/Syntax$/, "tool_error"],
      [/^Security\//, "security"],
      [/^Naming\//, "naming"],
      [/^Metrics\//, "kiss"],
      [/^Lint\/(?:Useless|Unused)/, "yagni"],
      [/^(?:RSpec|Minitest)\w*\//, "testing"],
      [/^(?:Style|Layout)\//, "style"],
    ],
    otherwise: "clean_code",
  },
  {
    tool: "hadolint",
    rules: [
      [/^DL1000$/, "tool_error"],
      [/^DL3002$/, "security"],
    ],
    otherwise: "clean_code",
  },
  { tool: "markdownlint", rules: [], otherwise: "style" },
  {
    tool: "yamllint",
    rules: [
      [/^syntax$/, "tool_error"],
      [/^key-duplicates$/, "clean_code"],
    ],
    otherwise: "style",
  },
  { tool: "ktlint", rules: [], otherwise: "style" },
  { tool: "codeql", aliases: ["codeql command-line toolchain"], rules: [], otherwise: "clean_code" },
  { tool: "semgrep", aliases: ["semgrep oss", "semgrep pro", "semgrep ce", "opengrep"], rules: [], otherwise: "security" },
  { tool: "trivy", rules: [], otherwise: "security" },
  { tool: "gitleaks", rules: [], otherwise: "security" },
  { tool: "checkov", rules: [], otherwise: "security" },
  { tool: "snyk", aliases: ["snyk code", "snykcode", "snyk open source"], rules: [], otherwise: "security" },
];

const byName: ReadonlyMap<string, ToolTable> = new Map(
  toolTables.flatMap((table) => [table.tool, ...(table.aliases ?? [])].map((name) => [name, table])),
);

/** Returns the name of a tool under which its findings are recorded. */
export function canonicalTool(name: string): string {
  const plain = name.trim().toLowerCase();
  return byName.get(plain)?.tool ?? plain;
}

/** Returns the category of a tool's rule. @param tags words that the output itself assigns to the rule */
export function categoryOf(tool: string, rule: string | null, tags: readonly string[] = []): Category {
  const table = byName.get(tool);
  const known = rule === null ? undefined : table?.rules.find(([pattern]) => pattern.test(rule))?.[1];
  if (known !== undefined) return known;
  return tags.some((tag) => /^security$|^cwe-|\/cwe\//i.test(tag)) ? "security" : (table?.otherwise ?? "clean_code");
}

/** Returns the severity of a rule's finding; `reported` is the severity in the output. */
export const severityOfRule = (tool: string, rule: string | null, reported: Severity): Severity =>
  rule === null ? reported : (byName.get(tool)?.severity?.(rule, reported) ?? reported);
