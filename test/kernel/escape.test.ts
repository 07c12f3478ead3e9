import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelText } from "../../src/extension/format/label.ts";
import { csvText, sanitize, sanitizeJson, sanitizeLines } from "../../src/kernel/escape.ts";
import { plain as markdown } from "../../src/render/markdown/escape.ts";
import { escapeExceptColors, plain as shortPlain } from "../../src/render/terminal/plain.ts";
import { isShared } from "../../src/sync/redact.ts";
import { toCsv } from "../../src/webview/shared/table/csv.ts";
import { toMarkdown } from "../../src/webview/shared/table/markdown.ts";

/** Characters that move the cursor, or hide or reorder text. */
const harmful = /[^\P{Cc}\n\t]|[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /\u001b\[[\d;]*m/g;

const attacks = [
  "\u001b]",
  "\u001b]0;",
  "\u001b[",
  "\u001b[1;",
  "\u001bP",
  "\u001b",
  "\u001b\u001b[",
  "\u009b",
  "\u009d",
  "\u009d0;",
  "\u0090",
  "\u001b(",
  "\u0008",
  "\u202e",
  " ",
  "\t",
  "\n",
  " \n",
  "\r\n",
  "$(",
  "$(a",
  "](",
  "=",
  ";",
  ";=",
  '"',
  ';"',
  "\\",
  "*a",
  "a.",
  ". ",
  "規",
  "e\u0301",
  "👨‍👩‍👧",
] as const;

describe("sanitize", () => {
  it.each([
    ["\u001bc", ""],
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u009b31mred", "red"],
    ["\u001b]0;title\u0007text", "text"],
    ["\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["\u009d0;title\u009ctext", "text"],
    ["\u001bP1;2|secret\u001b\\text", "text"],
    ["\u001b]0;never ends", " ]0;never ends"],
    ["a\u0008\u0008b", "a b"],
    ["a\u202eb", "a b"],
    ["a\u0085b\u2028c", "a b c"],
    ["two\r\nlines", "two lines"],
    ["規則 👨‍👩‍👧 ünïcode", "規則 👨‍👩‍👧 ünïcode"],
  ])("makes %j safe", (text, safe) => expect(sanitize(text)).toBe(safe));

  it("removes everything harmful from any text", () => {
    const hostile = fc.array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: "binary" }))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(sanitize(text)).not.toMatch(harmful);
        expect(sanitize(text)).not.toMatch(/[\n\t]/);
        expect(sanitizeLines(text)).not.toMatch(harmful);
        expect(labelText(text)).not.toMatch(harmful);
        expect(markdown(text)).not.toMatch(harmful);
        expect(escapeExceptColors(text).replaceAll(colour, "")).not.toMatch(harmful);
        expect(sanitizeJson(JSON.stringify(text))).not.toMatch(harmful);
        expect(JSON.parse(sanitizeJson(JSON.stringify(text)))).toBe(text);
      }),
    );
  });

  it("keeps line breaks in multi-line text", () => expect(sanitizeLines("a\r\n\tb\u001b[2J\n\u0007c")).toBe("a\n\tb\n c"));

  it("truncates very long text", () => {
    expect(shortPlain("x".repeat(5_000))).toBe(`${"x".repeat(3_999)}…`);
  });
});

describe("running time stays linear for", () => {
  const ways: Readonly<Record<string, (text: string) => unknown>> = {
    plain: sanitize,
    plainLines: sanitizeLines,
    plainJson: sanitizeJson,
    csvText,
    onlyColours: escapeExceptColors,
    labelText,
    markdown,
    toCsv: (text) => toCsv(["head"], [[text]]),
    toMarkdown: (text) => toMarkdown([{ title: "head", numeric: false }], [[text]]),
    isShared: (text) => isShared(text, ["*a*a*a*b", "a*a*a*a*a*c"]),
  };

  /** Number of characters of each attack, and a limit in CPU seconds that code with quadratic time exceeds by far. */
  const [characters, enough] = [200_000, 3];

  it.each(Object.entries(ways))("%s", (_, way) => {
    for (const attack of attacks) {
      const text = `x${attack.repeat(Math.ceil(characters / attack.length))}x`;
      const before = process.cpuUsage();
      way(text);
      expect(process.cpuUsage(before).user / 1e6, JSON.stringify(attack)).toBeLessThan(enough);
    }
  });
});
