import { describe, expect, it } from "vitest";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";

const location = (uri: string, startLine: unknown = 1, more: object = {}): object => ({
  physicalLocation: { artifactLocation: { uri, ...more }, region: { startLine } },
});

const sarifText = (result: object, run: object = {}): string =>
  JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "Probe" } }, results: [result], ...run }] });

const read = (text: string) => readOutput(text, "probe.sarif");

/** The one finding of a result. */
function finding(result: object, run: object = {}) {
  const { findings } = read(sarifText(result, run));
  expect(findings).toHaveLength(1);
  return findings[0];
}

describe("a SARIF result", () => {
  const message = { text: "m" };
  const rules = [
    { id: "A", defaultConfiguration: { level: "note" }, properties: { tags: ["security", "external/cwe/cwe-079"] } },
    { id: "B", messageStrings: { default: { text: "{0} is not {1}, {{0}}" } }, shortDescription: { text: "Short" } },
  ];
  const driver = { tool: { driver: { name: "Probe", rules } } };

  it("takes its level from itself, else the invocation, else its rule, else warning", () => {
    expect(finding({ ruleId: "A", level: "error", message }, driver)).toMatchObject({ severity: "error", rule: "A" });
    expect(finding({ ruleId: "A", message }, driver)).toMatchObject({ severity: "info" });
    expect(finding({ ruleId: "B", message }, driver)).toMatchObject({ severity: "warning" });
    expect(finding({ ruleId: "unknown", message }, driver)).toMatchObject({ severity: "warning" });
    expect(finding({ ruleId: "A", kind: "review", message }, driver)).toMatchObject({ severity: "info" });
    const invocations = [{ ruleConfigurationOverrides: [{ descriptor: { id: "A" }, configuration: { level: "error" } }] }];
    expect(finding({ ruleId: "A", message }, { ...driver, invocations })).toMatchObject({ severity: "error" });
  });

  it.each([
    { tool: { driver: { name: "Probe", rules: {}, globalMessageStrings: [] }, extensions: [null, { name: "x", rules: 1 }] } },
    { tool: { driver: { name: "Probe" }, extensions: {} } },
    { artifacts: [null, { location: "a.ts" }, 1] },
    { artifacts: {} },
    { originalUriBaseIds: { SRC: "file:///" } },
    { originalUriBaseIds: [] },
    { invocations: [null, { executionSuccessful: true, toolExecutionNotifications: {} }] },
    { invocations: {} },
    { tool: { driver: { name: 7, rules: [] } } },
    { tool: { driver: "Probe" } },
    { tool: null },
    { externalPropertyFileReferences: [], automationDetails: 1 },
  ])("is kept in a run of which other values cannot be used: %j", (run) => {
    expect(finding({ ruleId: "A", message, locations: [location("a.ts")] }, run)).toMatchObject({ rule: "A", path: "a.ts" });
  });

  it.each([
    { ruleIndex: "0" },
    { rule: 1, level: 2, kind: [], baselineState: {} },
    { message: "m" },
    { locations: [null, { physicalLocation: 1 }, location("a.ts")] },
    { locations: [{ physicalLocation: { artifactLocation: { uri: "a.ts", index: "x" }, region: 7 } }] },
    { suppressions: {} },
    { suppressions: [null] },
    { suppressions: [{ status: 1 }] },
    { fixes: {} },
  ])("is kept if others of its values cannot be used: %j", (odd) => {
    expect(finding({ ruleId: "A", message, locations: [location("a.ts")], ...odd })).toMatchObject({ rule: "A", path: "a.ts" });
  });

  it("has the tool sarif in a run that names none", () => {
    for (const tool of [{ driver: { name: "" } }, { driver: {} }, {}, undefined]) {
      expect(finding({ ruleId: "A", message }, { tool })).toMatchObject({ tool: "sarif", rule: "A" });
    }
  });

  it("takes its level from a rule of which other values cannot be used", () => {
    const odd = { properties: { tags: "security" }, messageStrings: { default: "m" }, shortDescription: "m" };
    const rule = { id: "A", defaultConfiguration: { level: "error" }, ...odd };
    expect(finding({ ruleId: "A", message }, { tool: { driver: { name: "Probe", rules: [rule] } } })).toMatchObject({
      severity: "error",
    });
  });

  it("resolves its rule by index in the tool or in an extension", () => {
    expect(finding({ ruleIndex: 0, message }, driver)).toMatchObject({ rule: "A", severity: "info", category: "security" });
    const extended = {
      tool: {
        driver: { name: "Probe", rules },
        extensions: [{ name: "pack", guid: "1-2", rules: [{ id: "E", defaultConfiguration: { level: "error" } }] }],
      },
    };
    expect(finding({ rule: { index: 0, toolComponent: { index: 0 } }, message }, extended)).toMatchObject({
      rule: "E",
      severity: "error",
    });
    expect(finding({ rule: { index: 0, toolComponent: { name: "pack" } }, message }, extended)).toMatchObject({ rule: "E" });
    expect(finding({ rule: { index: 0, toolComponent: { guid: "1-2" } }, message }, extended)).toMatchObject({ rule: "E" });
    expect(finding({ ruleId: "", ruleIndex: 0, message }, driver)).toMatchObject({ rule: "A" });
    expect(finding({ ruleId: "A/1", message }, driver)).toMatchObject({ rule: "A/1", severity: "info" });
  });

  it("takes its category from its tool and the tags of its rule", () => {
    expect(finding({ ruleId: "A", message }, driver)).toMatchObject({ category: "security" });
    expect(finding({ ruleId: "B", message }, driver)).toMatchObject({ category: "clean_code" });
  });

  it("builds its message from the text of its rule and the given arguments", () => {
    expect(finding({ ruleIndex: 1, message: { id: "default", arguments: ["x", "y"] } }, driver)).toMatchObject({
      message: "x is not y, {0}",
    });
    expect(finding({ ruleIndex: 1 }, driver)).toMatchObject({ message: "Short" });
    expect(finding({ ruleId: "A", message: { text: "{0} stays without arguments" } }, driver)).toMatchObject({
      message: "{0} stays without arguments",
    });
  });

  it("is fixable when it contains fixes", () => {
    expect(finding({ message, fixes: [{}] })).toMatchObject({ fixable: true });
    expect(finding({ message, fixes: [] })).toMatchObject({ fixable: false });
  });

  it("does not count when it is suppressed, unless the suppression is under review or rejected", () => {
    for (const suppressions of [[{ kind: "inSource" }], [{ kind: "external", status: "accepted" }]]) {
      expect(read(sarifText({ message, suppressions }))).toMatchObject({ findings: [], suppressed: 1 });
    }
    for (const suppressions of [[], null, [{ status: "underReview" }], [{ status: "accepted" }, { status: "rejected" }]]) {
      expect(read(sarifText({ message, suppressions }))).toMatchObject({ findings: [{ message: "m" }], suppressed: 0 });
    }
  });

  it("is no finding when absent, passed or not applicable, and existing when unchanged", () => {
    expect(read(sarifText({ message, baselineState: "absent" })).findings).toEqual([]);
    expect(read(sarifText({ message, kind: "pass" })).findings).toEqual([]);
    expect(read(sarifText({ message, kind: "notApplicable" })).findings).toEqual([]);
    expect(finding({ message, baselineState: "unchanged" })).toMatchObject({ existing: true });
    for (const baselineState of ["new", "updated"]) expect(finding({ message, baselineState })).not.toHaveProperty("existing");
  });

  it("has a path and a line for every way to write a location", () => {
    const uriCases: readonly (readonly [uri: string, path: string])[] = [
      ["src/a.ts", "src/a.ts"],
      ["src/a%20b.ts", "src/a b.ts"],
      ["src/100%.ts", "src/100%.ts"],
      ["src/c#/a.cs", "src/c#/a.cs"],
      ["src\\a.ts", "src/a.ts"],
      ["../other/a.ts", "../other/a.ts"],
      ["file:///home/me/a%20b.ts", "/home/me/a b.ts"],
      ["file:/home/me/a.ts", "/home/me/a.ts"],
      ["file://localhost/home/me/a.ts", "/home/me/a.ts"],
      ["file:///C:/me/a.ts", "C:/me/a.ts"],
      ["file:///c%3A/me/a.ts", "c:/me/a.ts"],
      ["file://C:/me/a.ts", "C:/me/a.ts"],
      ["C:\\me\\a.ts", "C:/me/a.ts"],
      ["file://server/share/a.ts", "//server/share/a.ts"],
      ["https://example.org/a.ts", "https://example.org/a.ts"],
    ];
    for (const [uri, path] of uriCases)
      expect(finding({ message, locations: [location(uri, 7)] })).toMatchObject({ path, line: 7 });
    for (const line of [0, -1, 1.5, "3", null]) {
      expect(finding({ message, locations: [location("a.ts", line)] })).toMatchObject({ path: "a.ts", line: null });
    }
    expect(finding({ message })).toMatchObject({ path: null, line: null });
    expect(finding({ message, locations: [{ logicalLocations: [] }] })).toMatchObject({ path: null, line: null });
  });

  it("resolves its path against its URI base", () => {
    const bases = {
      originalUriBaseIds: {
        SRC: { uri: "src/", uriBaseId: "ROOT" },
        ROOT: { uri: "file:///home/me/shop/" },
        LOOP: { uri: "x/", uriBaseId: "LOOP" },
        NONE: { description: { text: "nobody says where" } },
      },
    };
    const withBase = (uriBaseId: string) => finding({ message, locations: [location("a%20b.ts", 1, { uriBaseId })] }, bases);
    expect(withBase("SRC")).toMatchObject({ path: "/home/me/shop/src/a b.ts" });
    expect(withBase("ROOT")).toMatchObject({ path: "/home/me/shop/a b.ts" });
    for (const id of ["NONE", "unknown", "__proto__", "constructor"]) expect(withBase(id)).toMatchObject({ path: "a b.ts" });
    expect(withBase("LOOP")).toMatchObject({ path: expect.stringMatching(/x\/a b\.ts$/) });
  });

  it("may refer to its file by index in the artifacts list", () => {
    const artifacts = [{ location: { uri: "src/a.ts" } }];
    const locations = [{ physicalLocation: { artifactLocation: { index: 0 }, region: { startLine: 3 } } }];
    expect(finding({ message, locations }, { artifacts })).toMatchObject({ path: "src/a.ts", line: 3 });
  });

  it("keeps rule ids named like built-in object properties", () => {
    for (const ruleId of ["__proto__", "constructor", "toString"]) {
      expect(finding({ ruleId, message: { id: ruleId } }, driver)).toMatchObject({ rule: ruleId });
    }
  });
});

