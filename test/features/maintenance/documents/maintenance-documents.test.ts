import { describe, expect, it } from "vitest";
import { doctorDocument } from "../../../../src/features/maintenance/documents/doctor.ts";
import { rebuildDocument, verifyDocument } from "../../../../src/features/maintenance/documents/verify.ts";
import { pipeStyle } from "../../../cli/style.ts";
import * as views from "../../../cli/views.ts";
import { describeTerminalOutput, type MakeDocument, renderEditor, renderTerminal } from "../../../support/documents.ts";

const documents = {
  verify: (words) => verifyDocument(views.brokenLedger, words),
  rebuild: (words) => rebuildDocument({ facts: 1 }, words),
  doctor: (words) => doctorDocument(views.doctor, words),
} satisfies Readonly<Record<string, MakeDocument>>;

describeTerminalOutput(documents);

describe("a verification", () => {
  it("names each problem and its location", () => {
    const text = renderTerminal(documents.verify, pipeStyle);
    expect(text).toContain("NOT OK  12 facts of 1 device: 1 problem");
    expect(text).toContain("device 0199, segment 1, byte 2301, fact 7");
    expect(
      renderTerminal((words) => verifyDocument({ ...views.brokenLedger, ok: true, problems: [] }, words), pipeStyle),
    ).toMatch(
      /^OK {2}12 facts of 1 device: every hash, sequence and total is right\n\n {2}warning {2}1 fact of device 019a of bob@acme\.dev cannot be read\n/,
    );
  });

  it("shows the same in VS Code, with other members' facts counted by device", () => {
    const [warning] = views.brokenLedger.warnings;
    if (warning === undefined) throw new Error("there is no warning");
    const warnings = ["fact 7", "fact 8"].map((message) => ({ ...warning, message }));
    const report = renderEditor("Ledger Verification", (words) => verifyDocument({ ...views.brokenLedger, warnings }, words));
    for (const part of ["1 problem", "laptop", "**damaged**", "byte 2301", "2 facts of device 019a", "fact 7", "claude\\-code"]) {
      expect(report).toContain(part);
    }
  });
});

it("a rebuild shows the number of facts", () => {
  expect(renderTerminal(documents.rebuild, pipeStyle)).toBe("The index was built again from 1 fact.");
});

it("a doctor report lists failed checks first", () => {
  expect(renderTerminal(documents.doctor, pipeStyle)).toBe(
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
