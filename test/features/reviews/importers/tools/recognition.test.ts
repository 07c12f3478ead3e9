import { describe, expect, it } from "vitest";
import { readOutput, toolFormats } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";
import { fixtureNames, readFixture } from "./fixtures.ts";

/** The format of each fixture; text that only serves for comparison has none. */
const formatPatterns: readonly (readonly [RegExp, string | undefined])[] = [
  [/\.sarif$/, "sarif"],
  [/\.gitlab\.json$/, "gitlab"],
  [/\.rdjson\.json$/, "rdjson"],
  [/^github-text\//, "github-text"],
  [/^eslint\/.*(?:json|npm-run\.txt)$/, "eslint"],
  [/^(?:pyright|basedpyright)\/.*json$/, "pyright"],
  [/^ruff\/.*\.jsonl$/, "ruff-lines"],
  [/^mypy\/.*\.json$/, "mypy"],
  [/^mypy\/.*\.txt$/, "mypy-text"],
  [/^pylint\/.*\.txt$/, "pylint-text"],
  [/^tsc\//, "tsc"],
  [/^clippy\/.*(?:jsonl|with-progress\.txt)$/, "clippy"],
  [/^(?:shellcheck|cppcheck|gcc|clang-tidy)\/.*\.txt$/, "gcc-text"],
  [/^(?:eslint|junit)\/(?:eslint-)?[\d.]+\.txt$/, "eslint-text"],
  [/^biome\/.*(?:default|colours)\.txt$/, "biome-text"],
  [/^oxlint\/.*(?:default|colours)\.txt$/, "oxlint-text"],
  [/^clippy\/.*default\.txt$/, "clippy-text"],
  [/^ruff\/.*\.txt$|^flake8\//, "flake8"],
  [/^(?:pyright|basedpyright)\/.*txt$/, "pyright-text"],
  [/^golangci-lint\/.*\.txt$/, "golangci-lint-text"],
  [/^yamllint\//, "yamllint"],
  [/^(?:[\w-]+)\/.*\.txt$/, undefined],
];

const expectedFormat = (name: string): string | undefined => {
  const match = formatPatterns.find(([pattern]) => pattern.test(name));
  return match === undefined ? name.split("/")[0] : match[1];
};

describe("a tool's output", () => {
  it.each(fixtureNames)("%s is recognised as its own format only", (name) => {
    const id = expectedFormat(name);
    if (id === undefined) expect(() => readOutput(readFixture(name), name)).toThrow(/no known tool writes this/);
    else expect(readOutput(readFixture(name), name).format.id).toBe(id);
  });

  it("has a recorded example for each format", () => {
    const covered = new Set(fixtureNames.map(expectedFormat));
    expect(toolFormats.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
  });
});