describe("a SARIF file", () => {
  it("may have a run per tool, and an invalid entry does not drop the others", () => {
    const result = { ruleId: "A", message: { text: "m" }, locations: [location("a.ts")] };
    const text = JSON.stringify({
      version: "2.1.0",
      runs: [
        { tool: { driver: { name: "ESLint" } }, results: [result, 7, result] },
        { results: {} },
        { tool: { driver: { name: "CodeQL command-line toolchain" } }, results: [] },
        { tool: { driver: { name: "Semgrep OSS" } }, results: [result] },
      ],
    });
    const { findings, skipped } = read(text);
    expect(findings.map(({ tool }) => tool)).toEqual(["eslint", "eslint", "semgrep"]);
    expect(skipped).toEqual([
      { place: "runs[0].results[1]", reason: expect.any(String) },
      { place: "runs[1]", reason: "results: must be a list" },
    ]);
  });

  it("may have very many runs", () => {
    const run = { tool: { driver: { name: "Probe" } }, results: [{ message: { text: "m" } }] };
    const { findings } = read(JSON.stringify({ version: "2.1.0", runs: Array.from({ length: 10_000 }, () => run) }));
    expect(findings).toHaveLength(10_000);
  });

  it("reports execution errors of the tool as tool_error findings", () => {
    const toolExecutionNotifications = [
      { level: "error", descriptor: { id: "parse" }, message: { text: "cannot parse" }, locations: [location("a.ts", 3)] },
      { level: "note", message: { text: "3 files" } },
    ];
    const text = JSON.stringify({
      version: "2.1.0",
      runs: [{ tool: { driver: { name: "Probe" } }, invocations: [{ toolExecutionNotifications }] }],
    });
    expect(read(text).findings).toEqual([
      {
        tool: "probe",
        rule: "parse",
        severity: "error",
        category: "tool_error",
        message: "cannot parse",
        path: "a.ts",
        line: 3,
        fixable: false,
      },
    ]);
  });

  it("reports notifications without a level as errors only if the tool failed", () => {
    const reading = (executionSuccessful: boolean) =>
      read(
        sarifText(
          { ruleId: "A", message: { text: "m" }, level: "warning" },
          { invocations: [{ executionSuccessful, toolExecutionNotifications: [{ message: { text: "broken" } }] }] },
        ),
      ).findings;
    expect(reading(true)).toHaveLength(1);
    expect(reading(false)[1]).toMatchObject({ category: "tool_error", severity: "error", message: "broken" });
  });

  it("counts a tool as run only when it has a results list, even an empty one", () => {
    const probe = { tool: { driver: { name: "Probe" } } };
    const runs = (...some: readonly object[]): string =>
      JSON.stringify({ version: "2.1.0", runs: some.map((one) => ({ ...probe, ...one })) });
    expect(read(runs({ results: [] }))).toMatchObject({ ran: true, tools: ["probe"] });
    for (const none of [{}, { results: null }, { results: [], invocations: [{ executionSuccessful: false }] }]) {
      expect(read(runs(none))).toMatchObject({ ran: false, tools: [], skipped: [] });
      expect(read(runs(none, { results: [] }))).toMatchObject({
        ran: true,
        skipped: [{ place: "runs[0]", reason: "its tool did not run, or gave no results" }],
      });
    }
  });

  it("may store parts of its runs beside them, named by their guid or that of the run", () => {
    const result = (ruleIndex: number, index: number): object => ({
      ruleIndex,
      locations: [{ physicalLocation: { artifactLocation: { index }, region: { startLine: 3 } } }],
    });
    const notification = { level: "error", message: { text: "cannot parse" } };
    const text = JSON.stringify({
      version: "2.1.0",
      inlineExternalProperties: [
        { guid: "r1", results: [result(0, 0)] },
        { guid: "a1", artifacts: [{ location: { uri: "a.ts" } }] },
        { runGuid: "run", results: [result(0, 0)], driver: { name: "Probe", rules: [{ id: "B" }] }, extensions: [] },
        {
          runGuid: "run",
          artifacts: [{ location: { uri: "b.ts" } }],
          invocations: [{ toolExecutionNotifications: [notification] }],
        },
        { runGuid: "of no run", results: [result(0, 0)] },
      ],
      runs: [
        {
          tool: { driver: { name: "Other", rules: [{ id: "A" }, { id: "C" }] } },
          results: [result(1, 0)],
          externalPropertyFileReferences: { results: [{ guid: "r1" }], artifacts: [{ guid: "a1" }] },
        },
        { tool: { driver: { name: "Probe" } }, automationDetails: { guid: "run" } },
      ],
    });
    const { findings, skipped, tools } = read(text);
    expect(findings.map(({ tool, rule, path }) => [tool, rule, path])).toEqual([
      ["other", "C", "a.ts"],
      ["other", "A", "a.ts"],
      ["probe", "B", "b.ts"],
      ["probe", "tool_error", null],
    ]);
    expect(tools).toEqual(["other", "probe"]);
    expect(skipped).toEqual([{ place: "inlineExternalProperties[4]", reason: "it belongs to no run of this file" }]);
  });

  it("may have a message that is its text alone", () => {
    expect(read(sarifText({ ruleId: "A", message: "an odd loop" })).findings).toMatchObject([{ message: "an odd loop" }]);
  });

  it("may name parts that are stored beside its runs by their place", () => {
    const results = [{ message: { text: "m" } }];
    const reading = (at: number) =>
      read(
        JSON.stringify({
          version: "2.1.0",
          inlineExternalProperties: [{ artifacts: [] }, { results }],
          runs: [
            {
              tool: { driver: { name: "Probe" } },
              externalPropertyFileReferences: {
                artifacts: [{ location: { uri: "sarif:/inlineExternalPropertyFiles/0" } }],
                results: [{ location: { uri: `sarif:/inlineExternalProperties/${at}` } }],
              },
            },
          ],
        }),
      );
    expect(reading(1)).toMatchObject({ ran: true, skipped: [], findings: [{ tool: "probe", message: "m" }] });
    expect(reading(2)).toMatchObject({ ran: false, findings: [], skipped: [{ place: "runs[0]" }, expect.anything()] });
  });

  it("skips nothing that is stored beside its runs without a part that is read, as csdiff writes it", () => {
    const inlineExternalProperties = [{ externalizedProperties: { analyzer: "probe" } }, { guid: "a", runGuid: "of no run" }];
    const runs = [{ tool: { driver: { name: "Probe" } }, results: [] }];
    expect(read(JSON.stringify({ version: "2.1.0", inlineExternalProperties, runs }))).toMatchObject({ ran: true, skipped: [] });
  });

  it("names the parts of its runs that are in other files, and is no pass without the results", () => {
    const probe = { tool: { driver: { name: "Probe" } } };
    const reading = (externalPropertyFileReferences: object, results: unknown) =>
      read(JSON.stringify({ version: "2.1.0", runs: [{ ...probe, results, externalPropertyFileReferences }] }));
    const skippedFor = (parts: string) => [
      { place: "runs[0]", reason: `parts of it are in files of their own, which are not read: ${parts}` },
    ];
    const other = { location: { uri: "other.sarif-external-properties" }, guid: "r1" };
    for (const results of [undefined, []]) {
      expect(reading({ results: [other] }, results)).toMatchObject({ ran: false, skipped: skippedFor("results") });
    }
    expect(reading({ driver: other, artifacts: [other, other] }, [{ message: { text: "m" } }])).toMatchObject({
      ran: true,
      findings: [{ message: "m" }],
      skipped: skippedFor("artifacts, driver"),
    });
    expect(reading({ graphs: [other] }, [])).toMatchObject({ ran: true, skipped: [] });
  });

  it("of another version is rejected", () => {
    expect(() => read('{"version":"1.0.0","runs":[]}')).toThrow("its version is 1.0.0; 2.1.0 is read");
  });
});

