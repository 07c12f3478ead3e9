/** The content of a finding. */
export type FindingFields = Readonly<{ path: string; line: unknown; rule: string; message: string }>;

/** How a format is written: one finding, several findings, and an invalid entry with the place under which it is skipped. */
export type Form = Readonly<{
  entry: (fields: FindingFields) => unknown;
  output: (entries: readonly unknown[]) => string;
  broken: unknown;
  place: string;
}>;

const json = (value: unknown): string => JSON.stringify(value);
const listForm = { output: json, broken: 7, place: "[1]" };
const underKey = (name: string, more: object = {}) => ({
  output: (entries: readonly unknown[]) => json({ ...more, [name]: entries }),
  broken: null,
  place: `${name}[1]`,
});
const jsonLinesForm = { output: (entries: readonly unknown[]) => entries.map(json).join("\n"), place: "line 2" };
const escapeXml = (value: unknown): string =>
  String(value).replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const textForm = { output: (entries: readonly unknown[]) => entries.join("\n"), broken: undefined, place: "" };

/** How each format is written, by its id. */
export const forms: Readonly<Record<string, Form>> = {
  eslint: {
    ...listForm,
    entry: ({ path, line, rule, message }) => ({
      filePath: path,
      messages: [{ ruleId: rule, severity: 2, message, line, fatal: false }],
    }),
  },
  biome: {
    ...underKey("diagnostics", { summary: {}, command: "lint" }),
    entry: ({ path, line, rule, message }) => ({
      severity: "error",
      category: rule,
      message,
      location: { path, start: { line, column: 1 } },
    }),
  },
  oxlint: {
    ...underKey("diagnostics", { number_of_rules: 3 }),
    entry: ({ path, line, rule, message }) => ({
      message,
      code: rule,
      severity: "error",
      filename: path,
      labels: [{ span: { line } }],
    }),
  },
  stylelint: {
    ...listForm,
    entry: ({ path, line, rule, message }) => ({
      source: path,
      deprecations: [],
      warnings: [{ line, rule, severity: "error", text: message }],
    }),
  },
  ruff: {
    ...listForm,
    entry: ({ path, line, rule, message }) => ({ code: rule, filename: path, message, location: { row: line }, fix: null }),
  },
  "ruff-lines": {
    ...jsonLinesForm,
    broken: { code: 7, filename: "a", location: null },
    entry: ({ path, line, rule, message }) => ({ code: rule, filename: path, message, location: { row: line }, fix: null }),
  },
  pylint: {
    ...listForm,
    entry: ({ path, line, rule, message }) => ({ type: "error", symbol: "s", "message-id": rule, message, path, line }),
  },
  pyright: {
    ...underKey("generalDiagnostics", { version: "1.1.400", summary: {} }),
    entry: ({ path, line, rule, message }) => ({
      file: path,
      severity: "error",
      message,
      rule,
      ...(typeof line === "number" ? { range: { start: { line: line - 1, character: 0 } } } : {}),
    }),
  },
  mypy: {
    ...jsonLinesForm,
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
    ...underKey("results", { errors: [], metrics: {} }),
    entry: ({ path, line, rule, message }) => ({
      test_id: rule,
      issue_severity: "HIGH",
      issue_text: message,
      filename: path,
      line_number: line,
    }),
  },
  "golangci-lint": {
    ...underKey("Issues", { Report: null }),
    entry: ({ path, line, rule, message }) => ({ FromLinter: rule, Text: message, Pos: { Filename: path, Line: line } }),
  },
  clippy: {
    ...jsonLinesForm,
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
      `<file name="${escapeXml(path)}"><error line="${escapeXml(line)}" message="${escapeXml(message)}" severity="error" source="${rule}"/></file>`,
    output: (entries) => `<?xml version="1.0"?>\n<checkstyle version="8">\n${entries.join("\n")}\n</checkstyle>`,
    broken: '<file name="a"><error line="1"/></file>',
    place: "line 4",
  },
  cppcheck: {
    entry: ({ path, line, rule, message }) =>
      `<error id="${rule}" severity="error" msg="${escapeXml(message)}"><location file="${escapeXml(path)}" line="${escapeXml(line)}"/></error>`,
    output: (entries) =>
      `<?xml version="1.0"?><results version="2"><cppcheck version="2"/><errors>\n${entries.join("\n")}\n</errors></results>`,
    broken: '<error severity="error"/>',
    place: "line 3",
  },
  rubocop: {
    ...underKey("files", { metadata: { rubocop_version: "1" }, summary: {} }),
    entry: ({ path, line, rule, message }) => ({
      path,
      offenses: [{ severity: "error", cop_name: rule, message, location: { line } }],
    }),
  },
  markdownlint: {
    ...listForm,
    entry: ({ path, line, rule, message }) => ({ fileName: path, lineNumber: line, ruleNames: [rule], ruleDescription: message }),
  },
  hadolint: {
    ...listForm,
    entry: ({ path, line, rule, message }) => ({ file: path, line, level: "error", code: rule, message }),
  },
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
    ...textForm,
    entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1 ${rule}  FIXABLE  ━━━━━\n\n  × ${message}\n  `,
  },
  "oxlint-text": {
    ...textForm,
    entry: ({ path, line, rule, message }) => `  × ${rule}: ${message}\n   ╭─[${path}:${String(line)}:1]\n   ╰────\n`,
  },
  flake8: { ...textForm, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: ${rule} ${message}` },
  "eslint-text": {
    ...textForm,
    entry: ({ path, line, rule, message }) => `${path}\n  ${String(line)}:1  error  ${message}  ${rule}\n`,
  },
  "clippy-text": {
    ...textForm,
    entry: ({ path, line, rule, message }) => `error[${rule}]: ${message}\n --> ${path}:${String(line)}:1\n  |\n`,
  },
  "pyright-text": {
    ...textForm,
    entry: ({ path, line, rule, message }) => `  ${path}:${String(line)}:1 - error: ${message} (${rule})`,
  },
  "golangci-lint-text": {
    ...textForm,
    entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: ${message} (${rule})`,
  },
  yamllint: { ...textForm, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: [error] ${message} (${rule})` },
  tsc: { ...textForm, entry: ({ path, line, rule, message }) => `${path}(${String(line)},1): error ${rule}: ${message}` },
  "mypy-text": { ...textForm, entry: ({ path, line, rule, message }) => `${path}:${String(line)}: error: ${message}  [${rule}]` },
  "pylint-text": {
    ...textForm,
    entry: ({ path, line, rule, message }) => `${path}:${String(line)}:0: ${rule}: ${message} (symbol)`,
  },
  "gcc-text": { ...textForm, entry: ({ path, line, rule, message }) => `${path}:${String(line)}:1: error: ${message} [${rule}]` },
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
export const fieldsOf = (id: string): FindingFields => ({
  path: pathOf(id),
  line: 3,
  rule: rules[id] ?? "rule-1",
  message: "What is wrong",
});
