import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { terminalWords } from "../../src/cli/words.ts";
import type { Document, Words } from "../../src/kernel/document.ts";
import { markdownText } from "../../src/render/markdown/document.ts";
import { editorWords } from "../../src/render/markdown/words.ts";
import { terminalText } from "../../src/render/terminal/document.ts";
import type { Style } from "../../src/render/terminal/style.ts";
import { coloredStyle, pipeStyle, terminalStyle } from "../cli/style.ts";
import { style as editorStyle, english } from "../extension/texts.ts";

/** Creates the document of an answer. */
export type MakeDocument = (words: Words) => Document;

/** A document as the command line prints it. */
export const renderTerminal = (make: MakeDocument, style: Style): string => terminalText(make(terminalWords(style)), style);

/** A document as VS Code shows it, in English. */
export const renderEditor = (title: string, make: MakeDocument): string =>
  markdownText(title, make(editorWords(editorStyle, english)), (count) => `and ${count} more`);

/** Tests that apply to every document that is written to a terminal or a pipe. */
export function describeTerminalOutput(documents: Readonly<Record<string, MakeDocument>>): void {
  describe.each(Object.entries(documents))("%s", (_name, make) => {
    it("is plain text in a pipe: no colours, borders, bars or trailing spaces", () => {
      const text = renderTerminal(make, pipeStyle);
      expect(text).toBe(stripVTControlCharacters(text));
      expect(text).not.toMatch(/[│─┌┐└┘├┤█▁▂▃▄▅▆▇]/u);
      expect(text).not.toMatch(/[ \n]$|[ ]\n/);
      // Text from outside cannot introduce control characters.
      expect(text).not.toMatch(/[^\P{Cc}\n]/u);
    });

    it("contains the same text in colour", () => {
      expect(stripVTControlCharacters(renderTerminal(make, coloredStyle(120)))).toBe(renderTerminal(make, terminalStyle(120)));
    });
  });
}

/** Tests that documents with wide tables fit terminals of different widths. */
export function describeWidths(documents: Readonly<Record<string, MakeDocument>>): void {
  describe.each(Object.entries(documents))("%s", (_name, make) => {
    it.each([80, 100, 140, 200])("fits a terminal of %i columns", (width) => {
      for (const line of renderTerminal(make, terminalStyle(width)).split("\n"))
        expect(stringWidth(line)).toBeLessThanOrEqual(width);
    });
  });
}
