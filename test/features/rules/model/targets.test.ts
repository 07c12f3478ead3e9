import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { defaultRules } from "../../../../src/features/rules/model/default-rules.ts";
import {
  bodyOf,
  contentWithoutRules,
  contentWithRules,
  isInstalled,
  readBody,
  targets,
} from "../../../../src/features/rules/model/targets.ts";

const rules = defaultRules("2026-03-16");
const targetNamed = (name: string) => targets.find((target) => target.name === name) ?? targets[0];
const [cursor, claude, agents] = [targetNamed("cursor"), targetNamed("claude"), targetNamed("agents-md")];

describe("a copy", () => {
  it("has the content of the rules file, and is removed as a whole file", () => {
    expect(contentWithRules(claude, null, rules)).toBe(rules);
    expect(contentWithoutRules(claude, rules)).toBeNull();
  });
});

describe("Cursor's file", () => {
  it("has its own front matter, with the description of the rules", () => {
    const text = contentWithRules(cursor, null, rules);
    expect(
      text.startsWith(
        "---\ndescription: House rules of this project, with the rules that its reviews find broken most often\nalwaysApply: true\n---\n\n# House Rules",
      ),
    ).toBe(true);
    expect(text.endsWith("-->\n")).toBe(true);
  });

  it("has a default description when the rules have none", () => {
    expect(contentWithRules(cursor, null, "# House Rules (v1)\n\n")).toBe(
      "---\ndescription: House rules of this project\nalwaysApply: true\n---\n\n# House Rules (v1)\n",
    );
  });
});

describe("Cursor's description", () => {
  const descriptionLines = (...lines: readonly string[]) =>
    contentWithRules(
      cursor,
      null,
      ["---", "name: x", ...lines, "license: MIT", "---", "# House Rules (v1)", ""].join("\n"),
    ).split("\n");

  it.each([
    [["description: >", "  What to do,", "  and what not."], "description: What to do, and what not."],
    [["description: |-", "  What to do,", "  and: what not."], 'description: "What to do, and: what not."'],
    [["description: What to do,", "  and what not. # a note"], "description: What to do, and what not."],
    [["description: 'Ours, it''s short'"], "description: Ours, it's short"],
    [['description: "House rules: ours"'], 'description: "House rules: ours"'],
    [['"description": "say \\"no\\" #1"'], 'description: "say \\"no\\" #1"'],
    [["description: '[a]'"], 'description: "[a]"'],
    [["description: 'true'"], 'description: "true"'],
    [['description: ""'], "description: House rules of this project"],
    [["about: x"], "description: House rules of this project"],
  ])("is parsed from %j", (lines, shown) => {
    expect(descriptionLines(...lines).slice(0, 4)).toEqual(["---", shown, "alwaysApply: true", "---"]);
    expect(parse(shown)).toEqual({ description: expect.any(String) });
  });
});

