import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { renderSync } from "../../src/cli/render/sync.ts";
import { terminalWords } from "../../src/cli/words.ts";
import { exportDocument } from "../../src/features/reviews/documents/export.ts";
import { terminalText } from "../../src/render/terminal/document.ts";
import type { Style } from "../../src/render/terminal/style.ts";
import { colored, pipe, terminal } from "./style.ts";

/** Every renderer with an answer that has everything in it. */
const drawings: Readonly<Record<string, (style: Style) => string>> = {
  export: (style) => {
    const drawn = exportDocument({ format: "csv", runs: 3, out: "runs.csv", content: null }, terminalWords(style));
    return typeof drawn === "string" ? drawn : terminalText(drawn, style);
  },
};

describe.each(Object.entries(drawings))("%s", (_name, draw) => {
  it("is plain text in a pipe: no colours, borders, bars or trailing spaces", () => {
    const text = draw(pipe);
    expect(text).toBe(stripVTControlCharacters(text));
    expect(text).not.toMatch(/[│─┌┐└┘├┤█▁▂▃▄▅▆▇]/u);
    expect(text).not.toMatch(/[ \n]$|[ ]\n/);
    // Foreign text cannot bring control characters of its own.
    expect(text).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it("says the same in colour", () => {
    expect(stripVTControlCharacters(draw(colored(120)))).toBe(draw(terminal(120)));
  });
});

describe("resets of a team", () => {
  const resets = [
    { id: "r1", agent: null, at: "2026-03-15T10:30:00.000Z", by: "ada@acme.dev", hidden_runs: 12 },
    { id: "r2", agent: "codex", at: "2026-03-16T10:30:00.000Z", by: null, hidden_runs: null },
  ];
  const all =
    /Team reset by ada@acme\.dev at 2026-03-15 10:30: hides 12 runs from its totals\.\n {2}An owner takes it back with: {2}reward-ledger team reset --undo\n/;
  const one =
    /Team reset for codex by a former member at 2026-03-16 10:30: `reward-ledger sync now` finds out what it hides\.\n.*--undo --agent codex/;

  it("stand under what the server counts", () => {
    const rows = [{ agent: "codex", coins: 1 }];
    const text = renderSync({ action: "show", result: { team: "acme", view: "summary", rows, resets } }, pipe);
    expect(text).toMatch(all);
    expect(text).toMatch(one);
  });
});
