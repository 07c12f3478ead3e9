import { cppcheckSeverities } from "./cppcheck.ts";
import { defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { shellcheckSeverities } from "./shellcheck.ts";
import { parseLineNumber, readLines } from "./text.ts";

const severities = new Map([...severitiesOf({ error: ["fatal error"] }), ...shellcheckSeverities, ...cppcheckSeverities]);

const messagePattern = "(?<severity>fatal error|error|warning|style|performance|portability|note): (?<message>.*?)";
/** Lines with a rule, for any language but Python, whose checkers have their own formats. */
const ruleDiagnostic = new RegExp(
  `^(?<path>(?!.*\\.pyi?:\\d)\\S.*?):(?<line>\\d+):(?:\\d+:)? ${messagePattern} \\[(?<rule>[\\w.,+=-]+)\\]$`,
);
/** Lines of C and related languages only, as compilers of other languages begin their lines the same way. */
const cDiagnostic = new RegExp(
  `^(?<path>\\S.*?\\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|inl|m|mm|cu)):(?<line>\\d+):(?:\\d+:)? ${messagePattern}$`,
);
/** A linker's message about an object file, whose place in the source is not known. */
const linkerError = /^(?:\S*ld: )?(?<path>\S+?\.(?:c|cc|cpp|cxx|m|mm)):\([^)]*\): (?<message>undefined reference to .*)$/;
/** A failed link prints at least this line. */
const linkFailed = /^(?:collect2|clang(?:\+\+)?): error: (?<message>(?:ld returned|linker command failed).*)$/;
const diagnostic = { exec: (line: string) => ruleDiagnostic.exec(line) ?? cDiagnostic.exec(line) };
const diagnosticOrLink = { exec: (line: string) => diagnostic.exec(line) ?? linkerError.exec(line) ?? linkFailed.exec(line) };

const clangTidy =
  /^(?:abseil|altera|android|boost|bugprone|cert|clang-(?:analyzer|diagnostic)|concurrency|cppcoreguidelines|darwin|fuchsia|google|hicpp|linuxkernel|llvm|llvmlibc|misc|modernize|mpi|objc|openmp|performance|portability|readability|zircon)-/;

function toolOf(rule: string | null): string {
  if (rule === null || rule.startsWith("-")) return "gcc";
  if (/^SC\d+$/.test(rule)) return "shellcheck";
  return clangTidy.test(rule) ? "clang-tidy" : "cppcheck";
}

/**
 * https://gcc.gnu.org/onlinedocs/gcc/Diagnostic-Message-Formatting-Options.html; also of Clang, clang-tidy, Cppcheck and
 * ShellCheck.
 */
export const gccText = defineFormat({
  form: "text",
  id: "gcc-text",
  title: "GCC, Clang, clang-tidy, Cppcheck, ShellCheck: text",
  looksFor: "lines such as `a.c:3:5: warning: … [-Wunused]`",
  severities,
  gives: "the tool, told by the rule",
  lacks: "fixable; notes explain the line before, except those of ShellCheck",
  claims: (lines) => lines.some((line) => diagnostic.exec(line) !== null),
  read: (lines) =>
    readLines(lines, diagnosticOrLink, ({ path = null, line, severity = "error", message = "", rule: namedRule = null }) => {
      const tool = toolOf(namedRule);
      // After a check, clang-tidy names its aliases and whether it counts as an error.
      const rule = tool === "clang-tidy" ? (namedRule?.split(",")[0] ?? null) : namedRule;
      if (severity === "note" && tool !== "shellcheck") return undefined;
      return findingOf({ tool, rule, severity: severityOf(severities, severity), message, path, line: parseLineNumber(line) });
    }),
});
