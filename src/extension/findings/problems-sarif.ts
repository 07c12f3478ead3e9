/** A problem as the Problems view has it. */
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

const unnamed = "vscode";

/** Problems as SARIF, the form in which a review takes them: one run for each source. Without problems it is one run without results. */
export function problemsAsSarif(problems: readonly Problem[]): string {
  const sources = new Set(problems.map(({ source }) => source ?? unnamed));
  const runs = [...(sources.size === 0 ? [unnamed] : sources)].map((name) => ({
    tool: { driver: { name } },
    results: problems
      .filter(({ source }) => (source ?? unnamed) === name)
      .map(({ uri, line, severity, message, code }) => ({
        ...(code === undefined ? {} : { ruleId: code }),
        level: severity,
        message: { text: message },
        locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
      })),
  }));
  return JSON.stringify({ version: "2.1.0", runs });
}
