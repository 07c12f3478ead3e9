/** A problem in the Problems view. */
export type Problem = Readonly<{
  /** URI of the file. */
  uri: string;
  /** Counts from 1. */
  line: number;
  severity: "error" | "warning" | "note";
  message: string;
  /** What reported it: `ts`, `eslint`. */
  source: string | undefined;
  /** The rule that is broken. */
  code: string | undefined;
}>;

const defaultSource = "vscode";

/**
 * The source that reports problems in each language that VS Code itself checks. For other languages it is unknown whether any
 * does.
 */
const sourceByLanguage: ReadonlyMap<string, string> = new Map([
  ["typescript", "ts"],
  ["typescriptreact", "ts"],
  ["javascript", "ts"],
  ["javascriptreact", "ts"],
  ["json", "json"],
  ["jsonc", "json"],
  ["css", "css"],
  ["scss", "css"],
  ["less", "css"],
]);

/**
 * Problems as SARIF, the format that a review accepts: one run for each source, including sources that checked the open files and
 * found nothing. If no source checked them, there is no run.
 * @param languages ids of the languages of files that were open
 */
export function problemsAsSarif(problems: readonly Problem[], languages: readonly string[]): string {
  const sources = new Set([
    ...problems.map(({ source }) => source ?? defaultSource),
    ...languages.flatMap((language) => sourceByLanguage.get(language) ?? []),
  ]);
  const runs = [...sources].map((name) => ({
    tool: { driver: { name } },
    results: problems
      .filter(({ source }) => (source ?? defaultSource) === name)
      .map(({ uri, line, severity, message, code }) => ({
        ...(code === undefined ? {} : { ruleId: code }),
        level: severity,
        message: { text: message },
        locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
      })),
  }));
  return JSON.stringify({ version: "2.1.0", runs });
}
