import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";
import { containsToolOutput, readOutputs } from "../../../../../src/features/reviews/importers/tools/read-outputs.ts";

const readLog = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../../../../fixtures/task-logs", `${name}.txt`), "utf8");

type OutputSummaries = readonly (readonly [task: string | null, format: string, ...places: readonly string[]])[];

function read(text: string, formatId?: string): Readonly<{ found: OutputSummaries; unknown: readonly string[] }> {
  const { outputs, unknown } = readOutputs(text, "log", formatId);
  const summaries = outputs.map(
    ({ task, format, findings }) =>
      [task, format.id, ...findings.map(({ path, line, rule }) => `${path}:${line} ${rule}`)] as const,
  );
  return { found: summaries.toSorted(([a], [b]) => (a ?? "").localeCompare(b ?? "")), unknown };
}

describe("the log of a monorepo task runner", () => {
  const type = "src/a.ts:2 TS2322";
  const rule = "src/b.js:1 no-unused-vars";
  it.each<[string, string, string, readonly [string, string]]>([
    ["turborepo", "tsc", type, ["@acme/api:typecheck", "@acme/web:typecheck"]],
    ["turborepo-eslint", "eslint-text", rule, ["@acme/api:lint", "@acme/web:lint"]],
    ["nx", "tsc", type, ["@acme/api", "@acme/web"]],
    ["lerna", "tsc", type, ["@acme/api", "@acme/web"]],
    ["npm", "tsc", type, ["@acme/api@1.0.0 typecheck", "@acme/web@1.0.0 typecheck"]],
    ["concurrently", "eslint-text", rule, ["api", "web"]],
  ])("of %s yields one output per task, with paths in the folder of the task", (name, format, place, [api, web]) => {
    expect(read(readLog(name))).toEqual({
      found: [
        [api, format, `/repo/packages/api/${place}`],
        [web, format, `/repo/packages/web/${place}`],
      ],
      unknown: [],
    });
  });

  it("is recognized as tool output", () => {
    for (const name of ["turborepo-eslint", "pnpm", "npm"]) expect(containsToolOutput(readLog(name))).toBe(true);
    expect(containsToolOutput("> a@1.0.0 lint\n> b@1.0.0 lint\nhello\n")).toBe(false);
  });

  it("of pnpm yields paths that start with the package folders", () => {
    expect(read(readLog("pnpm")).found).toEqual([
      ["packages/api typecheck", "tsc", `packages/api/${type}`],
      ["packages/web typecheck", "tsc", `packages/web/${type}`],
    ]);
  });

  it("is read with colors and CRLF line endings", () => {
    const text = readLog("turborepo")
      .replaceAll(/^(@acme\/\w+:\w+:)/gm, "\u001B[35m$1\u001B[0m")
      .replaceAll("\n", "\r\n");
    expect(read(text)).toEqual(read(readLog("turborepo")));
  });

  it("separates tasks whose names share a prefix, and keeps absolute paths", () => {
    const text = [
      ". lint$ tsc",
      "app lint$ tsc",
      "app lint-all$ tsc",
      "app lint: a.ts(1,2): error TS1: x",
      ". lint: a.ts(1,2): error TS2: x",
      "app lint-all: /repo/app/b.ts(1,2): error TS3: x",
      "app lint-all: C:\\repo\\app\\c.ts(1,2): error TS4: x",
    ].join("\n");
    expect(read(text).found).toEqual([
      [". lint", "tsc", "a.ts:1 TS2"],
      ["app lint", "tsc", "app/a.ts:1 TS1"],
      ["app lint-all", "tsc", "/repo/app/b.ts:1 TS3", "C:\\repo\\app\\c.ts:1 TS4"],
    ]);
  });

  it("may have tasks without findings, and names tasks whose output no known tool wrote", () => {
    const error = "web:types: a.ts(1,2): error TS1: x";
    const logs = ["web:types", "api:types", "web:build"].map((task) => `${task}: cache miss, executing 73f11406f6697f63`);
    const clean = ["api:types: ", "api:types: > api@1.0.0 types", "api:types: > tsc"];
    expect(read([...logs, error, ...clean, "web:build: 41 modules transformed."].join("\n"))).toEqual({
      found: [["web:types", "tsc", "a.ts:1 TS1"]],
      unknown: ["web:build"],
    });
    const allClean = [...logs.slice(0, 2), ...clean].join("\n");
    expect(() => read(allClean)).toThrow(/no known tool writes this/);
    expect(read(allClean, "tsc").found).toEqual([
      ["api:types", "tsc"],
      ["web:types", "tsc"],
    ]);
  });

  it("may contain a single task", () => {
    const text = "[0] a.ts(1,2): error TS1: x\n[0] tsc exited with code 2\n";
    expect(read(text).found).toEqual([["0", "tsc", "a.ts:1 TS1"]]);
  });

  it("may have tool output before the first task", () => {
    const text = "a.ts(1,2): error TS1: x\n> b@1.0.0 lint\n\n> c@1.0.0 types\nb.ts(1,2): error TS2: x\n";
    expect(read(text).found).toEqual([
      [null, "tsc", "a.ts:1 TS1"],
      ["c@1.0.0 types", "tsc", "b.ts:1 TS2"],
    ]);
  });

  it("is read in the given format for tasks that wrote it", () => {
    const text = "> a@1.0.0 lint\n> oddlint\n\n3 things are odd\n\n> a@1.0.0 types\n> tsc\n\na.ts(1,2): error TS1: x\n";
    for (const wanted of [undefined, "tsc"])
      expect(read(text, wanted)).toEqual({
        found: [["a@1.0.0 types", "tsc", "a.ts:1 TS1"]],
        unknown: ["a@1.0.0 lint"],
      });
  });

  it("reports a failed task without findings instead of treating it as clean", () => {
    const failures = {
      pnpm: ["packages/web types$ tsc", "packages/web types: Failed"],
      turborepo: ["web:types: cache miss, executing 73f11406f6697f63", "web:types: npm error code 2"],
      concurrently: ["[web] ", "[web] tsc exited with code 2"],
      yarn: ["[web]: Process started", "[web]: Process exited (exit code 2), completed in 1s"],
      npm: ["> web@1.0.0 types", "npm error code 2", "> docs@1.0.0 types"],
    };
    for (const [runner, log] of Object.entries(failures)) {
      expect(() => read(log.join("\n")), runner).toThrow(/no known tool writes this/);
      expect(() => read(log.join("\n"), "tsc"), runner).toThrow(/and none that says that nothing was found/);
      if (runner !== "concurrently") continue;
      const mixedLog = [...log, "[api] a.ts(1,2): error TS1: x", "[api] tsc exited with code 2"].join("\n");
      for (const formatId of [undefined, "tsc"])
        expect(read(mixedLog, formatId)).toEqual({ found: [["api", "tsc", "a.ts:1 TS1"]], unknown: ["web"] });
    }
  });

  it.each([undefined, "eslint"])("may mix tasks with and without JSON output (%s)", (formatId) => {
    const json = JSON.stringify([{ filePath: "a.js", messages: [{ ruleId: "r", severity: 2, message: "m", line: 1 }] }]);
    const text = `> a@1.0.0 prelint\n> ready\n\nhello\n> a@1.0.0 lint\n> eslint\n\n${json}\n`;
    expect(read(text, formatId)).toEqual({ found: [["a@1.0.0 lint", "eslint", "a.js:1 r"]], unknown: ["a@1.0.0 prelint"] });
  });

  it("is rejected when the output of a task is broken", () => {
    const text =
      '[web] eslint -f json . exited with code 1\n[web] [{"filePath": "a.js", "messages": [\n[api] tsc exited with code 0\n';
    expect(() => read(text)).toThrow(/Failed to read log \(web\) line 2: it is not valid JSON \(it ends in the middle/);
  });
});

const junit = [
  '<?xml version="1.0"?>\n<testsuites><testsuite name="s"><testcase classname="c" name="n"><failure message="m">',
  "> a@1.0.0 lint\na.ts(1,2): error TS1: x\n> b@1.0.0 lint",
  "</failure></testcase></testsuite></testsuites>",
].join("\n");

it.each([
  ["XML with a log in it", junit],
  ["XML without a declaration and with a log in it", junit.slice(junit.indexOf("\n") + 1)],
  ["XML with a log in it, behind a banner", `> shop@1.0.0 test\n> vitest\n\n${junit}`],
  ["one tool's text", "a.ts(1,2): error TS1: x\n"],
  ["one script", "> shop@1.0.0 lint\n> tsc\n\na.ts(1,2): error TS1: x\nnpm error path /repo/packages/shop\n"],
  ["a very long line", `${":a".repeat(500_000)}\n> ${"@1".repeat(500_000)}\na.ts(1,2): error TS1: x\n`],
  ["what was typed at a prompt", "me@box repo$ tsc\na.ts(1,2): error TS1: x\n"],
  ["JSON whose texts look like a log", JSON.stringify([{ filePath: "> a@1 lint\n> b@1 lint\n", messages: [] }], null, 2)],
])("%s is read unchanged as one output", (_, text) => {
  const { outputs, unknown } = readOutputs(text, "out");
  expect(unknown).toEqual([]);
  expect(outputs).toEqual([{ ...readOutput(text, "out"), task: null, key: text }]);
});

describe("a log in which each line has a prefix, and none names the task", () => {
  const error = "src/a.ts(1,2): error TS1: x";
  it.each<[string, string, OutputSummaries]>([
    [
      "concurrently",
      `[0] ${error}\n[1] \n[1] b.ts(1,2): error TS2: x\n`,
      [
        ["0", "tsc", "src/a.ts:1 TS1"],
        ["1", "tsc", "b.ts:1 TS2"],
      ],
    ],
    ["npm-run-all", `[lint ] ${error}\n[types] ok\n[types] ok\n`, [["lint", "tsc", "src/a.ts:1 TS1"]]],
    ["Turborepo", `web:lint: ${error}\n`, [["web:lint", "tsc", "src/a.ts:1 TS1"]]],
    ["pnpm", `packages/a lint: ${error}\n`, [["packages/a lint", "tsc", "packages/a/src/a.ts:1 TS1"]]],
    ["Bun", `@acme/a lint: ${error}\n`, [["@acme/a lint", "tsc", "src/a.ts:1 TS1"]]],
    [
      "docker compose",
      `Attaching to lint-1\n\u001B[36mlint-1  | \u001B[0m${error}\nlint-1  | \n`,
      [["lint-1", "tsc", "src/a.ts:1 TS1"]],
    ],
  ])("of %s yields one output per task", (_, log, found) => {
    expect(read(log).found).toEqual(found);
  });

  it("of `gh run view --log` yields one output per step, or per task of a runner in it", () => {
    const log = [
      "build\tLint\t\uFEFF2026-05-01T10:11:12.1234567Z ##[group]Run eslint",
      "build\tLint\t2026-05-01T10:11:12.1234567Z /p/b.js",
      "build\tLint\t2026-05-01T10:11:12.1234567Z ##[error]  1:7  error  m  no-unused-vars",
      `types\tUNKNOWN STEP\t2026-05-01T10:11:12.1234567Z packages/a types$ tsc`,
      `types\tUNKNOWN STEP\t2026-05-01T10:11:12.1234567Z packages/a types: ${error}`,
      "types\tUNKNOWN STEP\t2026-05-01T10:11:12.1234567Z ##[error]Process completed with exit code 1.",
    ].join("\n");
    expect(read(log)).toEqual({
      found: [
        ["build, Lint", "eslint-text", "/p/b.js:1 no-unused-vars"],
        ["types, UNKNOWN STEP: packages/a types", "tsc", "packages/a/src/a.ts:1 TS1"],
      ],
      unknown: [],
    });
    expect(containsToolOutput(log)).toBe(true);
  });

  it.each(["[error] ", "[WARN] ", "error TS18003: ", "a.py:3: ", "12 | ", "[12/40] "])(
    "is not one of lines that begin with %j",
    (begin) => {
      const text = `${begin}x\n${begin}${error}\n${begin}y\n`;
      expect(readOutputs(text, "out").outputs).toEqual([{ ...readOutput(text, "out"), task: null, key: text }]);
    },
  );
});

it("JSON and XML with a time before each line are read", () => {
  const stamped = (text: string): string => text.replaceAll(/^/gm, "2026-05-01T10:11:12.1234567Z ");
  const json = JSON.stringify([{ filePath: "a.js", messages: [{ ruleId: "r", severity: 2, message: "m", line: 1 }] }], null, 2);
  expect(read(stamped(`##[group]Run eslint\n${json}`)).found).toEqual([[null, "eslint", "a.js:1 r"]]);
  const xml =
    '<?xml version="1.0"?>\n<checkstyle><file name="a"><error line="1" severity="error" message="m" source="B"/></file></checkstyle>';
  expect(read(stamped(`##[group]Run it\n${xml}`)).found).toEqual([[null, "checkstyle", "a:1 B"]]);
  const [logged] = readOutputs(
    JSON.stringify([{ filePath: "a.js", messages: [{ ruleId: "r", severity: 2, message: stamped("a\nb"), line: 1 }] }]),
    "out",
  ).outputs;
  expect(logged?.findings[0]?.message).toBe(stamped("a\nb"));
});

describe("documents of several calls in one text", () => {
  const pyright = (line: number): string =>
    JSON.stringify({
      version: "1.1.400",
      generalDiagnostics: [{ file: "a.py", severity: "error", message: "m", rule: "r", range: { start: { line } } }],
      summary: { filesAnalyzed: 1 },
    });
  const xml = (path: string): string =>
    `<?xml version="1.0"?><checkstyle><file name="${path}"><error line="1" severity="error" message="m" source="a.B"/></file></checkstyle>`;

  it("are an output each", () => {
    const both = [
      [null, "pyright", "a.py:2 r"],
      [null, "pyright", "a.py:5 r"],
    ];
    expect(read(`${pyright(1)}\n${pyright(4)}\n`).found).toEqual(both);
    expect(read(`${pyright(1)}${pyright(4)}`, "pyright").found).toEqual(both);
    expect(containsToolOutput(`${pyright(1)}\n${pyright(4)}\n`)).toBe(true);
    for (const between of ["", "\n"])
      expect(read(`${xml("a")}${between}${xml("b")}\n`).found).toEqual([
        [null, "checkstyle", "a:1 a.B"],
        [null, "checkstyle", "b:1 a.B"],
      ]);
  });

  it("are refused where one of them was cut or is unknown", () => {
    expect(() => read(`${pyright(1)}\n${pyright(4).slice(0, 60)}`)).toThrow("line 2");
    expect(() => read(`${pyright(1)}\n{"level":30}\n`)).toThrow("line 2");
    expect(() => read('{"Action":"run"}\n{"Action":"pass"}\n')).toThrow("no known tool writes this");
    expect(() => read('{"Action":"run"}\n{"Action":"pa')).toThrow("not valid JSON");
  });
});
