import * as z from "zod";
import { finding, type GateFinding } from "./pass-result.ts";

/*
 * Parses what tools print about tests and dependencies.
 */

const coveragePatterns = [
  // coverage.py, cargo-llvm-cov
  /^TOTAL\s.*?(\d{1,3}(?:\.\d+)?)%/gm,
  // istanbul: the first column after the name is that of statements
  /^All files\s*\|\s*(\d{1,3}(?:\.\d+)?)\s*\|/gm,
  // go test -cover
  /\bcoverage: (\d{1,3}(?:\.\d+)?)% of statements/gm,
  // cargo tarpaulin
  /^(\d{1,3}(?:\.\d+)?)% coverage,/gm,
] as const;

/** Returns the test coverage in whole percent, the lowest of several packages; null if the output states none. */
export function parseCoverage(output: string): number | null {
  const found = coveragePatterns.flatMap((pattern) => [...output.matchAll(pattern)].map(([, percent]) => Number(percent)));
  const percents = found.filter((percent) => percent <= 100);
  return percents.length === 0 ? null : Math.floor(Math.min(...percents));
}

const mutationTools = /mutmut|stryker|cargo-mutants|\bmutants\b|mutation/i;

/** Reports the number of mutants that survived the tests, as printed by tools for mutation testing. */
export function survivingMutants(command: readonly string[], output: string): readonly GateFinding[] {
  if (!mutationTools.test(command.join(" "))) return [];
  const found = /(?:survived|missed)\D{0,3}(\d+)|(\d+)\s+(?:mutants?\s+)?(?:survived|missed)/i.exec(output);
  const count = Number(found?.[1] ?? found?.[2] ?? 0);
  return count === 0
    ? []
    : [finding("significant", `${count} mutants survived: tests do not notice changed code`, { fix: "Test what they change." })];
}

/** The findings of a dependency audit. `unread`: why its answer could not be used; null if it was used. */
export type Audit = Readonly<{ findings: readonly GateFinding[]; unread: string | null }>;

const count = z.int().min(0).default(0);
const npmAnswer = z.looseObject({
  metadata: z.looseObject({
    vulnerabilities: z.looseObject({ info: count, low: count, moderate: count, high: count, critical: count }),
  }),
  vulnerabilities: z.record(z.string(), z.looseObject({ severity: z.string() })).default({}),
});
const npmError = z.looseObject({
  error: z.looseObject({ summary: z.string().optional(), message: z.string().optional(), code: z.string().optional() }),
});
const pipAnswer = z.looseObject({
  dependencies: z.array(z.looseObject({ name: z.string(), vulns: z.array(z.looseObject({ id: z.string() })).default([]) })),
});
const cargoAnswer = z.looseObject({ vulnerabilities: z.looseObject({ count: z.int().min(0) }) });

const joinNames = (names: readonly string[]): string =>
  names.length === 0 ? "" : `: ${names.slice(0, 5).join(", ")}${names.length > 5 ? " …" : ""}`;
const dependencyFinding = (severity: "significant" | "minor", text: string): GateFinding =>
  finding(severity, text, { fix: "Update the dependency, or record why it is not affected." });

const unreadAudit = (reason: string): Audit => ({ findings: [], unread: reason });
const cleanAudit: Audit = { findings: [], unread: null };

function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function npmAudit(answer: unknown): Audit {
  const error = npmError.safeParse(answer).data?.error;
  if (error !== undefined) return unreadAudit(error.summary ?? error.message ?? error.code ?? "it failed");
  const parsed = npmAnswer.safeParse(answer).data;
  if (parsed === undefined) return unreadAudit("its answer cannot be read");
  const { info, low, moderate, high, critical } = parsed.metadata.vulnerabilities;
  const severe = Object.entries(parsed.vulnerabilities)
    .filter(([, { severity }]) => severity === "high" || severity === "critical")
    .map(([name]) => name);
  return {
    unread: null,
    findings: [
      ...(high + critical > 0
        ? [
            dependencyFinding(
              "significant",
              `dependencies have ${critical} critical and ${high} high vulnerabilities${joinNames(severe)}`,
            ),
          ]
        : []),
      ...(info + low + moderate > 0
        ? [dependencyFinding("minor", `dependencies have ${info + low + moderate} milder vulnerabilities`)]
        : []),
    ],
  };
}

const isAudit = {
  npm: ([program, verb]: readonly string[]) => (program === "npm" || program === "pnpm") && verb === "audit",
  pip: ([program]: readonly string[]) => program === "pip-audit",
  cargo: ([program, verb]: readonly string[]) => program === "cargo" && verb === "audit",
  go: ([program]: readonly string[]) => program === "govulncheck",
} as const;

/** Exit code of govulncheck if it found vulnerabilities. */
const goVulnerableCode = 3;

/** Parses the answer of a dependency audit; undefined if the command is not a known audit. */
export function parseAudit(
  command: readonly string[],
  { code, report }: Readonly<{ code: number | null; report: string }>,
): Audit | undefined {
  if (isAudit.npm(command)) return npmAudit(tryParseJson(report));
  if (isAudit.pip(command)) {
    const parsed = pipAnswer.safeParse(tryParseJson(report)).data;
    if (parsed === undefined) return unreadAudit("its answer cannot be read");
    const names = parsed.dependencies.filter(({ vulns }) => vulns.length > 0).map(({ name }) => name);
    return names.length === 0
      ? cleanAudit
      : { findings: [dependencyFinding("significant", `dependencies have vulnerabilities${joinNames(names)}`)], unread: null };
  }
  if (isAudit.cargo(command)) {
    const parsed = cargoAnswer.safeParse(tryParseJson(report)).data;
    if (parsed === undefined) return unreadAudit("its answer cannot be read");
    const { count: vulnerable } = parsed.vulnerabilities;
    return vulnerable === 0
      ? cleanAudit
      : { findings: [dependencyFinding("significant", `dependencies have ${vulnerable} vulnerabilities`)], unread: null };
  }
  if (isAudit.go(command)) {
    if (code === 0) return cleanAudit;
    return code === goVulnerableCode
      ? { findings: [dependencyFinding("significant", "dependencies have vulnerabilities that the code reaches")], unread: null }
      : unreadAudit("it failed");
  }
  return undefined;
}

const testFile = /(?:^|\/)(?:test_[^/]+|[^/]+_test)\.py$/;

/**
 * Returns the paths of the test files that may be related to a change: those that it changes, and by name those of each changed
 * file or its folder. Whether they exist is not checked here. A path begins with `./`, so that none is parsed as an option.
 */
export function testCandidates(paths: readonly string[]): readonly string[] {
  const candidates = paths
    .filter((path) => path.endsWith(".py"))
    .flatMap((path) => {
      if (testFile.test(path)) return [path];
      const [name = "", parent] = path.replace(/\.py$/, "").split("/").reverse();
      return [name, parent].flatMap((one) => (one === undefined ? [] : [`tests/test_${one}.py`]));
    });
  return [...new Set(candidates)].map((path) => `./${path}`);
}
