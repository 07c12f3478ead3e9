import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { score } from "../../../../src/features/reviews/operations/score.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

const report = (id: string) => JSON.stringify(makeReport({ run_id: id }));
const pretty = (id: string) => JSON.stringify(makeReport({ run_id: id, findings: [makeFinding()] }), null, 2);
const evalOf = (name: string, passed: boolean | null = true) => ({
  schema_version: 1,
  version: name,
  git_branch: "main",
  git_sha: "abc",
  timestamp: "2026-03-01T08:00:00Z",
  tier: "e2e",
  total: 2,
  passed: 1,
  failed: 0,
  total_cost_usd: 0.1,
  duration_seconds: 1,
  all_results: [
    { name: "a", passed: true },
    { name: "b", passed },
  ],
});
const truncated = report("cut").slice(20);
const importText = async (text: string) => {
  const ports = await openPorts({ cwd: writeFiles(temporaryFolder(), { "all.jsonl": text }) });
  return importRuns.call(ports, { paths: ["all.jsonl"] }, quietCall);
};

describe("entries of one file", () => {
  it.each([
    ["the first", [truncated, report("a"), report("b")], [1]],
    ["one in the middle", [report("a"), truncated, report("b")], [2]],
    ["the last", [report("a"), report("b"), report("c").slice(0, 30)], [3]],
    ["several", [truncated, report("a"), "nonsense", report("b"), "[1]", "null"], [1, 3, 5, 6]],
    ["all but one", [truncated, "x", report("a")], [1, 2]],
  ])("an invalid line does not affect the others: %s", async (_, lines, wrong) => {
    for (const text of [lines.join("\n"), `\uFEFF${lines.join("\r\n")}\r\n`, `${lines.join("\n\n")}\n`]) {
      const blank = text.includes("\n\n") ? 2 : 1;
      const view = await importText(text);
      expect(view.recorded).toBe(lines.length - wrong.length);
      expect(view.rejected.map(({ file }) => file)).toEqual(wrong.map((line) => `all.jsonl line ${(line - 1) * blank + 1}`));
    }
  });

  it.each([
    ["written over several lines", [pretty("a"), pretty("b")].join("\n"), 2, []],
    ["of which the last was cut", [pretty("a"), pretty("b").slice(0, -30)].join("\n"), 1, [20]],
    ["in CRLF, with a byte order mark", `\uFEFF${[pretty("a"), pretty("b")].join("\n\n").replaceAll("\n", "\r\n")}`, 2, []],
    ["without anything between", `${report("a")}${report("b")}`, 2, []],
    ["of which two share a line", `${report("a")}\n${report("b")}${report("c")}\n${report("d")}\n`, 4, []],
    ["with record separators", `\x1e${report("a")}\n\x1e${report("b")}\n`, 2, []],
    ["with commas at the ends of lines", `${report("a")},\n${report("b")},\n`, 2, []],
    ["in a list with a comma too many", `[\n${report("a")},\n${report("b")},\n]\n`, 2, []],
    ["with zero bytes between and behind", `${report("a")}\n\0\0\n${report("b")}\n\0\0`, 2, []],
    ["beside what a tool printed", `npm warn {"x"\n${report("a")}\n${report("b")}`, 2, [1]],
    ["beside an eval run", [pretty("a"), JSON.stringify(evalOf("1"), null, 2)].join("\n"), 2, []],
  ])("consecutive reports are all read: %s", async (_, text, recorded, wrong) => {
    const view = await importText(text);
    expect(view.recorded).toBe(recorded);
    expect(view.rejected.map(({ file }) => file)).toEqual(wrong.map((line) => `all.jsonl line ${line}`));
  });

  it.each([
    ["in its middle, an entry a line", `[${report("a")},\n${truncated},\n${report("b")}]`, 2, [2]],
    ["at its end, an entry a line", `[${report("a")},\n${report("b")},\n{"run_id": "c`, 2, [3]],
    ["at its end, on one line", `[${report("a")},${report("b")},{"run_id": "c`, 2, [1]],
    ["at its end, over several lines", `[\n${pretty("a")},\n${pretty("b").slice(0, -30)}`, 1, [21]],
    ["at its first entry", ` [ {"run_id": "c",\n${report("a")},\n${report("b")} ] \n`, 2, [1]],
  ])("a list that is broken %s keeps its other entries", async (_, text, recorded, wrong) => {
    const view = await importText(text);
    expect(view.recorded).toBe(recorded);
    expect(view.rejected.map(({ file }) => file)).toEqual(wrong.map((line) => `all.jsonl line ${line}`));
  });

  it.each([
    ["the first, cut within a character", [Buffer.from('ü","score":1}').subarray(1), report("a"), report("b")], 1],
    ["one in the middle, in Latin-1", [report("a"), Buffer.from(report("ä"), "latin1"), report("b")], 2],
    ["the last, cut within a character", [report("a"), report("b"), Buffer.from('{"run_id":"é').subarray(0, -1)], 3],
  ])("a line that is not UTF-8 does not affect the others: %s", async (_, lines, wrong) => {
    const cwd = temporaryFolder();
    await writeFile(join(cwd, "all.jsonl"), Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")])));
    const view = await importRuns.call(await openPorts({ cwd }), { paths: ["all.jsonl"] }, quietCall);
    expect(view.recorded).toBe(2);
    expect(view.rejected).toMatchObject([{ file: `all.jsonl line ${wrong}`, error: expect.stringContaining("it is not UTF-8") }]);
  });

  it("a broken multi-line report is rejected as one file", async () => {
    const multiLine = JSON.stringify(makeReport({ findings: [makeFinding(), makeFinding()] }), null, 1);
    const lines = multiLine.replace(/\{\n {3}"category"[^}]*\}/g, (finding) => JSON.stringify(JSON.parse(finding)));
    const view = await importText(lines.slice(0, -20));
    expect(view).toMatchObject({ recorded: 0, rejected: [{ file: "all.jsonl", code: "invalid_json" }] });
  });

  it("eval runs are read from lines and lists beside reports, and an invalid one is reported", async () => {
    const { all_results: _, ...broken } = evalOf("broken");
    const entries = [evalOf("1"), makeReport({ run_id: "r" }), evalOf("2"), { ...broken, tests: [{ name: 1 }] }];
    const lines = await importText(entries.map((one) => JSON.stringify(one)).join("\n"));
    expect(lines).toMatchObject({ recorded: 3, rejected: [{ file: "all.jsonl line 4", code: "invalid_eval" }] });
    const listView = await importText(JSON.stringify(entries));
    expect(listView).toMatchObject({ recorded: 3, rejected: [{ file: "all.jsonl [3]", code: "invalid_eval" }] });
  });

  it("a test without a verdict is not counted, and an error names the field", async () => {
    const ports = await openPorts();
    const [view] = await evalPush.call(ports, { text: JSON.stringify(evalOf("1", null)) }, quietCall);
    expect(view).toMatchObject({ recorded: true, run: { total: 1, passed: 1, failed: 0 } });
    if (view?.reason !== null) throw new Error("it was not recorded");
    expect(view.warnings).toContain("all_results[1].passed: null, so the test did not run and is not counted");
    const [rejected] = await evalPush.call(ports, { text: JSON.stringify({ ...evalOf("2"), tier: null }) }, quietCall);
    expect(rejected).toMatchObject({ error: { message: expect.stringContaining("tier: expected string, got null") } });
  });
});

