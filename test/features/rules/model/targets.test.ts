import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultRules } from "../../../../src/features/rules/model/default-rules.ts";
import { bodyIn, bodyOf, fileFor, fileWithout, isInstalled, targets } from "../../../../src/features/rules/model/targets.ts";

const rules = defaultRules("2026-03-16");
const named = (name: string) => targets.find((target) => target.name === name) ?? targets[0];
const [cursor, claude, agents] = [named("cursor"), named("claude"), named("agents-md")];

describe("a copy", () => {
  it("is the rules file, and leaves with its file", () => {
    expect(fileFor(claude, null, rules)).toBe(rules);
    expect(fileWithout(claude, rules)).toBeNull();
  });
});

describe("Cursor's file", () => {
  it("has a front matter of its own, with the description of the rules", () => {
    const text = fileFor(cursor, null, rules);
    expect(
      text.startsWith(
        "---\ndescription: House rules of this project, with the rules that its reviews find broken most often\nalwaysApply: true\n---\n\n# House Rules",
      ),
    ).toBe(true);
    expect(text.endsWith("-->\n")).toBe(true);
  });

  it("has a description where the rules have none", () => {
    expect(fileFor(cursor, null, "# House Rules (v1)\n\n")).toBe(
      "---\ndescription: House rules of this project\nalwaysApply: true\n---\n\n# House Rules (v1)\n",
    );
  });
});

describe("a block in a file that people write", () => {
  const people = fc
    .array(fc.constantFrom("a", "# Title", "", "- b", "<!-- x -->"))
    .chain((lines) =>
      fc
        .array(fc.constantFrom("\n", "\r\n"), { minLength: lines.length, maxLength: lines.length })
        .map((ends) => lines.map((line, n) => (n === 0 ? line : (ends[n] ?? "") + line)).join("")),
    );

  it("goes in and out, and leaves the text as it was, byte for byte", () => {
    fc.assert(
      fc.property(people, (text) => {
        const inside = fileFor(agents, text, rules);
        expect(isInstalled(agents, inside)).toBe(true);
        expect(inside.startsWith(text)).toBe(true);
        expect(fileWithout(agents, inside) ?? "").toBe(text);
      }),
    );
  });

  it("is replaced in its place, with what people wrote around it", () => {
    fc.assert(
      fc.property(people, people, (before, after) => {
        const first = fileFor(agents, `${before}\n`, rules) + after;
        const second = fileFor(agents, first, rules.replace("(v1)", "(v2)"));
        expect(second).toBe(first.replace("(v1)", "(v2)"));
        expect(fileFor(agents, second, rules.replace("(v1)", "(v2)"))).toBe(second);
      }),
    );
  });

  it("takes no line of people with it where no blank line is before it", () => {
    const [block] = [fileFor(agents, "", rules)];
    expect(fileWithout(agents, `abc\n${block}xyz\n`)).toBe("abc\nxyz\n");
  });

  it("says what the rules say, whatever form they have around it", () => {
    const body = bodyOf(rules);
    expect(body.startsWith("# House Rules")).toBe(true);
    for (const target of targets) {
      expect(bodyIn(target, fileFor(target, target.kind === "block" ? "# Ours\r\n" : null, rules))).toBe(body);
    }
    expect(bodyOf(`\uFEFF${rules}`.replaceAll("\n", "\r\n"))).toBe(body);
  });

  it("is not written where the rules hold a line that would end it", () => {
    const ending = rules.replace("## DO\n", "## DO\n- <!-- reward-ledger rules end -->\n");
    expect(() => fileFor(agents, "", ending)).toThrow("remove that line");
  });

  it.each([
    ["<!-- reward-ledger rules end -->\n", "without the line that begins the block"],
    ["<!-- reward-ledger rules begin: written by `reward-ledger rules update` -->\n- a\n", "has no end"],
  ])("that is damaged is refused: %j", (text, problem) => expect(() => fileFor(agents, text, rules)).toThrow(problem));
});
