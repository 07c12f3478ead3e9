import { defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { parseLineNumber, readLines } from "./text.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["message"] });

/** `a.ts(3,5): error TS2322: …`, `a.ts:3:5 - error TS2322: …` with colours and in Angular after `Error: `, `error TS18003: …` about the configuration. */
const diagnostic =
  /^(?:Error: |Warning: )?(?:(?:(?<path>\S.*?)(?:\((?<line>\d+),\d+\): |:(?<prettyLine>\d+):\d+ - ))?)(?<severity>error|warning|message) (?<rule>TS\d+): (?<message>.*)$/;

/** In watch mode, only the output of the last compilation counts. */
const compilationStart = / - (?:Starting compilation in watch mode|File change detected\. Starting incremental compilation)/;

/** https://www.typescriptlang.org/docs/handbook/compiler-options.html, `--pretty` */
export const tsc = defineFormat({
  form: "text",
  id: "tsc",
  title: "TypeScript compiler, text",
  looksFor: "lines such as `a.ts(3,5): error TS2322: …`",
  severities,
  gives: "errors of the configuration without a file as `tool_error`",
  lacks: "fixable",
  claims: (lines) => lines.some((line) => diagnostic.test(line)),
  read(lines) {
    const start = lines.findLastIndex((line) => compilationStart.test(line));
    return readLines(lines.slice(start + 1), diagnostic, ({ path, line, prettyLine, severity, rule = null, message = "" }) =>
      findingOf({
        tool: "tsc",
        rule,
        severity: severityOf(severities, severity),
        message,
        path: path ?? null,
        line: parseLineNumber(line ?? prettyLine),
        ...(path === undefined ? { category: "tool_error" } : {}),
      }),
    );
  },
});