describe("piped input to update", () => {
  const updateWith = (text: string) => openPorts().then((ports) => update.call(ports, { text }, quietCall));
  it.each([
    ["Error: boom", "invalid_json"],
    ["Error: cannot open /srv/report.json", "invalid_json"],
    ["command not found", "invalid_json"],
    ["undefined", "invalid_json"],
    ["null", "invalid_report"],
    ["42", "invalid_report"],
    ['"text"', "invalid_report"],
    ["true", "invalid_report"],
    ["missing/report.json", "unreadable_file"],
  ])("%s is rejected as %s", async (text, code) => {
    await expect(updateWith(text)).rejects.toMatchObject({ code });
  });

  it("several reports are rejected with a hint to use `import`", async () => {
    await expect(updateWith(`${pretty("a")}\n${pretty("b")}`)).rejects.toMatchObject({
      message: expect.stringContaining("it holds 2 reports, one after the other; `import` takes several at once"),
    });
    for (const text of [`${report("a")}\n${report("b")}\n`, `${truncated}\n${report("b")}`]) {
      await expect(updateWith(text)).rejects.toMatchObject({
        code: "invalid_report",
        message: expect.stringContaining("it holds 2 reports, one a line; `import` takes several at once"),
      });
    }
  });

  it("tool output beside a report is quoted in the error", async () => {
    await expect(updateWith(`npm warn deprecated\n${report("a")}`)).rejects.toMatchObject({
      code: "invalid_json",
      message: expect.stringContaining('line 1, column 1, where it says "npm warn deprecated"'),
    });
  });

  it("a file path is read as a file", async () => {
    const cwd = writeFiles(temporaryFolder(), { "a report": report("a") });
    const ports = await openPorts({ cwd });
    expect(await update.call(ports, { text: "a report" }, quietCall)).toMatchObject({ recorded: true });
  });
});

describe("a long list of invalid entries", () => {
  const longList = `[${"{},".repeat(400_000)}{}]`;
  it("is refused after its first problems", async () => {
    const ports = await openPorts();
    const text = JSON.stringify(makeReport()).replace(/"findings":\[.*?\]/s, `"findings":${longList}`);
    await expect(update.call(ports, { text }, quietCall)).rejects.toMatchObject({
      code: "invalid_report",
      message: expect.stringContaining("findings[0].category: is missing"),
    });
    await expect(score.call(ports, { text: longList }, quietCall)).rejects.toMatchObject({ code: "invalid_input" });
    const tests = JSON.stringify(evalOf("1")).replace(/"all_results":\[.*?\]/s, `"all_results":${longList}`);
    expect(await evalPush.call(ports, { text: tests }, quietCall)).toMatchObject([{ reason: "rejected" }]);
  });

  it("is rejected entry by entry up to a limit", async () => {
    const view = await importText(`[${"{},".repeat(3000)}${report("good")}]`);
    expect(view.recorded).toBe(1);
    expect(view.rejected).toHaveLength(1001);
    expect(view.rejected.at(-1)?.error).toContain("2000 more entries");
  });
});
