import type { Severity } from "../../model/finding.ts";
import { cppcheckSeverities } from "./cppcheck.ts";
import { findingOf, lineIn, readLines } from "./entries.ts";
import { defineFormat, severityOf } from "./format.ts";
import { shellcheckSeverities } from "./shellcheck.ts";

const severities: ReadonlyMap<string, Severity> = new Map([
  ["fatal error", "error"],
  ...shellcheckSeverities,
  ...cppcheckSeverities,
]);

/** `a.c:3:5: warning: … [-Wunused]`. Notes explain the line before, except those of ShellCheck. */
const lineOfText =
  /^(?<path>\S.*?\.(?!pyi?:|rs:)\w+):(?<line>\d+):\d+: (?<severity>fatal error|error|warning|style|performance|portability|note): (?<message>.*?)(?: \[(?<rule>[\w.,+=-]+)\])?$/;

const clangTidy =
  /^(?:abseil|altera|android|boost|bugprone|cert|clang-(?:analyzer|diagnostic)|concurrency|cppcoreguidelines|darwin|fuchsia|google|hicpp|linuxkernel|llvm|llvmlibc|misc|modernize|mpi|objc|openmp|performance|portability|readability|zircon)-/;

function toolOf(rule: string | undefined): string {
  if (rule === undefined || rule.startsWith("-")) return "gcc";
  if (/^SC\d+$/.test(rule)) return "shellcheck";
  return clangTidy.test(rule) ? "clang-tidy" : "cppcheck";
}

/** https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html; also of Clang, clang-tidy, Cppcheck and ShellCheck. */
export const gccText = defineFormat({
  form: "text",
  id: "gcc-text",
  title: "GCC, Clang, clang-tidy, Cppcheck, ShellCheck: text",
  looksFor: "lines such as `a.c:3:5: warning: … [-Wunused]`",
  severities,
  gives: "the tool, told by the rule",
  lacks: "fixable",
  claims: (lines) => lines.some((line) => lineOfText.test(line)),
  read: (lines) =>
    readLines(lines, lineOfText, ({ path = null, line, severity, message = "", rule }) => {
      const tool = toolOf(rule);
      if (severity === "note" && tool !== "shellcheck") return undefined;
      return findingOf({
        tool,
        rule: rule ?? null,
        severity: severityOf(severities, severity),
        message,
        path,
        line: lineIn(line),
      });
    }),
});
