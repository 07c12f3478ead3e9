import type { Severity } from "../../model/finding.ts";
import { createCollector, defineFormat } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { blocksOf, parseLineNumber } from "./text.ts";

/** A colon after an id is excluded, as Pylint writes it. */
const messagePattern = "(?<rule>[A-Z]{1,6}\\d{1,4}(?!\\d|:)|invalid-syntax|SyntaxError):? (?<fixable>\\[\\*\\] )?(?<message>.*)$";
/** Python programs may have a name without an extension; Ruff also checks `pyproject.toml`. */
const concise = new RegExp(
  `^(?<path>\\S.*?(?:\\.(?:py[iwx]?|ipynb|toml)|[\\\\/][^.:\\\\/]+)):(?<cell>cell \\d+:)?(?<line>\\d+):(?:\\d+:)? ${messagePattern}`,
);
const heading = new RegExp(`^${messagePattern}`);
const arrow = /^ *--> (?<path>.+?):(?<cell>cell \d+:)?(?<line>\d+):\d+$/;

/** Whether only Ruff prints such a line. */
const isRuffLine = (line: string): boolean => /^Found \d+ errors?[.(]|^\[\*\] \d+ fixable with|: SyntaxError: /.test(line);

/**
 * https://flake8.pycqa.org/en/latest/internal/formatters.html, https://docs.astral.sh/ruff/settings/#output-format: full and
 * concise
 */
export const flake8 = defineFormat({
  form: "text",
  id: "flake8",
  title: "Flake8, Ruff: text",
  looksFor: "lines such as `a.py:3:5: F401 …`, or `F401 …` above `--> a.py:3:5`",
  severities: new Map<string, Severity>(),
  gives: "fixable (Ruff's `[*]`). Only code that is broken (E9, F5–F7, F82) is an error, all else a warning",
  lacks: "severities",
  claims: (lines) => lines.some((line) => concise.test(line)) || blocksOf(lines, heading, arrow).length > 0,
  read(lines) {
    const collector = createCollector();
    const blocks = blocksOf(lines, heading, arrow).map(({ found }) => found);
    const tool = blocks.length > 0 || lines.some(isRuffLine) ? "ruff" : "flake8";
    for (const found of [...lines.map((line) => concise.exec(line)?.groups ?? {}), ...blocks]) {
      const { path, cell, line, rule: namedRule = null, fixable, message = "" } = found;
      if (path === undefined) continue;
      const rule = namedRule === "SyntaxError" ? "invalid-syntax" : namedRule;
      // Rows of a notebook are counted from its cell, not from the file.
      const at = cell === undefined ? parseLineNumber(line) : null;
      const details = { severity: "error", message, path, line: at, fixable: fixable !== undefined } as const;
      collector.findings.push(findingOf({ tool, rule, ...details }));
    }
    return collector.reading();
  },
});
