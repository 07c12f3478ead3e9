/** The content of a finding. */
export type Fields = Readonly<{ path: string; line: unknown; rule: string; message: string }>;

/** How a format is written: one finding, several findings, and an invalid entry with the place under which it is skipped. */
export type Form = Readonly<{
  entry: (fields: Fields) => unknown;
  output: (entries: readonly unknown[]) => string;
  broken: unknown;
  place: string;
}>;

const json = (value: unknown): string => JSON.stringify(value);
const list = { output: json, broken: 7, place: "[1]" };
const under = (name: string, more: object = {}) => ({
  output: (entries: readonly unknown[]) => json({ ...more, [name]: entries }),
  broken: null,
  place: `${name}[1]`,
});
const jsonLines = { output: (entries: readonly unknown[]) => entries.map(json).join("\n"), place: "line 2" };
const escaped = (value: unknown): string =>
  String(value).replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const text = { output: (entries: readonly unknown[]) => entries.join("\n"), broken: undefined, place: "" };

/** How each format is written, by its id. */
export const forms: Readonly<Record<string, Form>> = {
  eslint: {
    ...list,
    entry: ({ path, line, rule, message }) => ({
      filePath: path,
      messages: [{ ruleId: rule, severity: 2, message, line, fatal: false }],
    }),
  },
  biome: {
    ...under("diagnostics", { summary: {}, command: "lint" }),
    entry: ({ path, line, rule, message }) => ({
      severity: "error",
      category: rule,
      message,
      location: { path, start: { line, column: 1 } },
    }),
  },
  oxlint: {
    ...under("diagnostics", { number_of_rules: 3 }),
    entry: ({ path, line, rule, message }) => ({
      message,
      code: rule,
      severity: "error",
      filename: path,
      labels: [{ span: { line } }],
    }),
  },
  stylelint: {
    ...list,
    entry: ({ path, line, rule, message }) => ({
      source: path,
      deprecations: [],
      warnings: [{ line, rule, severity: "error", text: message }],
    }),
  },
  ruff: {
    ...list,
    entry: ({ path, line, rule, message }) => ({ code: rule, filename: path, message, location: { row: line }, fix: null }),
  },
  "ruff-lines": {
    ...jsonLines,
    broken: { code: 7, filename: "a", location: null },
    entry: ({ path, line, rule, message }) => ({ code: rule, filename: path, message, location: { row: line }, fix: null }),
  },
  pylint: {
    ...list,
    entry: ({ path, line, rule, message }) => ({ type: "error", symbol: "s", "message-id": rule, message, path, line }),
  },
  pyright: {
    ...under("generalDiagnostics", { version: "1.1.400", summary: {} }),
    entry: ({ path, line, rule, message }) => ({
      file: path,
      severity: "error",
      message,
      rule,
      ...(typeof line === "number" ? { range: { start: { line: line - 1, character: 0 } } } : {}),
    }),
  },
  mypy: {
    ...jsonLines,
    broken: { file: "a", hint: null, code: null, severity: "error", message: 7 },
    entry: ({ path, line, rule, message }) => ({
      file: path,
      line,
      column: 0,
      message,
      hint: null,
      code: rule,
      severity: "error",
    }),
  },
  bandit: {
    ...under("results", { errors: [], metrics: {} }),
    entry: ({ path, line, rule, message }) => ({
      test_id: rule,
      issue_severity: "HIGH",
      issue_text: message,
      filename: path,
      line_number: line,
    }),
  },
  "golangci-lint": {
    ...under("Issues", { Report: null }),
    entry: ({ path, line, rule, message }) => ({ FromLinter: rule, Text: message, Pos: { Filename: path, Line: line } }),
  },
  clippy: {
    ...jsonLines,
    broken: { reason: "compiler-message", message: {} },
    entry: ({ path, line, rule, message }) => ({
      reason: "compiler-message",
      message: {
        level: "error",
        message,
        code: { code: rule },
        spans: [{ file_name: path, line_start: line, is_primary: true }],
      },
    }),
  },
  checkstyle: {
    entry: ({ path, line, rule, message }) =>
      `<file name="${escaped(path)}"><error line="${escaped(line)}" message="${escaped(message)}" severity="error" source="${rule}"/></file>`,
    output: (entries) => `<?xml version="1.0"?>\n<checkstyle version="8">\n${entries.join("\n")}\n</checkstyle>`,
    broken: '<file name="a"><error line="1"/></file>',
    place: "line 4",
  },
  cppcheck: {
    entry: ({ path, line, rule, message }) =>
      `<error id="${rule}" severity="error" msg="${escaped(message)}"><location file="${escaped(path)}" line="${escaped(line)}"/></error>`,
    output: (entries) =>
      `<?xml version="1.0"?><results version="2"><cppcheck version="2"/><errors>\n${entries.join("\n")}\n</errors></results>`,
    broken: '<error severity="error"/>',
    place: "line 3",
  },
  rubocop: {
    ...under("files", { metadata: { rubocop_version: "1" }, summary: {} }),
    entry: ({ path, line, rule, message }) => ({
      path,
      offenses: [{ severity: "error", cop_name: rule, message, location: { line } }],
    }),
  },
  markdownlint: {
    ...list,
    entry: ({ path, line, rule, message }) => ({ fileName: path, lineNumber: line, ruleNames: [rule], ruleDescription: message }),
  },
  hadolint: { ...list, entry: ({ path, line, rule, message }) => ({ file: path, line, level: "error", code: rule, message }) },
  phpcs: {
    entry: ({ path, line, rule, message }) => [path, { message, source: rule, type: "ERROR", line }],
    output: (entries) => {
      const path = entries.map((one) => (Array.isArray(one) ? String(one[0]) : "")).find((one) => one !== "") ?? "";
      const messages = entries.map((one) => (Array.isArray(one) ? one[1] : one));
      return json({ totals: { errors: 1, warnings: 0, fixable: 0 }, files: { [path]: { messages } } });
    },
    broken: 7,
    place: 'files["src/a.py"].messages[1]',
  },
  "biome-text": {
    ...text,
    entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1 ${rule}  FIXABLE  ━━━━━\n\n  × ${message}\n  `,
  },
  "oxlint-text": {
    ...text,
    entry: ({ path, line, rule, message }) => `  × ${rule}: ${message}\n   ╭─[${path}:${String(line)}:1]\n   ╰────\n`,
  },
  flake8: { ...text, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: ${rule} ${message}` },
  "eslint-text": {
    ...text,
    entry: ({ path, line, rule, message }) => `${path}\n  ${String(line)}:1  error  ${message}  ${rule}\n`,
  },
  "clippy-text": {
    ...text,
    entry: ({ path, line, rule, message }) => `error[${rule}]: ${message}\n --> ${path}:${String(line)}:1\n  |\n`,
  },
  "pyright-text": {
    ...text,
    entry: ({ path, line, rule, message }) => `  ${path}:${String(line)}:1 - error: ${message} (${rule})`,
  },
  "golangci-lint-text": { ...text, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: ${message} (${rule})` },
  yamllint: { ...text, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: [error] ${message} (${rule})` },
  tsc: { ...text, entry: ({ path, line, rule, message }) => `${path}(${String(line)},1): error ${rule}: ${message}` },
  "mypy-text": { ...text, entry: ({ path, line, rule, message }) => `${path}:${String(line)}: error: ${message}  [${rule}]` },
  "pylint-text": { ...text, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:0: ${rule}: ${message} (symbol)` },
  "gcc-text": { ...text, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: error: ${message} [${rule}]` },
};

/** Sample rules for formats that only accept rules of a certain form. */
const rules: Readonly<Record<string, string>> = {
  ruff: "F821",
  "ruff-lines": "F821",
  tsc: "TS2322",
  "mypy-text": "attr-defined",
  "pylint-text": "E1101",
  "biome-text": "lint/a/b",
  "oxlint-text": "eslint(a)",
  flake8: "F821",
  "clippy-text": "E0308",
  "pyright-text": "reportA",
  "golangci-lint-text": "govet",
  yamllint: "colons",
};
/** File endings for formats that only read files of one language. */
const endings: Readonly<Record<string, string>> = { "gcc-text": "c", "clippy-text": "rs", "golangci-lint-text": "go" };
export const pathOf = (id: string): string => `src/a.${endings[id] ?? "py"}`;
export const fieldsOf = (id: string): Fields => ({
  path: pathOf(id),
  line: 3,
  rule: rules[id] ?? "rule-1",
  message: "What is wrong",
});
