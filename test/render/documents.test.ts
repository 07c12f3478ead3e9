import { expect, it } from "vitest";
import {
  action,
  bad,
  bareText,
  type Document,
  fields,
  good,
  heading,
  info,
  list,
  paragraph,
  strong,
  table,
  warning,
} from "../../src/kernel/document.ts";
import { htmlText } from "../../src/render/html/document.ts";
import { inlineMarkdown, markdownText } from "../../src/render/markdown/document.ts";
import { terminalText } from "../../src/render/terminal/document.ts";
import { pipeStyle } from "../cli/style.ts";

const rows = [
  { rule: "no|pipes", count: 2 },
  { rule: "a\u001b[31mb", count: 10 },
];

const document: Document = [
  heading("ada", "all *projects*"),
  fields([
    { label: "Coins", value: "7.30", remark: "last reward +4 points" },
    { label: "Runs", value: "12" },
    { label: "Verdict", value: [good("PASS"), " ", bad("2 blocks")] },
  ]),
  table<(typeof rows)[number]>(
    [
      { head: "Rule", cell: ({ rule }) => rule },
      { head: "Count", align: "right", cell: ({ count }) => String(count) },
    ],
    rows,
  ),
  list([{ text: strong("a.json"), details: ["is no report", info("→ see docs")] }]),
  {
    kind: "group",
    blocks: [paragraph("One paragraph"), warning("odd _clock_"), action("Next", "reward-ledger sync now")],
  },
  { kind: "code", language: "json", text: '{ "a": "```" }' },
  { kind: "sparkline", label: "Scores", values: [0, 60, 120], minimum: 0, maximum: 120 },
];

it("a pipe gets every block as plain text, without control characters from its content", () => {
  expect(terminalText(document, pipeStyle)).toBe(
    [
      "ada  all *projects*",
      "",
      "Coins    7.30  last reward +4 points",
      "Runs       12",
      "Verdict  PASS 2 blocks",
      "",
      "Rule      Count",
      "no|pipes      2",
      "ab           10",
      "",
      "  a.json",
      "    is no report",
      "    → see docs",
      "",
      "One paragraph",
      "  warning odd _clock_",
      "Next:  reward-ledger sync now",
      "",
      '{ "a": "```" }',
    ].join("\n"),
  );
});

it("Markdown gets every block, and its content is escaped", () => {
  const text = markdownText("Status", document, (count) => `and ${count} more`);
  expect(text).toBe(
    [
      "# Status",
      "",
      "## ada · all \\*projects\\*",
      "",
      "|   |   |   |",
      "| :-- | :-- | :-- |",
      "| Coins | 7\\.30 | last reward \\+4 points |",
      "| Runs | 12 |  |",
      "| Verdict | PASS **2 blocks** |  |",
      "",
      "| Rule | Count |",
      "| :-- | --: |",
      "| no\\|pipes | 2 |",
      "| ab | 10 |",
      "",
      "- **a\\.json**  ",
      "  is no report  ",
      "  → see docs",
      "",
      "One paragraph",
      "",
      "⚠ odd \\_clock\\_",
      "",
      "Next: `reward-ledger sync now`",
      "",
      "````json",
      '{ "a": "```" }',
      "````",
      "",
    ].join("\n"),
  );
});

it.each([
  ["@typescript-eslint/no-unused-vars", "\\@&#8203;typescript\\-eslint/no\\-unused\\-vars"],
  ["@acme/core reads me@acme.dev", "\\@&#8203;acme/core reads me\\@&#8203;acme\\.dev"],
  ["fixes #12 and acme/shop#7", "fixes \\#&#8203;12 and acme/shop\\#&#8203;7"],
  ["GH-34", "GH\\-&#8203;34"],
  ["C# @ 5", "C\\# \\@ 5"],
])("in Markdown %j mentions no account and links no issue of the host that shows it", (text, expected) => {
  expect(
    markdownText("Report", [paragraph(text), table<string>([{ head: "Rule", cell: (rule) => bad(rule) }], [text])], String),
  ).toBe(`# Report\n\n${expected}\n\n| Rule |\n| :-- |\n| **${expected}** |\n`);
});

it.each([
  [[strong("Verdict: "), "pass"], "**Verdict\\:** pass"],
  [["a", strong(" b ")], "a **b** "],
  [strong("*a*"), "**\\*a\\***"],
  [strong(" "), " "],
])("Markdown emphasis excludes surrounding spaces: %j", (text, markdown) => expect(inlineMarkdown(text)).toBe(markdown));

it("a long Markdown table ends with the number of omitted rows", () => {
  const long = table([{ head: "N", cell: String }], [...Array(600).keys()]);
  expect(markdownText("Rows", [long], (count) => `and ${count} more`)).toMatch(/\| 499 \|\n\nand 100 more\n$/);
});

it("bare text is the content without its tones", () => {
  expect(bareText(["a", good("b"), [bad("c")]])).toBe("abc");
});

it("an HTML page escapes all texts, and neither loads nor runs anything", () => {
  const hostile = `<script>alert("1")</script><img src=x onerror='x'>&amp;`;
  const page = htmlText(hostile, [
    heading(hostile, hostile),
    paragraph([bad(hostile), hostile]),
    fields([{ label: hostile, value: hostile, remark: hostile }]),
    table<string>([{ head: hostile, align: "right", cell: (text) => text }], [hostile]),
    list([{ text: hostile, details: [hostile] }]),
    warning(hostile),
    action(hostile, hostile),
    { kind: "code", language: "json", text: `${hostile}\nsecond` },
  ]);
  const tags = new Set([...page.matchAll(/<\/?([a-z0-9!]+)/g)].map(([, tag]) => tag));
  for (const tag of ["script", "img", "link", "iframe"]) expect(tags).not.toContain(tag);
  expect([...page.matchAll(/<[a-z][^>]*>/g)].join("")).not.toMatch(/\b(?:src|href|on\w+)=/);
  expect(page.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/g)?.length).toBe(17);
  expect(page).toContain("onerror=&#39;x&#39;&gt;&amp;amp;");
  expect(page).toContain("default-src 'none'");
  expect(page).toContain("second</code>");
});
