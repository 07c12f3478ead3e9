import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { holdsEval, looksLikeEval, parseEval, parseEvalContent } from "../../../../src/features/evals/importers/eval-file.ts";
import { createFileNamer } from "../../../../src/features/evals/importers/formats/files.ts";
import { resultFormats } from "../../../../src/features/evals/importers/formats/formats.ts";
import { testsOfRun } from "../../../../src/features/evals/model/attempts.ts";
import { LedgerError } from "../../../../src/kernel/ledger-error.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { buildZip } from "../../../support/zip.ts";
import { resultsFolder } from "./tool-texts.ts";

const textOf = (file: string): string => readFileSync(new URL(file, resultsFolder), "utf8");
const [standardRun] = makeEvalHistory({ seed: 5, runs: 1, tests: 3 });

/** One valid text of each format. */
const samples: readonly (readonly [format: string, text: string])[] = [
  ["standard", JSON.stringify(standardRun)],
  ["junit", textOf("vitest/junit.xml")],
  ["jest-json", textOf("jest/results.json")],
  ["jest-json", textOf("vitest/results.json")],
  ["playwright-json", textOf("playwright/results.json")],
  ["mocha-json", textOf("mocha/results.json")],
  ["pytest-json", textOf("pytest-json/report.json")],
  ["ctrf", textOf("mocha/ctrf.json")],
  ["tap", textOf("node/results.tap")],
  ["promptfoo", textOf("promptfoo/results.json")],
  ["inspect", textOf("inspect/log.json")],
  ["evalite", textOf("evalite/results.json")],
  ["braintrust", textOf("braintrust/events.json")],
  ["braintrust", textOf("braintrust/eval.json")],
  ["langfuse", textOf("langfuse/experiment-items.json")],
  ["swe-bench", textOf("swe-bench/report.json")],
];

