import { cppcheckSeverities } from "./cppcheck.ts";
import { defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, toolError } from "./entries.ts";
import { shellcheckSeverities } from "./shellcheck.ts";
import { parseLineNumber, readLines } from "./text.ts";

const severities = new Map([...severitiesOf({ error: ["fatal error"] }), ...shellcheckSeverities, ...cppcheckSeverities]);

const messagePattern = "(?<severity>fatal error|error|warning|style|performance|portability|note): (?<message>.*?)";
/** Where a diagnostic is: line and column, and with an option of Clang the ranges of columns. */
const placePattern = ":(?<line>\\d+):(?:\\d+:)?(?:\\{\\S*\\}:)?";
/** Lines with a rule, for any language but Python, whose checkers have their own formats. */
// mypy writes two spaces before the code.
const ruleDiagnostic = new RegExp(
  `^(?<path>(?!.*\\.pyi?:\\d)\\S.*?)${placePattern} ${messagePattern}(?<! ) \\[(?<rule>[\\w.,+=-]+)\\]$`,
);
const fortranExtensions = "f|for|ftn|fpp|f[0-9]{2}";
const cExtensions = `${fortranExtensions}|c|cc|cpp|cxx|c\\+\\+|cppm|ixx|h|hh|hpp|hxx|h\\+\\+|inl|ipp|tcc|tpp|txx|inc|def|m|mm|cu|cuh|l|y`;
/** Lines of C, Fortran and related languages only, as compilers of other languages begin their lines the same way. */
const cDiagnostic = new RegExp(
  `^(?<path>\\S.*?\\.(?:${cExtensions}|${cExtensions.toUpperCase()}))${placePattern} ${messagePattern}$`,
);
/** Errors of any language, and of the assembler: next to lines of C, they are from the same build. */
const anyError = new RegExp(`^(?<path>\\S.*?\\.[A-Za-z]\\w*)${placePattern} (?<severity>fatal error|[Ee]rror): (?<message>.*)$`);
/** A linker's message, whose place in the source is known only of code with debug information. */
const linkerError =
  /^(?:\S*ld: )?(?<path>\S+?\.(?:c|cc|cpp|cxx|m|mm)):(?:(?<line>\d+)(?::\([^)]*\))?|\([^)]*\)): (?<message>undefined reference to .*)$/;
/** An error of a compiler or a linker that is about no place in a file. A failed link prints at least one. */
const programError =
  /^(?:\S*[\\/])?(?:[\w.]+-)*(?:gcc|g\+\+|cc|c\+\+|cc1\w*|collect2|lto1|clang(?:\+\+)?|gfortran|f951|ld(?:\.\w+)?|ld64\.lld|lld-link)(?:-\d+)?(?:\.exe)?: (?:[Ff]atal )?[Ee]rror: (?<message>.*)$/;
/** An error of clang-tidy about the command that compiles a file. */
const commandError = /^error: (?<message>.*) \[(?<rule>clang-diagnostic-[\w-]+)(?:,\S*)?\]$/;
const diagnostic = { exec: (line: string) => ruleDiagnostic.exec(line) ?? cDiagnostic.exec(line) };
const diagnosticOrError = {
  exec: (line: string) =>
    diagnostic.exec(line) ?? anyError.exec(line) ?? linkerError.exec(line) ?? programError.exec(line) ?? commandError.exec(line),
};

const fortranPlace = new RegExp(
  `^(\\S.*?\\.(?:${fortranExtensions}|${fortranExtensions.toUpperCase()}|inc|h|fi):\\d+)(?:[:.]\\d+)?:(?: (?=(?:Fatal Error|Error|Warning): )|$)`,
);
const fortranMessage = /^(?:Fatal Error|Error|Warning): /;

/** Joins the lines of Fortran's messages: the code is between the place and the message. */
function joinFortran(lines: readonly string[]): readonly string[] {
  let place: string | undefined;
  return lines.map((line) => {
    const found = fortranPlace.exec(line);
    if (found !== null) place = found[1];
    const text = line.slice(found?.[0].length ?? 0);
    if (place === undefined || !fortranMessage.test(text)) return line;
    const joined = `${place}: ${text.replace(fortranMessage, (severity) => severity.toLowerCase())}`;
    place = undefined;
    return joined;
  });
}

/** The report of a build that failed. */
const failedBuild = /^(?:\S*make(?:\[\d+\])?: \*\*\* .*|ninja: build stopped: .*)$/;

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
  gives: "the tool, told by the rule; gfortran's messages",
  lacks: "fixable; notes explain the line before, except those of ShellCheck",
  claims: (lines) => joinFortran(lines).some((line) => diagnostic.exec(line) !== null),
  read(output) {
    const lines = joinFortran(output);
    const reading = readLines(
      lines,
      diagnosticOrError,
      ({ path = null, line, severity = "error", message = "", rule: namedRule = null }) => {
        const tool = toolOf(namedRule);
        // After a check, clang-tidy names its aliases and whether it counts as an error.
        const rule = tool === "clang-tidy" ? (namedRule?.split(",")[0] ?? null) : namedRule;
        if (severity === "note" && tool !== "shellcheck") return undefined;
        return findingOf({ tool, rule, severity: severityOf(severities, severity), message, path, line: parseLineNumber(line) });
      },
    );
    const failure = lines.find((line) => failedBuild.test(line));
    // A compiler that only warns does not fail the build; a linter may.
    const isExplained = reading.findings.some(({ tool, severity }) => tool !== "gcc" || severity === "error");
    if (failure === undefined || reading.findings.length === 0 || isExplained) return reading;
    const details = { severity: "error", message: failure, path: null, line: null, ...toolError } as const;
    return { ...reading, findings: [...reading.findings, findingOf({ tool: "gcc", ...details })] };
  },
});
