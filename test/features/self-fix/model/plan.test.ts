import { describe, expect, it } from "vitest";
import { namedPlaces, placesFromLines, searchWords } from "../../../../src/features/self-fix/model/localise.ts";
import { parseVerdict, planOf } from "../../../../src/features/self-fix/model/plan.ts";
import { triageAnswer, triageOf } from "../../../../src/features/self-fix/model/triage.ts";

const triageReply = (confidence: number, fix_class: "tool" | "out-of-scope" = "tool") =>
  triageAnswer.parse({ fix_class, confidence, root_cause: null, success_criterion: null });

describe("triage", () => {
  it.each([
    [59, "out-of-scope", true],
    [60, "tool", false],
  ])("with confidence %i is %s, escalated: %s", (confidence, fix_class, escalated) => {
    expect(triageOf(triageReply(confidence), null)).toMatchObject({ fix_class, escalated, confidence });
  });

  it("does not escalate feedback that the model classifies as out of scope", () => {
    expect(triageOf(triageReply(20, "out-of-scope"), null)).toMatchObject({ fix_class: "out-of-scope", escalated: false });
  });

  it("keeps the class given by a human", () => {
    expect(triageOf(triageReply(20), "state-machine")).toMatchObject({ fix_class: "state-machine", escalated: false });
  });

  it.each([{ fix_class: "magic" }, { confidence: 101 }, { confidence: -1 }, { confidence: 70.5 }, { confidence: "80" }])(
    "rejects an answer with %j",
    (wrong) => {
      expect(triageAnswer.safeParse({ ...triageReply(80), ...wrong }).success).toBe(false);
    },
  );
});

describe("places", () => {
  const files = [
    ...["src/a.ts", "src/c.ts", "lib/b.py", "a.ts", "Makefile", "src/größe.ts", "文档/说明.md"],
    ...["docs/my notes.md", "my docs/my notes.md", "notes.md"],
  ];

  it("are read from a text, with start and end line", () => {
    const text = "See src/a.ts:3-9 and (lib/b.py:4), https://github.com/acme/shop/blob/main/src/c.ts#L7-L8. Not 12:30 or a.b:x.";
    expect(namedPlaces(text, files)).toEqual([
      { file: "src/c.ts", start: 7, end: 8 },
      { file: "src/a.ts", start: 3, end: 9 },
      { file: "lib/b.py", start: 4, end: 4 },
    ]);
  });

  it.each([
    ["spaces", "In docs/my notes.md:2-3 it says", "docs/my notes.md"],
    ["spaces, where the end of it is a file too", "In my docs/my notes.md:2-3", "my docs/my notes.md"],
    ["letters beyond ASCII", "Siehe src/größe.ts:2-3.", "src/größe.ts"],
    ["letters that are composed otherwise", `Siehe ${"src/größe.ts".normalize("NFD")}:2-3`, "src/größe.ts"],
    ["letters of a script without spaces", "请看文档/说明.md:2-3", "文档/说明.md"],
    ["slashes of Windows", "see src\\a.ts:2-3", "src/a.ts"],
    ["slashes of Windows, from here", "see .\\src\\a.ts:2-3", "src/a.ts"],
    ["quotes around it", 'see "docs/my notes.md":2-3', "docs/my notes.md"],
    ["no ending", "see Makefile:2-3", "Makefile"],
    ["a link that encodes it", "https://github.com/acme/shop/blob/main/docs/my%20notes.md#L2-L3", "docs/my notes.md"],
  ])("are found by a path with %s", (_, text, file) => {
    expect(namedPlaces(text, files)).toEqual([{ file, start: 2, end: 3 }]);
  });

  it.each([
    ...[
      "src/a.ts:9-3",
      "src/a.ts:0",
      "http://127.0.0.1:8080/x",
      "other/src/a.ts:3",
      "../src/a.ts:3",
      "xsrc/a.ts:3",
      "Übera.ts:3",
    ],
  ])("are not found in %s", (text) => {
    expect(namedPlaces(text, files)).toEqual([]);
  });

  it("for search words are at most twenty lines, of the files with the most matches", () => {
    const words = searchWords("The parseRow function loses the order of rows when sorting");
    expect(words[0]).toBe("parserow");
    const line = (file: string, n: number, text: string) => ({ file, line: n, text });
    const lines = [
      ...Array.from({ length: 30 }, (_, n) => line("src/rows.ts", n + 1, "parseRow(order)")),
      line("src/rows.ts", 40, "sorting parseRow order"),
      line("docs/rows.md", 1, "order"),
    ];
    const places = placesFromLines(lines, words);
    expect(places).toHaveLength(20);
    expect(new Set(places.map(({ file }) => file))).toEqual(new Set(["src/rows.ts"]));
    expect(places.at(-1)).toEqual({ file: "src/rows.ts", start: 40, end: 40 });
    expect(placesFromLines([...lines].reverse(), words)).toEqual(places);
  });
});

describe("a plan", () => {
  const placesSpanning = (lines: number) => [{ file: "src/a.ts", start: 1, end: lines - 5 }];

  it.each([
    [200, false],
    [201, true],
  ])("of %i lines is a large job: %s", (lines, large) => {
    expect(planOf("tool", placesSpanning(lines))).toMatchObject({ lines, large });
  });

  it.each([
    [["src/x/a.ts", "src/x/b.ts"], false],
    [["src/x/a.ts", "src/y/a.ts"], true],
    [["a/b/c/d/one/x.ts", "a/b/c/d/two/y.ts"], false],
    [["a/b/c/d/x.ts", "a/b/c/e/y.ts"], true],
  ])("of %j is a large job: %s", (files, large) => {
    expect(
      planOf(
        "doc",
        files.map((file) => ({ file, start: 1, end: 2 })),
      ).large,
    ).toBe(large);
  });

  it.each([
    ["architectural", true],
    ["state-machine", true],
    ["policy", false],
  ] as const)("of class %s is a large job: %s", (fixClass, large) => {
    expect(planOf(fixClass, placesSpanning(20)).large).toBe(large);
  });

  it("counts at least ten lines per file, and five around each place", () => {
    const places = [
      { file: "a.ts", start: 1, end: 1 },
      { file: "b.ts", start: 1, end: 4 },
      { file: "b.ts", start: 10, end: 10 },
    ];
    expect(planOf("tool", places).files).toEqual([
      { file: "a.ts", lines: 10 },
      { file: "b.ts", lines: 15 },
    ]);
  });

  it.each([
    ["yes", "yes"],
    ["Yes, go ahead", "yes"],
    ["yes.", "yes"],
    ["ja", "yes"],
    ["yes, but only in src/a.ts:3", "refine"],
    ["ok for me if the tests stay", "refine"],
    ["no", "no"],
    ["No: too risky", "no"],
    ["yesterday it worked", "refine"],
    ["not there, in src/b.ts:3-4", "refine"],
    ["now rather src/b.ts:3", "refine"],
  ])("answered with %s means %s", (answer, verdict) => {
    expect(parseVerdict(answer)).toBe(verdict);
  });
});
