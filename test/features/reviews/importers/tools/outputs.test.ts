import { describe, expect, it } from "vitest";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";

const sarif = (...messages: readonly string[]): string =>
  JSON.stringify(
    {
      version: "2.1.0",
      runs: [{ tool: { driver: { name: "Probe" } }, results: messages.map((text) => ({ message: { text } })) }],
    },
    null,
    2,
  );

const messagesOf = (text: string): readonly string[] => readOutput(text, "out.txt").findings.map(({ message }) => message);

describe("tool output mixed with other text", () => {
  it("is read after an npm banner and before an npm error", () => {
    for (const banner of [
      "\n> shop@1.0.0 lint\n> probe --json [src]\n\n",
      "[main]\tINFO\tstarted\n[1/3] probe\n",
      "\uFEFFnote: {}\n",
    ]) {
      expect(messagesOf(`${banner}${sarif("a", "b")}`)).toEqual(["a", "b"]);
      expect(messagesOf(`${banner}${sarif("a")}\r\nnpm error code 1\r\n`)).toEqual(["a"]);
    }
  });

  it("is reported as truncated when it was cut", () => {
    expect(() => messagesOf(`> shop@1.0.0 lint\n\n${sarif("a").slice(0, -9)}`)).toThrow(/it ends in the middle/);
  });

  it("is rejected when several JSON objects follow each other", () => {
    expect(() => messagesOf(`${sarif("a")}\n${sarif("b")}`)).toThrow();
  });
});

describe("output of several tool runs", () => {
  const eslintJson = (path: string): string =>
    JSON.stringify([{ filePath: path, messages: [{ ruleId: "a", severity: 2, message: "m", line: 1 }] }]);

  it("combines the lists of all workspaces in order", () => {
    const { format, findings } = readOutput(
      `> a@1.0.0 lint\n\n${eslintJson("a.js")}\n\n> b@1.0.0 lint\n\n${eslintJson("b.js")}\n`,
      "out.txt",
    );
    expect(format.id).toBe("eslint");
    expect(findings.map(({ path }) => path)).toEqual(["a.js", "b.js"]);
  });

  it("of two tools is rejected with both named, unless a format is given", () => {
    const both = "a.ts(1,2): error TS1005: ';' expected.\na.py:1: error: no  [name-defined]\n";
    expect(() => readOutput(both, "out.txt")).toThrow("it holds what several tools write (tsc, mypy-text)");
    expect(readOutput(both, "out.txt", "tsc").findings).toMatchObject([{ path: "a.ts" }]);
  });
});

describe("older and newer forms of output", () => {
  const first = (value: unknown) => readOutput(JSON.stringify(value), "out.json").findings[0];

  it("of ESLint may have the results in an object with metadata", () => {
    const results = [{ filePath: "a.js", messages: [{ ruleId: "a", severity: 1, message: "m", line: 2 }] }];
    expect(first({ results, metadata: { cwd: "/a" } })).toMatchObject({ tool: "eslint", rule: "a", line: 2 });
  });

  it("of ESLint name the rule for unused disable directives, in JSON and in text", () => {
    const message = "Unused eslint-disable directive (no problems were reported from 'no-undef').";
    const rule = "reportUnusedDisableDirectives";
    expect(first([{ filePath: "a.js", messages: [{ ruleId: null, severity: 1, message, line: 4 }] }])).toMatchObject({ rule });
    expect(readOutput(`/a.js\n  4:1  warning  ${message}\n`, "out.txt").findings).toMatchObject([{ rule, line: 4 }]);
  });

  it("of ShellCheck, Biome, Oxlint, golangci-lint and others are recognized without findings", () => {
    const empty: readonly (readonly [object, string])[] = [
      [{ comments: [] }, "shellcheck"],
      [{ diagnostics: [], summary: {}, command: "lint" }, "biome"],
      [{ diagnostics: [], number_of_rules: 90 }, "oxlint"],
      [{ Issues: null, Report: {} }, "golangci-lint"],
      [{ totals: { errors: 0, warnings: 0, fixable: 0 }, files: [] }, "phpcs"],
      [{ metadata: { rubocop_version: "1" }, files: [], summary: {} }, "rubocop"],
      [{ version: "1.1.400", generalDiagnostics: [], summary: {} }, "pyright"],
      [{ errors: [], results: [], metrics: {} }, "bandit"],
    ];
    for (const [value, id] of empty) {
      expect(readOutput(JSON.stringify(value), "out.json")).toMatchObject({ format: { id }, findings: [], skipped: [] });
    }
  });

  it("of Cargo count repeated workspace messages once, with paths from the workspace root", () => {
    const message = {
      level: "warning",
      message: "m",
      code: null,
      spans: [{ file_name: "crates/a/src/lib.rs", line_start: 3, is_primary: true }],
    };
    const line = (manifest: string) => JSON.stringify({ reason: "compiler-message", manifest_path: manifest, message });
    const paths = (manifest: string) =>
      readOutput(`${line(manifest)}\n${line(manifest)}`, "out.json").findings.map(({ path }) => path);
    expect(paths("/ws/crates/a/Cargo.toml")).toEqual(["/ws/crates/a/src/lib.rs"]);
    expect(paths("C:\\ws\\crates\\a\\Cargo.toml")).toEqual(["C:/ws/crates/a/src/lib.rs"]);
    expect(paths("/ws/tauri/Cargo.toml")).toEqual(["/ws/tauri/crates/a/src/lib.rs"]);
  });

  it("of Cargo place a finding in a library macro at its call in the project", () => {
    const callSpan = { file_name: "src/a.rs", line_start: 7, is_primary: true };
    const librarySpan = {
      file_name: "/rustc/1/library/core/macros.rs",
      line_start: 99,
      is_primary: true,
      expansion: { span: callSpan },
    };
    const message = { level: "error", message: "m", code: { code: "E0308" }, spans: [librarySpan] };
    expect(first({ reason: "compiler-message", message })).toMatchObject({ tool: "rustc", path: "src/a.rs", line: 7 });
  });

  it("of ESLint and Checkstyle writers report unreadable files as tool errors", () => {
    const messages = [{ ruleId: null, fatal: true, severity: 2, message: "Parsing error", line: 1 }];
    expect(first([{ filePath: "a.js", messages }])).toMatchObject({
      rule: "tool_error",
      category: "tool_error",
      severity: "error",
    });
    const xml =
      '<?xml version="1.0"?><checkstyle><file name="a.js"><error severity="error" message="Parsing error" source=""/></file></checkstyle>';
    expect(readOutput(xml, "out.xml").findings).toMatchObject([{ rule: "tool_error", line: null }]);
    const failed =
      "<checkstyle><file name='A.java'><exception><![CDATA[\nNo viable alternative\n\tat B.java]]></exception></file></checkstyle>";
    expect(readOutput(failed, "out.xml").findings).toMatchObject([
      { rule: "tool_error", severity: "error", path: "A.java", message: "No viable alternative" },
    ]);
  });
});