describe("tool output", () => {
  const formats = [
    ["", "it is empty"],
    [" \n ", "it is empty"],
    ["[]", "it is an empty list"],
    ["{}", "no known tool writes this"],
    ["all is well", "no known tool writes this"],
    ["<html></html>", "no known tool writes this"],
    ['{"format":"reward-ledger.runs","version":1,"runs":[]}', "no known tool writes this"],
  ] as const;

  it("that is a list cut after a line is rejected as such", () => {
    expect(() => read('[\n{"a":1},\n{"a":2},\n')).toThrow("it ends in the middle");
  });

  it.each(formats)("that no known tool writes (%s) is rejected with the list of supported formats", (text, reason) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        code: "unknown_format",
        message: expect.stringMatching(`^Failed to read probe.sarif: ${reason}.*\\(looked for sarif, eslint, `),
        hint: expect.stringContaining("name its format with --format"),
      }),
    );
  });

  it("that was cut is reported as truncated", () => {
    expect(() => read(sarifText({ message: { text: "m" } }).slice(0, -20))).toThrow(/it ends in the middle/);
  });

  it("is read in the given format or rejected", () => {
    expect(() => readOutput("plain", "probe", "sarif")).toThrow(/it is not valid JSON/);
    expect(() => readOutput("<a/>", "probe", "sarif")).toThrow(/it is not json, as SARIF 2.1.0 is/);
    expect(() => readOutput("{}", "probe", "sarif")).toThrow(/it has no list `runs`/);
    expect(() => readOutput("{}", "probe", "constructor")).toThrow(/there is no format constructor/);
  });
});
