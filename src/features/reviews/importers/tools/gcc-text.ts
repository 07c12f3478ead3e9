import { cppcheckSeverities } from "./cppcheck.ts";
import { defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { shellcheckSeverities } from "./shellcheck.ts";
import { lineIn, readLines } from "./text.ts";

const severities = new Map([...severitiesOf({ error: ["fatal error"] }), ...shellcheckSeverities, ...cppcheckSeverities]);

const said = "(?<severity>fatal error|error|warning|style|performance|portability|note): (?<message>.*?)";
/** Lines with a rule, for any language but Python, whose checkers have their own formats. */
const withRule = new RegExp(`^(?<path>(?!.*\\.pyi?:\\d)\\S.*?):(?<line>\\d+):(?:\\d+:)? ${said} \\[(?<rule>[\\w.,+=-]+)\\]$`);
/** Lines of C and related languages only, as compilers of other languages begin their lines the same way. */
const ofC = new RegExp(`^(?<path>\\S.*?\\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|inl|m|mm|cu)):(?<line>\\d+):(?:\\d+:)? ${said}$`);
/** A linker's message about an object file, whose place in the source is not known. */
const ofLinker = /^(?:\S*ld: )?(?<path>\S+?\.(?:c|cc|cpp|cxx|m|mm)):\([^)]*\): (?<message>undefined reference to .*)$/;
/** A failed link prints at least this line. */
const linkFailed = /^(?:collect2|clang(?:\+\+)?): error: (?<message>(?:ld returned|linker command failed).*)$/;
const diagnostic = { exec: (line: string) => withRule.exec(line) ?? ofC.exec(line) };
const withLinks = { exec: (line: string) => diagnostic.exec(line) ?? ofLinker.exec(line) ?? linkFailed.exec(line) };

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
    readLines(lines, withLinks, ({ path = null, line, severity = "error", message = "", rule: named = null }) => {
      const tool = toolOf(named);
      // After a check, clang-tidy names its aliases and whether it counts as an error.
      const rule = tool === "clang-tidy" ? (named?.split(",")[0] ?? null) : named;
      if (severity === "note" && tool !== "shellcheck") return undefined;
      return findingOf({ tool, rule, severity: severityOf(severities, severity), message, path, line: lineIn(line) });
    }),
});
