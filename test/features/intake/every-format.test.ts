import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { holdsEval, parseEval } from "../../../src/features/evals/importers/eval-file.ts";
import { resultFormats } from "../../../src/features/evals/importers/formats/formats.ts";
import { isToolOutput, readOutput, toolFormats } from "../../../src/features/reviews/importers/tools/detect-format.ts";
import { LedgerError } from "../../../src/kernel/ledger-error.ts";
import { decodeLoosely, decodeText } from "../../../src/platform/decode-text.ts";
import { makeEvalHistory } from "../../support/eval-fixtures.ts";
import { fixtureNames, readFixture } from "../reviews/importers/tools/fixtures.ts";
import { type FindingFields, fieldsOf, forms, pathOf } from "../reviews/importers/tools/forms.ts";

/** A text, and the function that reads it into a result that can be compared. */
type Sample = Readonly<{ name: string; format: string; text: string; read: (text: string) => unknown; other: string }>;

const resultsFolder = join(import.meta.dirname, "../../fixtures/results");
const results = readdirSync(resultsFolder, { recursive: true, encoding: "utf8" }).filter((name) =>
  /\.(?:json|xml|tap)$/.test(name),
);
const resultText = (name: string): string => readFileSync(join(resultsFolder, name), "utf8");

const readResult = (text: string): unknown => {
  const { run, contentSha256 } = parseEval(text, "in.txt", { root: "/project" });
  return { run, contentSha256 };
};
const readReview = (text: string): unknown => {
  const { format, findings, skipped } = readOutput(text, "in.txt");
  return { format: format.id, findings, skipped };
};

const evalSamples: readonly Sample[] = [
  ...results.map((name) => ({ name, text: resultText(name) })),
  { name: "standard.json", text: JSON.stringify(makeEvalHistory({ seed: 5, runs: 1, tests: 3 })[0]) },
].map(({ name, text }) => ({
  name,
  format: parseEval(text, name).run.source_format ?? "standard",
  text,
  read: readResult,
  other: readFixture("eslint/10.15.0.json"),
}));

const reviewSamples: readonly Sample[] = fixtureNames
  .filter((name) => isToolOutput(readFixture(name)))
  .map((name) => {
    const text = readFixture(name);
    return { name, format: readOutput(text, name).format.id, text, read: readReview, other: resultText("jest/results.json") };
  });

const samples = [...evalSamples, ...reviewSamples];

/** The refusal, which must name the file, if there is one; any other error fails the test. */
function refusalOf(work: () => unknown): LedgerError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(LedgerError);
    expect(error).toMatchObject({ message: expect.stringContaining("in.txt"), hint: expect.stringMatching(/\w/) });
    return error instanceof LedgerError ? error : undefined;
  }
}

const swapBytes = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

it("has a sample of every results format except legacy and jest-json, and of every tool format", () => {
  const excluded = new Set(["legacy", "jest-json"]);
  const sampledFormats = new Set(evalSamples.map(({ format }) => format));
  expect(resultFormats.map(({ id }) => id).filter((id) => !excluded.has(id) && !sampledFormats.has(id))).toEqual([]);
  const tools = new Set([...reviewSamples.map(({ format }) => format), ...Object.keys(forms)]);
  expect(toolFormats.map(({ id }) => id).filter((id) => !tools.has(id))).toEqual([]);
});

describe.each(samples)("$name", ({ text, read, other }) => {
  const plain = read(text);

  it("is read the same in every encoding with a byte order mark, and when read again", () => {
    const withMark = Buffer.from(`\uFEFF${text}`, "utf16le");
    for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`), withMark, swapBytes(withMark)])
      expect(read(decodeText("in.txt", bytes))).toEqual(plain);
  });

  it("loosely reads UTF-16 without a mark and a doubled mark, and reads or refuses trailing stray bytes", () => {
    const withoutMark = Buffer.from(text, "utf16le");
    for (const bytes of [withoutMark, swapBytes(withoutMark)]) expect(read(decodeLoosely("in.txt", bytes))).toEqual(plain);
    for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF\uFEFF${text}`)])
      expect(read(decodeLoosely("in.txt", bytes))).toEqual(plain);
    const latin = Buffer.concat([Buffer.from(text), Buffer.from("\né", "latin1")]);
    const decoded = decodeLoosely("in.txt", latin);
    expect(decoded).toBe(`${text}\n\uFFFD`);
    // Text after a tool's findings is ignored if the end of the findings is recognizable; results end with their last bracket.
    const isClosed = read === readResult ? /^\s*[[{<]/.test(text) : /^\s*<(?!\?xml)/.test(text);
    if (isClosed) expect(refusalOf(() => read(decoded))?.message).toContain("in.txt");
    else expect(read(decoded)).toEqual(plain);
  });

  it("is refused in Latin-1 and in UTF-16 without a mark when read strictly", () => {
    const latin = Buffer.concat([Buffer.from(text), Buffer.from("é", "latin1")]);
    expect(refusalOf(() => decodeText("in.txt", latin))?.message).toContain("it is not UTF-8 text");
    expect(refusalOf(() => decodeText("in.txt", Buffer.from(text, "utf16le")))?.message).toContain("UTF-16");
  });

  it("is refused when empty, and read or refused by name when cut or mixed with another kind", () => {
    expect(refusalOf(() => read(""))).toBeDefined();
    for (const share of [0.1, 0.5, 0.9]) refusalOf(() => read(text.slice(0, Math.floor(text.length * share))));
    refusalOf(() => read(`${text}\n${other}`));
    refusalOf(() => read(`${other}\n${text}`));
  });

  it("is recognized as either results or tool output, except JUnit XML, which is both", () => {
    const isJunit = text.includes("<testsuite");
    expect([holdsEval(text), isToolOutput(text)]).toEqual(isJunit ? [true, true] : [read === readResult, read === readReview]);
  });
});

const paths = [
  "file:///C:/shop/src/a%20b.ts",
  "C:\\shop\\src\\a.ts",
  "../../etc/passwd",
  "/elsewhere/100%.ts",
  "src/%2e%2e/a.ts",
];
const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];

describe.each(Object.keys(forms))("%s", (id) => {
  const form = forms[id];
  const read = (fields: Partial<FindingFields>) =>
    readOutput(form?.output([form.entry({ ...fieldsOf(id), ...fields })]) ?? "", "in.txt");

  it.each(paths)("keeps the path %s, or skips the entry with its location", (path) => {
    const { findings, skipped } = read({ path: path.replace(/[^\\/]*$/, "") + pathOf(id) });
    expect(findings.length + skipped.length).toBe(1);
  });

  it.each(names)("never reads the rule %s as an object property", (rule) => {
    const rules: unknown[] = [];
    const refused = refusalOf(() => rules.push(...read({ rule }).findings.map((one) => one.rule)));
    // The text of some tools only has rules of a certain form: anything else is not a rule, or not a line of that tool.
    expect(rules.every((one) => one === null || typeof one === "string")).toBe(true);
    expect(refused?.code ?? (rules.length === 1 ? "read" : "lost")).toMatch(/^(?:unknown_format|read)$/);
  });
});
