import { describe, expect, it } from "vitest";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/formats.ts";

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

describe("an output in which a tool was not alone", () => {
  it("is read behind what npm prints, and before what it prints at its end", () => {
    for (const banner of [
      "\n> shop@1.0.0 lint\n> probe --json [src]\n\n",
      "[main]\tINFO\tstarted\n[1/3] probe\n",
      "\uFEFFnote: {}\n",
    ]) {
      expect(messagesOf(`${banner}${sarif("a", "b")}`)).toEqual(["a", "b"]);
      expect(messagesOf(`${banner}${sarif("a")}\r\nnpm error code 1\r\n`)).toEqual(["a"]);
    }
  });

  it("that was cut is told as such", () => {
    expect(() => messagesOf(`> shop@1.0.0 lint\n\n${sarif("a").slice(0, -9)}`)).toThrow(/it ends in the middle/);
  });

  it("is not guessed at when several tools wrote objects", () => {
    expect(() => messagesOf(`${sarif("a")}\n${sarif("b")}`)).toThrow();
  });
});

describe("an output of several calls", () => {
  const list = (path: string): string =>
    JSON.stringify([{ filePath: path, messages: [{ ruleId: "a", severity: 2, message: "m", line: 1 }] }]);

  it("is the lists of each workspace, one after the other", () => {
    const { format, findings } = readOutput(
      `> a@1.0.0 lint\n\n${list("a.js")}\n\n> b@1.0.0 lint\n\n${list("b.js")}\n`,
      "out.txt",
    );
    expect(format.id).toBe("eslint");
    expect(findings.map(({ path }) => path)).toEqual(["a.js", "b.js"]);
  });

  it("of two tools is refused, and both are named", () => {
    const both = "a.ts(1,2): error TS1005: ';' expected.\na.py:1: error: no  [name-defined]\n";
    expect(() => readOutput(both, "out.txt")).toThrow("it holds what several tools write (tsc, mypy-text)");
    expect(readOutput(both, "out.txt", "tsc").findings).toMatchObject([{ path: "a.ts" }]);
  });
});
