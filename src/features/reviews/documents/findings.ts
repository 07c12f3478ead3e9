import { type Block, bad, caution, info, type Text, table, type Words } from "../../../kernel/document.ts";
import type { FindingView } from "../operations/views.ts";

/** Abbreviates a commit id. */
export const shortCommit = (commit: string): string => commit.slice(0, 8);

function severityText(severity: FindingView["severity"], { t }: Words): Text {
  return {
    error: bad(t("error")),
    warning: caution(t("warning")),
    info: info(t("info")),
  }[severity];
}

/** A table of findings, sorted by place. */
export const findingTable = (findings: readonly FindingView[], words: Words): Block =>
  table<FindingView>(
    [
      { head: words.t("Place"), shrink: 20, cell: ({ file, line }) => `${file}:${line}` },
      { head: words.t("Severity"), cell: ({ severity }) => severityText(severity, words) },
      { head: words.t("Rule"), shrink: 10, cell: ({ tool, rule }) => (rule.startsWith(`${tool}/`) ? rule : `${tool}/${rule}`) },
      {
        head: "",
        drop: 1,
        cell: ({ blocking, fixable }) => (blocking ? bad(words.t("blocks")) : fixable ? words.t("fixable") : ""),
      },
      { head: words.t("Message"), shrink: 20, cell: ({ message }) => message },
    ],
    findings.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1)),
  );
