import { expect, it } from "vitest";
import { commentBody, commentMark } from "../../../../src/features/report/model/comment.ts";

const maxLength = 65_536;

it("a comment starts with a hidden marker", () => {
  expect(commentBody("backend", "# Report\n")).toEqual({ body: "<!-- reward-ledger:backend -->\n# Report\n", cut: false });
});

it("a comment is kept whole when it fits", () => {
  const fittingText = "x".repeat(maxLength - commentMark("report").length - 1);
  expect(commentBody("report", fittingText)).toMatchObject({ cut: false });
  expect(commentBody("report", `${fittingText}x`)).toMatchObject({ cut: true });
});

it.each([
  ["rows of a table", "| W291 | src/a.py:1 |\n"],
  ["characters of two units", "😀"],
  ["rows that end so", "| 😀 |\n"],
])("a comment that is too long is cut between %s", (_, part) => {
  const { body, cut } = commentBody("report", part.repeat(10_000).padEnd(maxLength + 1, part));
  expect(cut).toBe(true);
  expect(body.length).toBeLessThanOrEqual(maxLength);
  expect(body.isWellFormed()).toBe(true);
  const [, content] = /-->\n([\s\S]*?)\n\nThe rest is cut off/.exec(body) ?? [];
  expect(content?.length).toBeGreaterThan(65_000);
  expect(`${content}${part.endsWith("\n") ? "\n" : ""}`.replaceAll(part, "")).toBe("");
});
