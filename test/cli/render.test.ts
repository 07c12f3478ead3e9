import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { renderExport } from "../../src/cli/render/export.ts";
import { renderImport } from "../../src/cli/render/import.ts";
import { renderBatches, renderLatestBatches } from "../../src/cli/render/intake.ts";
import { renderRebuild } from "../../src/cli/render/rebuild.ts";
import { renderReset } from "../../src/cli/render/reset.ts";
import { renderScore } from "../../src/cli/render/score.ts";
import { renderSync } from "../../src/cli/render/sync.ts";
import { renderVerify } from "../../src/cli/render/verify.ts";
import { terminalWords } from "../../src/cli/words.ts";
import { doctorDocument } from "../../src/features/maintenance/documents/doctor.ts";
import { terminalText } from "../../src/render/terminal/document.ts";
import type { Style } from "../../src/render/terminal/style.ts";
import { colored, pipe, terminal } from "./style.ts";
import * as views from "./views.ts";

/** Every renderer with an answer that has everything in it. */
const drawings: Readonly<Record<string, (style: Style) => string>> = {
  import: (style) => renderImport(views.imported, style),
  export: (style) => renderExport({ format: "csv", runs: 3, out: "runs.csv", content: null }, style),
  reset: (style) => renderReset({ reset: true, agent: null, hidden_runs: 4, undone: false, restored_runs: 0 }, style),
  rebuild: (style) => renderRebuild({ facts: 1 }, style),
  score: (style) => renderScore(views.score, style),
  verify: (style) => renderVerify(views.broken, style),
  doctor: (style) => terminalText(doctorDocument(views.doctor, terminalWords(style)), style),
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

describe("what each command prints into a pipe", () => {
  it("import", () => {
    expect(drawings["import"]?.(pipe)).toBe(
      [
        "3 files: 1 recorded, 1 already known, 1 rejected",
        "",
        "Rejected:",
        "  a b/規.json",
        "    Failed to read a b/規.json: it is not valid JSON",
        "    Check what it holds there and that it was written completely",
        "",
        "Totals that a replay of the imported runs contradicts (the replay counts):",
        "File         Total  Stated  Replayed",
        "ledger.json  coins    3.00      2.50",
        "",
        "  warning a b/規.json: summary: half a character was replaced",
      ].join("\n"),
    );
  });

  it("verify", () => {
    expect(drawings["verify"]?.(pipe)).toContain("NOT OK  12 facts of 1 device: 1 problem");
    expect(drawings["verify"]?.(pipe)).toContain("device 0199, segment 1, byte 2301, fact 7");
    expect(renderVerify({ ...views.broken, ok: true, problems: [] }, pipe)).toMatch(
      /^OK {2}12 facts of 1 device: every hash, sequence and total is right\n\nwarning {2}1 fact of device 019a of bob@acme\.dev cannot be read\n/,
    );
  });

  it("doctor", () => {
    expect(drawings["doctor"]?.(pipe)).toBe(
      [
        "✗ Recording needs your attention.  1 check failed, 1 warning",
        "",
        "      Check    Result",
        "fail  home     /x is read-only",
        "               → chmod",
        "warn  lock     held",
        "               → wait",
        "ok    version  24.1",
      ].join("\n"),
    );
  });

  it("score", () => {
    expect(drawings["score"]?.(pipe)).toContain("warning");
  });

  it("reset and its undoing", () => {
    expect(drawings["reset"]?.(pipe)).toBe(
      "Reset all agents: 4 runs no longer count\nNothing was destroyed. Take it back with:  reward-ledger reset --undo",
    );
    expect(renderReset({ reset: false, agent: "codex", hidden_runs: 0, undone: true, restored_runs: 1 }, pipe)).toBe(
      "Undone: the reset of codex is taken back, 1 run counts again",
    );
    expect(renderReset({ reset: false, agent: null, hidden_runs: 0, undone: true, restored_runs: 0 }, pipe)).toBe(
      "Undone: the reset of all agents is taken back, no run counts again: it hid none, or other resets hide them too",
    );
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

describe("nothing to show", () => {
  it.each([
    ["import", renderImport({ ...views.imported, files: 0, rejected: [], disagreements: [] }, pipe), /No report files/],
    [
      "import of nothing but a wrong path",
      renderImport({ ...views.imported, files: 0 }, pipe),
      /^Rejected:[\s\S]*not valid JSON/,
    ],
  ])("%s says the next step", (_name, text, expected) => {
    expect(text).toMatch(expected);
  });
});

describe("the latest of many rows", () => {
  const batches = (many: number) =>
    Array.from({ length: many }, (_, n) => ({
      batch: `${n}`.padStart(36, "0"),
      at: "2026-03-16T12:00:00.000Z",
      projects: ["acme/storefront"],
      reviews: 1,
      evals: 0,
      taken_back: 0,
      coins: 2,
    }));
  it("are said to be so where there may be others", () => {
    expect(renderLatestBatches(batches(50), pipe)).toBe(
      `${renderBatches(batches(50), pipe)}\n\nThe latest 50 batches; --limit shows more, --json all.`,
    );
  });
  it("are drawn as they are where there are no others", () => {
    expect(renderLatestBatches(batches(49), pipe)).toBe(renderBatches(batches(49), pipe));
  });
});
