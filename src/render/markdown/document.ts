import type { Block, Document, Item, Text, Tone } from "../../kernel/document.ts";
import { plain as escaped } from "./escape.ts";
import { table } from "./table.ts";

/** Maximum number of rows of a table that a document shows; the others are counted. */
const maxRows = 500;

/**
 * Escapes text so that it forms no Markdown and mentions nobody: repository hosts look for names and numbers in rendered
 * Markdown, where `\@typescript-eslint` has lost its backslash. A zero-width space separates them from their sign.
 */
const plain = (text: string): string => escaped(text).replaceAll(/\\@(?=\w)|\\#(?=\d)|\bGH\\-(?=\d)/gi, "$&&#8203;");

/** Markdown has no colours; what stands out is bold, and everything else has a word or a sign of its own. */
const isStrong = (tone: Tone): boolean => tone === "strong" || tone === "bad";

/** A text whose content forms no Markdown. */
export function inlineMarkdown(text: Text): string {
  if (typeof text === "string") return plain(text);
  if (!("tone" in text)) return text.map(inlineMarkdown).join("");
  const words = plain(text.text);
  // Asterisks next to a space have no effect, so spaces at the ends stay outside.
  return isStrong(text.tone) ? words.replace(/\S(?:.*\S)?/s, (match) => `**${match}**`) : words;
}

const itemMarkdown = ({ text, details = [] }: Item): string =>
  [`- ${inlineMarkdown(text)}`, ...details.map((detail) => `  ${inlineMarkdown(detail)}`)].join("  \n");

/** The fence of a code block: one backtick more than the longest run of them in the text, and at least three. */
function fenceOf(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  return "`".repeat(longest + 1);
}

/** @param more words the number of rows that are left out */
function blockMarkdown(block: Block, more: (count: number) => string): string {
  switch (block.kind) {
    case "heading": {
      const remark = block.remark === undefined ? "" : ` · ${inlineMarkdown(block.remark)}`;
      return `## ${inlineMarkdown(block.text)}${remark}`;
    }
    case "paragraph":
      return inlineMarkdown(block.text);
    case "fields": {
      const withRemarks = block.fields.some(({ remark }) => remark !== undefined && remark !== null);
      const cells = block.fields.map(({ label, value, remark }) => [
        plain(label),
        inlineMarkdown(value),
        ...(withRemarks ? [inlineMarkdown(remark ?? "")] : []),
      ]);
      const head = withRemarks ? [" ", " ", " "] : [" ", " "];
      return table(
        head,
        head.map(() => "left"),
        cells,
      );
    }
    case "table": {
      const rows = [...Array(Math.min(block.rows, maxRows)).keys()].map((row) =>
        block.columns.map(({ cells }) => inlineMarkdown(cells[row] ?? "")),
      );
      const drawn = table(
        block.columns.map(({ head }) => (head === "" ? " " : plain(head))),
        block.columns.map(({ align = "left" }) => align),
        rows,
      );
      return block.rows > maxRows ? `${drawn}\n\n${plain(more(block.rows - maxRows))}` : drawn;
    }
    case "list":
      return block.items.map(itemMarkdown).join("\n");
    case "warning":
      return `⚠ ${inlineMarkdown(block.text)}`;
    case "action":
      return `${plain(block.text)}: \`${block.command.replaceAll("`", "'")}\``;
    case "code": {
      const fence = fenceOf(block.text);
      return `${fence}${block.language}\n${block.text}\n${fence}`;
    }
    case "sparkline":
      return "";
    case "group":
      return block.blocks.map((one) => blockMarkdown(one, more)).join("\n\n");
    default:
      return block satisfies never;
  }
}

/**
 * A document as Markdown under a title, ending with a line feed.
 * @param more words the number of rows of a long table that are left out
 */
export const markdownText = (title: string, document: Document, more: (count: number) => string): string =>
  `${[`# ${plain(title)}`, ...document.map((block) => blockMarkdown(block, more))].filter((text) => text !== "").join("\n\n")}\n`;
