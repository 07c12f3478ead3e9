import { expect, it } from "vitest";
import { frontMatter, frontMatterText } from "../../src/kernel/front-matter.ts";

const about = (...lines: readonly string[]): string =>
  frontMatterText(["name: x", ...lines, "license: MIT"].join("\n"), "description");

it.each([
  ["plain", ["description: Keep rows sorted"], "Keep rows sorted"],
  ["plain with a colon and a number sign in it", ["description: Use it: C# rows"], "Use it: C# rows"],
  ["plain with a comment", ["description: Keep rows sorted # always"], "Keep rows sorted"],
  ["plain over several lines", ["description: Keep rows", "  sorted", "", "  always"], "Keep rows sorted always"],
  ["in double quotes", ['description: "Keep \\"rows\\" # sorted\\u0021" # c'], 'Keep "rows" # sorted!'],
  ["in single quotes", ["description: 'Keep the user''s rows'"], "Keep the user's rows"],
  ["in quotes over several lines", ['description: "Keep rows', '  sorted"'], "Keep rows sorted"],
  ["folded", ["description: >", "  Keep rows", "  sorted"], "Keep rows sorted"],
  ["folded and stripped, with a comment", ["description: >- # why", "  Keep rows # sorted"], "Keep rows # sorted"],
  ["literal", ["description: |", "  Keep rows", "", "  sorted: always"], "Keep rows sorted: always"],
  ["literal with an indent", ["description: |2+", "    Keep rows"], "Keep rows"],
  ["under a key in quotes", ['"description": Keep rows'], "Keep rows"],
  ["with Windows line ends", ["description: >\r", "  Keep rows\r", "  sorted\r"], "Keep rows sorted"],
  ["empty", ["description:"], ""],
  ["of another key", ["description-de: Zeilen", "metadata:", "  description: inner"], ""],
])("reads a text that is %s", (_, lines, text) => {
  expect(about(...lines)).toBe(text);
});

it("finds front matter only at the start of a file", () => {
  expect(frontMatter.exec("\uFEFF---\r\nname: x\r\n---\r\n# X\n")?.[1]).toBe("name: x");
  expect(frontMatter.exec("# X\n---\nname: x\n---\n")).toBeNull();
});
