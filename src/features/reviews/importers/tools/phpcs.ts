import * as z from "zod";
import { createCollector, defineFormat, hasKeys, lineOf, parseEntry, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, memberOf } from "./entries.ts";

const file = z.object({ messages: z.array(z.unknown()).readonly() });
const message = z.object({
  message: z.string(),
  source: z.string(),
  type: z.string().nullish(),
  fixable: z.boolean().nullish(),
  line: z.unknown().optional(),
});

const severities = severitiesOf({ error: ["error"], warning: ["warning"] });

/** https://github.com/PHPCSStandards/PHP_CodeSniffer/wiki/Reporting; without files PHP writes a list in place of the object. */
export const phpcs = defineFormat({
  form: "json",
  id: "phpcs",
  title: "PHP_CodeSniffer JSON",
  looksFor: "an object with `totals` and an object `files`, whose totals count `fixable`",
  severities,
  gives: "fixable",
  lacks: "categories, which come from the table",
  claims: (value) => hasKeys(value, "totals", "files") && hasKeys(value["totals"], "errors", "warnings", "fixable"),
  read(value) {
    const collector = createCollector();
    const files = memberOf(value, "files");
    for (const [path, entry] of hasKeys(files) ? Object.entries(files) : []) {
      const place = `files[${JSON.stringify(path)}]`;
      for (const [at, one] of (parseEntry(collector, file, entry, place)?.messages ?? []).entries()) {
        const parsed = parseEntry(collector, message, one, `${place}.messages[${at}]`);
        if (parsed === undefined) continue;
        const { type, source: rule, message: text, line, fixable } = parsed;
        const details = { severity: severityOf(severities, type ?? "error"), message: text, path, line: lineOf(line) };
        collector.findings.push(findingOf({ tool: "phpcs", rule, ...details, fixable: fixable === true }));
      }
    }
    return collector.reading();
  },
});