describe("a block in a user-written file", () => {
  const anyUserText = fc
    .array(fc.constantFrom("a", "# Title", "", "- b", "<!-- x -->"))
    .chain((lines) =>
      fc
        .array(fc.constantFrom("\n", "\r\n"), { minLength: lines.length, maxLength: lines.length })
        .map((ends) => lines.map((line, n) => (n === 0 ? line : (ends[n] ?? "") + line)).join("")),
    );

  it("can be added and removed, leaving the text byte for byte unchanged", () => {
    fc.assert(
      fc.property(anyUserText, (text) => {
        const withBlock = contentWithRules(agents, text, rules);
        expect(isInstalled(agents, withBlock)).toBe(true);
        expect(withBlock.startsWith(text)).toBe(true);
        expect(contentWithoutRules(agents, withBlock) ?? "").toBe(text);
      }),
    );
  });

  it("is replaced in place, keeping the user's text around it", () => {
    fc.assert(
      fc.property(anyUserText, anyUserText, (before, after) => {
        const first = contentWithRules(agents, `${before}\n`, rules) + after;
        const second = contentWithRules(agents, first, rules.replace("(v1)", "(v2)"));
        expect(second).toBe(first.replace("(v1)", "(v2)"));
        expect(contentWithRules(agents, second, rules.replace("(v1)", "(v2)"))).toBe(second);
      }),
    );
  });

  it("is removed without user lines when no blank line precedes it", () => {
    const [block] = [contentWithRules(agents, "", rules)];
    expect(contentWithoutRules(agents, `abc\n${block}xyz\n`)).toBe("abc\nxyz\n");
  });

  it("contains the same body as the rules file, in every target format", () => {
    const body = bodyOf(rules);
    expect(body.startsWith("# House Rules")).toBe(true);
    for (const target of targets) {
      expect(readBody(target, contentWithRules(target, target.kind === "block" ? "# Ours\r\n" : null, rules))).toBe(body);
    }
    expect(bodyOf(`\uFEFF${rules}`.replaceAll("\n", "\r\n"))).toBe(body);
  });

  it("is refused when the rules contain a line that would end it", () => {
    const ending = rules.replace("## DO\n", "## DO\n- <!-- reward-ledger rules end -->\n");
    expect(() => contentWithRules(agents, "", ending)).toThrow("remove that line");
  });

  const example = contentWithRules(agents, "", rules);

  it.each([
    ["a code block", `\`\`\`md\n${example}\`\`\`\n`],
    ["a longer fence", `~~~~\n\`\`\`\n~~~\n${example}~~~~~  \n`],
    ["a list item", `- \`\`\`\n  ${example.trimEnd().replaceAll("\n", "\n  ")}\n  \`\`\`\n`],
    ["a quote", `> \`\`\`\n> ${example.trimEnd().replaceAll("\n", "\n> ")}\n> \`\`\`\n`],
    ["half a code block", "```\r\n<!-- reward-ledger rules end -->\r\n```\r\n"],
    ["a line of text", "Ours ends with `<!-- reward-ledger rules end -->`.\n"],
  ])("is not confused with an example in %s", (_, text) => {
    expect(isInstalled(agents, text)).toBe(false);
    const withBlock = contentWithRules(agents, text, rules);
    expect(withBlock.startsWith(text)).toBe(true);
    expect(contentWithRules(agents, `${withBlock}\n${text}`, rules)).toBe(`${withBlock}\n${text}`);
    expect(readBody(agents, withBlock)).toBe(bodyOf(rules));
    expect(contentWithoutRules(agents, withBlock)).toBe(text);
  });

  it("may contain code, even unclosed, and follow an unclosed fence", () => {
    for (const code of ["```js\nx\n```", "~~~"]) {
      const coded = rules.replace("## DO\n", `## DO\n${code}\n`);
      const withBlock = `${contentWithRules(agents, "# Ours\n``` x ```\n", coded)}# More\n~~~\nx\n~~~\n`;
      expect(readBody(agents, withBlock)).toBe(bodyOf(coded));
      expect(contentWithRules(agents, withBlock, coded)).toBe(withBlock);
    }
    expect(contentWithoutRules(agents, contentWithRules(agents, "```\nx\n", rules))).toBe("```\nx\n");
  });

  it("is refused when an open user fence would end inside it", () => {
    const coded = rules.replace("## DO\n", "## DO\n```\nx\n```\n");
    expect(() => contentWithRules(agents, "```\nx\n", coded)).toThrow("a code block of it has no end");
  });

  it("is searched in one pass, regardless of the number of unclosed fences", () => {
    expect(isInstalled(agents, "```a\n".repeat(200_000))).toBe(false);
  });

  it.each([
    [`${example}\n${example}`, "two blocks"],
    ["<!-- reward-ledger rules end -->\n", "without the line that begins the block"],
    ["<!-- reward-ledger rules begin: written by `reward-ledger rules update` -->\n- a\n", "has no end"],
  ])("is refused when damaged: %j", (text, problem) => expect(() => contentWithRules(agents, text, rules)).toThrow(problem));
});
