import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sessions } from "../../../../src/features/agent/model/sessions.ts";
import { sessionsImport } from "../../../../src/features/sessions/operations/import.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { prices } from "../support/transcripts.ts";

const importFrom = (ports: TestPorts, file: readonly string[]) => sessionsImport.call(ports, { file }, quietCall);

const session = (ports: TestPorts, id: string) => ports.ledger.ask(({ agent }) => agent.get(sessions, id));

/** An answer of Claude Code as a line of a transcript. */
const answerLine = (
  more: Readonly<Record<string, unknown>>,
  usage: Readonly<Record<string, unknown>> = { input_tokens: 1_000_000, output_tokens: 0 },
): string =>
  `${JSON.stringify({
    type: "assistant",
    sessionId: "s",
    timestamp: "2026-03-16T08:00:00Z",
    requestId: "main",
    gitBranch: "main",
    ...more,
    message: { id: "m1", model: "claude-sonnet-4-6", usage, ...(more["message"] ?? {}) },
  })}\n`;

const readTotals = (ports: TestPorts) => ports.ledger.ask(({ agent }) => agent.spendSum({ from: 0, to: 4e12 }));

describe("a message that a sub-agent's transcript repeats", () => {
  const writeTranscripts = (ports: TestPorts): Readonly<{ side: string; main: string }> => {
    const [side, main] = [join(ports.cwd, "agent-1.jsonl"), join(ports.cwd, "s.jsonl")];
    writeFileSync(side, answerLine({ isSidechain: true, requestId: "side" }));
    writeFileSync(main, answerLine({}) + answerLine({ requestId: "other", message: { id: "m2" } }));
    return { side, main };
  };

  it("counts once, regardless of which file is imported first", async () => {
    for (const order of [["side", "main"] as const, ["main", "side"] as const]) {
      const ports = await openPorts({ evals: { prices } });
      const files = writeTranscripts(ports);
      for (const name of order) await importFrom(ports, [files[name]]);
      expect(await readTotals(ports)).toMatchObject({ calls: 2, input_tokens: 2_000_000, usd_micros: 6_000_000 });
    }
  });

  it("counts once when the import state is lost, and when the session continues", async () => {
    const ports = await openPorts({ evals: { prices } });
    const { side, main } = writeTranscripts(ports);
    await importFrom(ports, [side]);
    rmSync(join(ports.home, "sessions", "imported.jsonl"));
    await importFrom(ports, [side, main]);
    expect(await readTotals(ports)).toMatchObject({ calls: 2, usd_micros: 6_000_000 });
    appendFileSync(main, answerLine({ requestId: "third", message: { id: "m3" } }));
    expect(await importFrom(ports, [side, main])).toMatchObject({ calls: 1, usd_micros: 3_000_000 });
    expect(await readTotals(ports)).toMatchObject({ calls: 3, usd_micros: 9_000_000 });
  });
});
describe("an implausible line", () => {
  it("does not affect other calls in its quarter of an hour, and has no price", async () => {
    const ports = await openPorts({ evals: { prices } });
    const path = join(ports.cwd, "s.jsonl");
    const impossible = { input_tokens: Number.MAX_SAFE_INTEGER, output_tokens: 5 };
    writeFileSync(path, answerLine({}) + answerLine({ message: { id: "m2" }, requestId: "r2" }, impossible));
    expect(await importFrom(ports, [path])).toMatchObject({ calls: 2, unpriced_calls: 1, usd_micros: 3_000_000, problems: [] });
    expect(await readTotals(ports)).toMatchObject({ calls: 2, input_tokens: 1_000_000, output_tokens: 0 });
  });

  it.each([8_640_000_000_000_001, 253_402_300_800_000, 0, -1, 1.5])(
    "does not stop the import with the time %s",
    async (timestamp) => {
      const ports = await openPorts({ evals: { prices } });
      const historyLine = (sessionId: string, at: number): string =>
        `${JSON.stringify({ display: "p", project: "/work/shop", sessionId, timestamp: at })}\n`;
      writeFileSync(join(ports.cwd, "history.jsonl"), historyLine("wrong", timestamp) + historyLine("right", 1_774_000_000_000));
      writeFileSync(join(ports.cwd, "s.jsonl"), answerLine({}));
      expect(await importFrom(ports, [ports.cwd])).toMatchObject({ sessions_added: 2, calls: 1, problems: [] });
      expect(await session(ports, "wrong")).toBeUndefined();
    },
  );

  it("is reported when its time has no four-digit year", async () => {
    const ports = await openPorts({ evals: { prices } });
    const path = join(ports.cwd, "s.jsonl");
    writeFileSync(path, answerLine({ timestamp: "9999-12-31T23:59:59-10:00" }) + answerLine({}));
    const view = await importFrom(ports, [path]);
    expect(view).toMatchObject({ sessions_added: 1, calls: 1 });
    expect(view.problems).toEqual([{ file: path, line: 1, why: 'timestamp is no time: "9999-12-31T23:59:59-10:00"' }]);
  });
});

describe("names that the ledger normalizes", () => {
  it.each([
    ["decomposed letters", "caf\u0065\u0301"],
    ["half a character", "caf\ud83d"],
  ])("are recognized with %s, so a continued session is counted correctly", async (_, name) => {
    const ports = await openPorts({ evals: { prices } });
    const path = join(ports.cwd, "s.jsonl");
    const line = (id: string): string =>
      answerLine({ sessionId: name, gitBranch: name, requestId: id, message: { id, model: `model ${name}` } });
    writeFileSync(path, line("m1"));
    await importFrom(ports, [path]);
    appendFileSync(path, line("m2"));
    expect(await importFrom(ports, [path])).toMatchObject({ sessions_added: 0, sessions_changed: 0, calls: 1, problems: [] });
    expect(await readTotals(ports)).toMatchObject({ calls: 2, input_tokens: 2_000_000 });
    expect(await session(ports, name.toWellFormed().normalize("NFC"))).toMatchObject({
      branch: name.toWellFormed().normalize("NFC"),
    });
  });

  it("are recognized when an earlier version stored them unnormalized", async () => {
    const ports = await openPorts({ evals: { prices } });
    const [decomposed, composed] = ["caf\u0065\u0301", "caf\u00e9"];
    const path = join(ports.cwd, "s.jsonl");
    writeFileSync(path, answerLine({ gitBranch: decomposed }));
    await importFrom(ports, [path]);
    const memory = join(ports.home, "sessions", "imported.jsonl");
    writeFileSync(memory, readFileSync(memory, "utf8").replaceAll(composed, decomposed));
    appendFileSync(path, answerLine({ gitBranch: decomposed, requestId: "r2", message: { id: "m2" } }));
    expect(await importFrom(ports, [path])).toMatchObject({ calls: 1, problems: [] });
    expect(await readTotals(ports)).toMatchObject({ calls: 2 });
  });
});

it("reads a transcript with a byte order mark", async () => {
  const ports = await openPorts({ evals: { prices } });
  const path = join(ports.cwd, "s.jsonl");
  writeFileSync(path, `\uFEFF${answerLine({})}`);
  expect(await importFrom(ports, [path])).toMatchObject({ calls: 1, problems: [] });
});
