import type { Block, Document, Item, Text, Tone } from "../../kernel/document.ts";
import { sanitize, sanitizeLines } from "../../kernel/escape.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Escapes text so that it forms neither an element nor an attribute, whatever it contains. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => entities[one] ?? one);
const inLine = (text: string): string => escaped(sanitize(text));

/** The meaning of a text is in its words; its class only gives it a colour. */
function textHtml(text: Text): string {
  if (typeof text === "string") return inLine(text);
  if (!("tone" in text)) return text.map(textHtml).join("");
  return `<span class="${text.tone satisfies Tone}">${inLine(text.text)}</span>`;
}

const row = (cells: readonly string[]): string => `<tr>${cells.join("")}</tr>`;

function itemHtml({ text, details = [] }: Item): string {
  return `<li>${[text, ...details].map(textHtml).join("<br>")}</li>`;
}

function tableHtml({ columns, rows }: Extract<Block, { kind: "table" }>): string {
  const cell = (tag: "td" | "th", align: "left" | "right" | undefined, html: string): string =>
    `<${tag}${align === "right" ? ' class="right"' : ""}>${html}</${tag}>`;
  const head = columns.map((column) => cell("th", column.align, inLine(column.head)));
  const body = [...Array(rows).keys()].map((at) =>
    row(columns.map((column) => cell("td", column.align, textHtml(column.cells[at] ?? "")))),
  );
  return `<table><thead>${row(head)}</thead><tbody>\n${body.join("\n")}\n</tbody></table>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "heading":
      return `<h2>${textHtml(block.text)}${block.remark === undefined ? "" : ` · ${textHtml(block.remark)}`}</h2>`;
    case "paragraph":
      return `<p>${textHtml(block.text)}</p>`;
    case "fields": {
      const rows = block.fields.map(({ label, value, remark }) =>
        row([`<th>${inLine(label)}</th>`, `<td>${textHtml(value)}</td>`, `<td>${textHtml(remark ?? "")}</td>`]),
      );
      return `<table class="fields"><tbody>\n${rows.join("\n")}\n</tbody></table>`;
    }
    case "table":
      return tableHtml(block);
    case "list":
      return `<ul>${block.items.map(itemHtml).join("")}</ul>`;
    case "warning":
      return `<p>⚠ ${textHtml(block.text)}</p>`;
    case "action":
      return `<p>${inLine(block.text)}: <code>${inLine(block.command)}</code></p>`;
    case "code":
      return `<pre><code>${escaped(sanitizeLines(block.text))}</code></pre>`;
    case "sparkline":
      return "";
    case "group":
      return block.blocks.map(blockHtml).join("\n");
    default:
      return block satisfies never;
  }
}

const stylesheet = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem;border-bottom:1px solid #8886;overflow-wrap:anywhere}
.right{text-align:right}
.good{color:#2a8f4d}.bad{color:#d1453b;font-weight:600}.caution{color:#b5790b}.info{color:#3b7dd1}
.muted{opacity:.7}.strong{font-weight:600}`;

/** A document as a page under a title. The page loads nothing and runs nothing. */
export const htmlText = (title: string, document: Document): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${inLine(title)}</title>
<style>${stylesheet}</style>
</head>
<body>
<h1>${inLine(title)}</h1>
${document.map(blockHtml).join("\n")}
</body>
</html>
`;