function errorOf(work: () => unknown): LedgerError {
  try {
    work();
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe.each(samples)("%s", (format, text) => {
  it("is detected from its content and yields the same run on every read", () => {
    const parsed = parseEval(text, "a");
    expect(parseEval(text, "b").contentSha256).toBe(parsed.contentSha256);
    expect(parseEval(`\uFEFF${text.replaceAll("\n", "\r\n")}`, "b").run.total).toBe(parsed.run.total);
    expect([looksLikeEval(text), holdsEval(text)]).toEqual([true, true]);
    expect(parseEval(text, "a", { format }).contentSha256).toBe(parsed.contentSha256);
  });

  it.each([0.3, 0.6, 0.9])("is rejected when truncated at %d of its length", (share) => {
    const truncated = text.slice(0, Math.floor(text.length * share));
    expect(errorOf(() => parseEval(truncated, "cut")).code).toMatch(/^invalid_(?:json|xml|eval)$/);
    expect(errorOf(() => parseEval(truncated, "cut")).message).toContain("Failed to read cut");
  });

  it("is rejected when followed by content in another format", () => {
    for (const [other, more] of samples) {
      if (format === "tap" || other === format) continue;
      expect(errorOf(() => parseEval(`${text}\n${more}`, "two")).code).toMatch(/^invalid_(?:json|xml|eval)$/);
    }
  });

  it("is rejected when read as any other format", () => {
    for (const { id } of resultFormats) {
      if (id === format || (id === "legacy" && format === "standard")) continue;
      expect(errorOf(() => parseEval(text, "a", { format: id })).code).toMatch(/^invalid_(?:json|xml|eval)$/);
    }
  });
});

describe("texts without results", () => {
  it.each(["", "  \n", "{", "nonsense", "<"])("%j is rejected", (text) => {
    expect(errorOf(() => parseEval(text, "a")).message).toContain("Failed to read a: ");
  });

  it("a list that was cut after a line is rejected as such", () => {
    expect(errorOf(() => parseEval('[\n{"a":1},\n{"a":2},\n', "a")).message).toContain("it ends in the middle");
  });

  it.each(['{"name":"x","version":"1"}', "[]", "<project><build/></project>", '{"Action":"run"}\n{"Action":"pass"}\n'])(
    "%s is rejected with the list of supported formats",
    (text) => {
      const { code, message } = errorOf(() => parseEval(text, "a"));
      expect(code).toBe("invalid_eval");
      for (const title of [
        "standard eval results",
        "JUnit XML",
        "JSON of Playwright",
        "TAP",
        "promptfoo results",
        "logs of Inspect",
        "JSON of evalite",
        "experiments of Braintrust",
        "experiment items of Langfuse",
      ])
        expect(message).toContain(title);
      expect([looksLikeEval(text), holdsEval(text)]).toEqual([false, false]);
    },
  );

  it.each([
    ["junit", '<testsuites name="vitest tests"/>'],
    ["ctrf", '{"results":{"tool":{"name":"x"},"summary":{},"tests":[]}}'],
    ["tap", "TAP version 13\n1..0\n"],
  ])("%s without a test is rejected", (_, text) => {
    expect(errorOf(() => parseEval(text, "a")).message).toContain("it holds no test results");
  });

  it("content that fits two formats is rejected, and both formats are named", () => {
    const both = { ...JSON.parse(textOf("jest/results.json")), ...JSON.parse(textOf("mocha/results.json")) };
    const { message } = errorOf(() => parseEval(JSON.stringify(both), "a"));
    expect(message).toContain("it fits several formats of results (JSON of Jest or Vitest, JSON of mocha)");
  });
});

describe("hostile and odd input", () => {
  const suite = (inner: string): string => `<testsuite name="s">${inner}</testsuite>`;

  test("XML with an entity declaration is rejected", () => {
    const text = `<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/hostname">]>${suite('<testcase name="&x;"/>')}`;
    expect(errorOf(() => parseEval(text, "a")).code).toBe("invalid_xml");
  });

  test("names of built-in object properties are ordinary test names", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const { run } = parseEval(suite(names.map((name) => `<testcase classname="${name}" name="${name}"/>`).join("")), "a");
    expect(run.tests.map(({ name }) => name)).toEqual(names);
    const ctrf = {
      results: { tool: { name: "__proto__" }, summary: {}, tests: names.map((name) => ({ name, status: "passed" })) },
    };
    expect(parseEval(JSON.stringify(ctrf), "a").run.tests.map(({ name }) => name)).toEqual(names);
  });

  test("an invalid entry is reported with its path, and the other entries are kept", () => {
    const report = JSON.parse(textOf("mocha/results.json"));
    const { run, warnings } = parseEval(JSON.stringify({ ...report, passes: [{ title: 1 }, ...report.passes] }), "a");
    expect(run.passed).toBe(6);
    expect(warnings).toEqual([expect.stringMatching(/^passes\[0\]: title: .*; not recorded$/)]);
  });

  test("long failure messages are truncated, and color codes are removed", () => {
    const { run } = parseEval(suite(`<testcase name="a"><failure>&#27;[31m${"x".repeat(9000)}</failure></testcase>`), "a");
    expect(run.tests[0]?.error).toHaveLength(4001);
    const colour = `{"results":{"tool":{"name":"x"},"summary":{},"tests":[{"name":"a","status":"failed","message":"\\u001b[31mred\\u001b[39m"}]}}`;
    expect(parseEval(colour, "a").run.tests[0]?.error).toBe("red");
  });

  test("20 000 tests of one suite stay separate", () => {
    const cases = Array.from({ length: 20_000 }, (_, n) => `<testcase classname="c" name="t${n}" time="0.001"/>`);
    const { run } = parseEval(suite(cases.join("\n")), "a");
    expect([testsOfRun(run).length, run.total_duration_ms]).toEqual([20_000, 20_000]);
  });

  test("TAP that bails out is an incomplete run", () => {
    expect(parseEval("1..3\nok 1 - a\nBail out! no database\n", "a").run).toMatchObject({ _partial: true, total: 1 });
  });
});

describe("an Inspect log in its archive form", () => {
  const log = JSON.parse(textOf("inspect/log.json"));
  const { samples, ...header } = log;
  const entries = (list: readonly { id: unknown; epoch: number }[]) =>
    list.map((one) => ({ name: `samples/${String(one.id)}_epoch_${one.epoch}.json`, text: JSON.stringify(one) }));
  const archive = (extra: Parameters<typeof buildZip>[0] = []) =>
    buildZip([...extra, ...entries(samples), { name: "header.json", text: JSON.stringify(header) }]);

  it("is the same run as its JSON form", async () => {
    const parsed = await parseEvalContent(archive([{ name: "summaries.json", text: "[]" }]), "a.eval");
    expect(parsed.run).toEqual(parseEval(JSON.stringify(log), "a.json").run);
    expect(parsed.contentSha256).toBe(parseEval(JSON.stringify(log), "a.json").contentSha256);
  });

  it("is an incomplete run when it was not finished", async () => {
    const bytes = buildZip([
      { name: "_journal/start.json", text: JSON.stringify({ version: 2, eval: log.eval }) },
      ...entries(samples),
    ]);
    expect((await parseEvalContent(bytes, "a.eval")).run).toMatchObject({ _partial: true, total: 3 });
  });

  it("skips a broken sample with a warning and keeps the others", async () => {
    const parsed = await parseEvalContent(archive([{ name: "samples/x_epoch_1.json", text: "{" }]), "a.eval");
    expect(parsed.run.total).toBe(3);
    expect(parsed.warnings).toContainEqual(expect.stringContaining("a.eval samples/x_epoch_1.json: it is not valid JSON"));
  });

  it.each([
    [
      "an entry that says it is huge",
      archive([{ name: "samples/b_epoch_1.json", text: "{}", claimed: 0xfffffff0 }]),
      "unpacks to 4294967280 bytes, the limit is 104857600",
    ],
    [
      "many entries that are large together",
      archive(Array.from({ length: 12 }, (_, n) => ({ name: `samples/b${n}_epoch_1.json`, text: "{}", claimed: 100_000_000 }))),
      "it unpacks to more than 1073741824 bytes",
    ],
    [
      "an entry that unpacks to more than it says",
      archive([{ name: "samples/b_epoch_1.json", text: " ".repeat(5_000_000), claimed: 10 }]),
      "the archive is damaged (too many bytes in the stream",
    ],
    [
      "an archive of other things",
      buildZip([{ name: "a.txt", text: "a" }]),
      "it is a zip archive without header.json, so no log of Inspect",
    ],
    ["a cut archive", archive().subarray(0, 900), "the archive is damaged"],
  ])("rejects %s", async (_, bytes, reason) => {
    await expect(parseEvalContent(bytes, "a.eval")).rejects.toMatchObject({
      code: "invalid_eval",
      message: expect.stringContaining(reason),
    });
  });
});

describe("createFileNamer", () => {
  test.each([
    ["/work/shop", ["/work/shop/test/a.js", "./test/b.js", "test/c.js"], ["test/a.js", "test/b.js", "test/c.js"]],
    ["/home/me/shop", ["/home/runner/work/shop/shop/test/a.js"], ["test/a.js"]],
    ["/work/other", ["/ci/x/test/a.js", "/ci/x/lib/b.js"], ["test/a.js", "lib/b.js"]],
    ["C:\\work\\shop", ["C:\\work\\shop\\test\\a.js", "file:///C:/work/shop/test/b%20c.js"], ["test/a.js", "test/b c.js"]],
    ["", ["/a/b.js", "100%.js"], ["b.js", "100%.js"]],
  ])("returns project-relative names for root %s", (root, files, names) => {
    expect(files.map(createFileNamer(root, files))).toEqual(names);
  });
});
