import { expect, it } from "vitest";
import { parseToml, setTomlKeys } from "../../../../src/features/shared/input/toml.ts";

const file = `# who decides
em_handle = "alice" # the human
tags = [
  "a", # first
  "b",
]
current_tier = 1 # raised in May

other = "#1"

[extra]
current_tier = 9
`;

it("sets a top-level key and leaves every other byte unchanged", () => {
  expect(setTomlKeys(file, { current_tier: 2 })).toBe(file.replace("current_tier = 1", "current_tier = 2"));
  expect(setTomlKeys(file, { other: "#2" })).toBe(file.replace('"#1"', '"#2"'));
});

it("keeps a key that already has the value, including comments inside it", () => {
  expect(setTomlKeys(file, { tags: ["a", "b"], em_handle: "alice", current_tier: 1 })).toBe(file);
});

it("replaces a multi-line value, and adds a missing key after the last one", () => {
  const made = setTomlKeys(file, { tags: ["c"], added: true });
  expect(made).toBe(file.replace(/tags = \[[^\]]*\]/, 'tags = [ "c" ]').replace('"#1"\n', '"#1"\nadded = true\n'));
  expect(parseToml(made).table).toMatchObject({ added: true, extra: { current_tier: 9 } });
});

it.each([
  ["an empty text", "", 'a = "x"\n'],
  ["a text without a line end", "# c", '# c\na = "x"'],
  ["tables alone", "[t]\nb = 1\n", 'a = "x"\n[t]\nb = 1\n'],
  ["lines that end as on Windows", "b = 1\r\n[t]\r\n", 'b = 1\r\na = "x"\r\n[t]\r\n'],
  ["a key in quotes", '"a" = 1 # c\n', 'a = "x" # c\n'],
  ["a text of several lines that looks like a table", 'b = """\n[t]\na = 1\n"""\n', 'b = """\n[t]\na = 1\n"""\na = "x"\n'],
])("sets a key in %s", (_, before, after) => {
  expect(setTomlKeys(before, { a: "x" })).toBe(after);
});

it("reports where a text is not valid TOML", () => {
  expect(parseToml("a = 1\nb =\n")).toMatchObject({
    place: expect.stringMatching(/^line 2/),
    reason: expect.stringContaining("not valid TOML"),
  });
});
