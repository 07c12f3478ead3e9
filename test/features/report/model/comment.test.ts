import { expect, it } from "vitest";
import { commentBody, commentMark } from "../../../../src/features/report/model/comment.ts";

const most = 65_536;

it("a comment starts with a hidden marker", () => {
  expect(commentBody("backend", "# Report\n")).toEqual({ body: "<!-- reward-ledger:backend -->\n# Report\n", cut: false });
});

it("a comment is kept whole when it fits", () => {
  const fits = "x".repeat(most - commentMark("report").length - 1);
  expect(commentBody("report", fits)).toMatchObject({ cut: false });
  expect(commentBody("report", `${fits}x`)).toMatchObject({ cut: true });
});

it.each([
  ["rows of a table", "| W291 | src/a.py:1 |\n"],
  ["characters of two units", "😀"],
  ["rows that end so", "| 😀 |\n"],
])("a comment that is too long is cut between %s", (_, part) => {
  const { body, cut } = commentBody("report", part.repeat(10_000).padEnd(most + 1, part));
  expect(cut).toBe(true);
  expect(body.length).toBeLessThanOrEqual(most);
  expect(body.isWellFormed()).toBe(true);
  const [, kept] = /-->\n([\s\S]*?)\n\nThe rest is cut off/.exec(body) ?? [];
  expect(kept?.length).toBeGreaterThan(65_000);
  expect(`${kept}${part.endsWith("\n") ? "\n" : ""}`.replaceAll(part, "")).toBe("");
});
