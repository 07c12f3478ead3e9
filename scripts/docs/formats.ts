import { toolFormats } from "../../src/features/reviews/importers/tools/detect-format.ts";
import { toolTables } from "../../src/features/reviews/importers/tools/rule-categories.ts";
import { table } from "./table.ts";

const code = (text: string): string => `\`${text}\``;

/** How each format is recognised, and what it provides and lacks. */
export const formatReference = async (): Promise<string> =>
  table(
    ["`--format`", "format", "recognised by", "severities", "gives", "lacks"],
    toolFormats.map(({ id, title, looksFor, severities, gives, lacks }) => [
      code(id),
      title,
      looksFor,
      [...severities].map(([word, severity]) => (word === severity ? code(word) : `${code(word)}: ${severity}`)).join(", "),
      gives,
      lacks,
    ]),
  );

/** The categories of each tool's rules. */
export const categoryReference = async (): Promise<string> =>
  table(
    ["tool", "rules", "category"],
    toolTables.flatMap(({ tool, rules, otherwise }) => [
      ...rules.map(([pattern, category]) => [tool, code(pattern.source), category]),
      [tool, rules.length === 0 ? "all" : "all others", otherwise],
    ]),
  );
