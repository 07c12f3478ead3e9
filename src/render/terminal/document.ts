import type { Block, Document, Field, Text, Tone } from "../../kernel/document.ts";
import { plain } from "./plain.ts";
import { sparkline } from "./sparkline.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";
import { widthOf } from "./width.ts";

const maxSparklineWidth = 60;

function inTone(text: string, tone: Tone, { colors }: Style): string {
  switch (tone) {
    case "good":
      return colors.green(text);
    case "bad":
      return colors.red(text);
    case "caution":
      return colors.yellow(text);
    case "info":
      return colors.cyan(text);
    case "muted":
      return colors.dim(text);
    case "strong":
      return colors.bold(text);
    default:
      return tone satisfies never;
  }
}

/** A text on one line: no escape sequences except the colours of its tones, no control characters. */
export function inlineText(text: Text, style: Style): string {
  if (typeof text === "string") return plain(text);
  return "tone" in text ? inTone(plain(text.text), text.tone, style) : text.map((part) => inlineText(part, style)).join("");
}

/** Labels, values and remarks in three columns; numbers are aligned to the right. */
function fieldLines(rows: readonly Field[], isPlain: boolean, style: Style): string {
  const { colors } = style;
  const lines = rows.map(({ label, value, remark }) => ({
    label: plain(label),
    value: inlineText(value, style),
    remark: remark === undefined || remark === null ? "" : inlineText(remark, style),
  }));
  const isFigure = (value: string): boolean => !isPlain && /^[-+]?\d[\d.,]*$/.test(value);
  const labels = Math.max(0, ...lines.map(({ label }) => widthOf(label)));
  const figures = Math.max(0, ...lines.filter(({ value }) => isFigure(value)).map(({ value }) => widthOf(value)));
  return lines
    .map(({ label, value, remark }) => {
      const start = `${colors.dim(label)}${" ".repeat(labels - widthOf(label))}  `;
      const aligned = isFigure(value) ? value.padStart(figures) : value;
      return `${start}${aligned}${remark === "" ? "" : `  ${colors.dim(remark)}`}`;
    })
    .join("\n");
}

function blockText(block: Block, style: Style): string {
  const { colors } = style;
  const inline = (text: Text): string => inlineText(text, style);
  switch (block.kind) {
    case "heading": {
      const remark = block.remark === undefined ? "" : `  ${colors.dim(inline(block.remark))}`;
      return `${colors.bold(inline(block.text))}${remark}`;
    }
    case "paragraph":
      return inline(block.text);
    case "fields":
      return fieldLines(block.fields, block.plain, style);
    case "table": {
      const columns = block.columns.map(({ cells, ...column }) => ({
        ...column,
        cell: (row: number): string => inline(cells[row] ?? ""),
      }));
      return table(columns, [...Array(block.rows).keys()], style);
    }
    case "list":
      return block.items
        .map(({ text, details = [] }) => [`  ${inline(text)}`, ...details.map((detail) => `    ${inline(detail)}`)].join("\n"))
        .join("\n");
    case "warning":
      return `  ${colors.yellow("warning")} ${inline(block.text)}`;
    case "action":
      return `${plain(block.text)}:  ${plain(block.command)}`;
    case "code":
      return block.text;
    case "sparkline": {
      // Files and pipes are read by programs, which have the numbers.
      if (!style.interactive) return "";
      const width = Math.min(maxSparklineWidth, (style.width ?? 80) - 10);
      return `${plain(block.label)}  ${sparkline(block.values.slice(-width), block)}`;
    }
    case "group":
      return block.blocks
        .map((one) => blockText(one, style))
        .filter((text) => text !== "")
        .join("\n");
    default:
      return block satisfies never;
  }
}

/** A document as the text of a terminal or a pipe, without a final line feed. */
export const terminalText = (document: Document, style: Style): string =>
  document
    .map((block) => blockText(block, style))
    .filter((text) => text !== "")
    .join("\n\n");
