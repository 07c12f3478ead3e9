import { describe, expect, it } from "vitest";
import { matchPrefixes, withoutStamps } from "../../../../../src/features/reviews/importers/tools/line-prefixes.ts";

const esc = "\u001b";

describe("what a CI system writes before each line is removed", () => {
  const time = "2026-05-01T10:11:12.1234567Z ";
  it.each([
    ["of GitHub Actions", `\uFEFF${time}##[group]Run lint\n${time}\n${time}##[warning]  1:54  warning\n${time}a`],
    ["of GitHub Actions on Windows", `\uFEFF${time}##[group]Run lint\r\n${time.trim()}\r\n${time}  1:54  warning\r\n${time}a`],
    ["of Azure Pipelines", `2026-05-01T10:11:12.123Z ##[group]Run lint\n${time}\n${time}##[error]  1:54  warning\n${time}a`],
    ["of Jenkins", "[2026-05-01T10:11:12.123Z] ##[group]Run lint\n\n[2026-05-01T10:11:12.123Z]   1:54  warning\na"],
    [
      "of GitLab",
      "2026-05-01T10:11:12.123456Z 00O ##[group]Run\n2026-05-01T10:11:12Z 00O+ lint\n\n2026-05-01T10:11:12Z 01E   1:54  warning\na",
    ],
    ["of Buildkite", `${esc}_bk;t=1745322209921\u0007##[group]Run lint\n\n${esc}_bk;t=1745322209922\u0007  1:54  warning\na`],
    ["on pages of GitHub Actions", "##[group]Run lint\n\nWarning:   1:54  warning\na"],
  ])("%s", (_, log) => {
    expect(withoutStamps(log).replaceAll("\r", "")).toBe("##[group]Run lint\n\n  1:54  warning\na");
  });

  it("around sections of GitLab", () => {
    const begin = `section_start:1790797104:step_script[collapsed=true]\r${esc}[0K`;
    const log = `2026-05-01T10:11:12.123456Z 00O section_end:1790797104:prepare\r${esc}[0K\n2026-05-01T10:11:12.123456Z 00O+${begin}Run\n`;
    expect(withoutStamps(log)).toBe(`${esc}[0KRun\n`);
    expect(withoutStamps(`${esc}[0K${begin}Run\nlint\n`)).toBe(`${esc}[0KRun\nlint\n`);
  });

  it("but not job and step of `gh run view --log`", () => {
    expect(withoutStamps(`lint\tRun eslint\t\uFEFF${time}one\nlint\tRun eslint\t${time}##[error]  two\n`)).toBe(
      "lint\tRun eslint\tone\nlint\tRun eslint\t  two\n",
    );
  });
});

it("a text of which only some lines begin with a time is returned unchanged", () => {
  const text = "a.ts(1,2): error TS1: x\n2026-05-01 10:11:12 done\nError: Symbol 'x' at (1) has no type\nWarning: see (2)\n";
  expect(withoutStamps(text)).toBe(text);
});

it("a pattern that matches less than half of the lines matches none", () => {
  expect(matchPrefixes(/^a/, ["a1", "b", "", "a2"]).map((one) => one?.[0])).toEqual(["a", undefined, undefined, "a"]);
  expect(matchPrefixes(/^a/, ["a1", "b", "b"])).toEqual([]);
  expect(matchPrefixes(/^a/, [])).toEqual([]);
});
