import { describe, expect, it } from "vitest";
import { batchesDocument, redoDocument, undoDocument } from "../../../../src/features/intake/documents/batches.ts";
import { importDocument } from "../../../../src/features/intake/documents/import.ts";
import { pipeStyle } from "../../../cli/style.ts";
import * as views from "../../../cli/views.ts";
import { describeTerminalOutput, type MakeDocument, renderEditor, renderTerminal } from "../../../support/documents.ts";

const batches = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    batch: `${n}`.padStart(36, "0"),
    at: "2026-03-16T12:00:00.000Z",
    projects: ["acme/storefront"],
    reviews: 1,
    evals: 0,
    taken_back: 0,
    coins: 2,
  }));

const documents = {
  import: (words) => importDocument(views.importView, words),
  "intake list": (words) => batchesDocument(batches(1), words, {}, {}),
  "intake undo": (words) => undoDocument({ undo: "u", recordings: 1, coins: -2 }, words),
  "intake redo": (words) => redoDocument({ undo: "u", recordings: 2, coins: 2 }, words),
} satisfies Readonly<Record<string, MakeDocument>>;

describeTerminalOutput(documents);

describe("an import", () => {
  it("lists every rejected file, differing totals, and warnings", () => {
    expect(renderTerminal(documents.import, pipeStyle)).toBe(
      [
        "3 files: 1 recorded, 1 already known, 1 rejected",
        "",
        "Rejected:",
        "  a b/規.json",
        "    Failed to read a b/規.json: it is not valid JSON",
        "    → Check its content and that it was written completely",
        "",
        "Totals that a replay of the imported runs contradicts (the replay counts):",
        "File         Total  Stated  Replayed",
        "ledger.json  coins    3.00      2.50",
        "",
        "1 file was skipped:",
        "  package.json: it is in no known format",
        "",
        "  warning a b/規.json: summary: half a character was replaced",
      ].join("\n"),
    );
  });

  it("shows the same in VS Code", () => {
    const report = renderEditor("Import", documents.import);
    for (const part of ["**a b/規\\.json**", "→ Check its content", "ledger\\.json", "half a character was replaced"]) {
      expect(report).toContain(part);
    }
  });

  it("without files shows what to name, or the problems of the named files", () => {
    const emptyView = { ...views.importView, files: 0, rejected: [], disagreements: [], skipped_files: [] };
    expect(renderTerminal((words) => importDocument(emptyView, words), pipeStyle)).toMatch(/^No report files/);
    const onlyRejected = { ...views.importView, files: 0 };
    expect(renderTerminal((words) => importDocument(onlyRejected, words), pipeStyle)).toMatch(/^Rejected:[\s\S]*not valid JSON/);
  });
});

describe("automatic recordings", () => {
  it("are listed with the coins earned, and how to undo one", () => {
    expect(renderTerminal(documents["intake list"], pipeStyle)).toBe(
      [
        "Batch     Recorded          Projects         Reviews  Evals  Coins  State",
        "00000000  2026-03-16 12:00  acme/storefront        1      0  +2.00  counts",
        "",
        "Undo one:  reward-ledger intake undo BATCH",
      ].join("\n"),
    );
    expect(renderTerminal((words) => batchesDocument([], words, {}, {}), pipeStyle)).toBe("Nothing was recorded automatically.");
  });

  it("include a note that only the latest are shown, unless a limit was given", () => {
    const note = "\n\nThe latest 50 batches; --limit shows more, --json all.";
    expect(renderTerminal((words) => batchesDocument(batches(50), words, {}, {}), pipeStyle)).toContain(note);
    expect(renderTerminal((words) => batchesDocument(batches(49), words, {}, {}), pipeStyle)).not.toContain(note);
    expect(renderTerminal((words) => batchesDocument(batches(50), words, {}, { limit: 50 }), pipeStyle)).not.toContain(note);
  });

  it("show the change in coins when they are undone and counted again", () => {
    expect(renderTerminal(documents["intake undo"], pipeStyle)).toBe(
      "Taken back: 1 automatic recording is no longer counted (-2.00 coins)\nNothing was destroyed. Count them again:  reward-ledger intake redo",
    );
    expect(renderTerminal(documents["intake redo"], pipeStyle)).toBe(
      "Undone: 2 automatic recordings are counted again (+2.00 coins)",
    );
  });
});
