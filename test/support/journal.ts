import { v7 } from "uuid";
import type { Cursor, Draft, PlacedFact } from "../../src/kernel/fact.ts";
import type { Machine } from "../../src/ledger/log/machine.ts";
import type { FactLog, StoreProblem } from "../../src/ports/fact-log.ts";
import type { Clock, Ids, Logger } from "../../src/ports/ports.ts";

/** A clock that does not advance unless it is set or moved. */
export type TestClock = Clock & Readonly<{ set(iso: string): void; move(ms: number): void }>;

export function testClock(iso = "2026-03-01T10:00:00.000Z"): TestClock {
  let now = Date.parse(iso);
  return {
    now: () => new Date(now),
    set: (to) => {
      now = Date.parse(to);
    },
    move: (ms) => {
      now += ms;
    },
  };
}

/** Generates UUIDv7 ids in a fixed sequence; different seeds never give the same id. */
export function testIds(seed: number): Ids {
  let count = 0;
  return {
    next(at) {
      count += 1;
      const random = new Uint8Array(16);
      new DataView(random.buffer).setUint32(8, seed);
      new DataView(random.buffer).setUint32(12, count);
      return v7({ msecs: at.getTime(), seq: count, random });
    },
  };
}

/** A logger that keeps its messages. */
export function testLogger(): Logger & Readonly<{ lines: string[] }> {
  const lines: string[] = [];
  const logAt = (level: string) => (message: string) => {
    lines.push(`${level}: ${message}`);
  };
  return { lines, debug: logAt("debug"), info: logAt("info"), warn: logAt("warn"), error: logAt("error") };
}

/** A machine with this name. */
export function testMachine(name: string): Machine {
  return { fingerprint: `fingerprint of ${name}`, hostname: name, boot: "boot-1", pidNamespace: "pid:[1]" };
}

/** A draft that is identified by `n`. */
export function draft(n: number, text = ""): Draft {
  return { kind: "test.counted", project: "acme/shop", data: { n, text } };
}

/** Appends drafts as one batch, durably. */
export function record(log: FactLog, drafts: readonly Draft[]): Promise<readonly PlacedFact[]> {
  return log.exclusively(async (writer) => {
    const sealed = writer.seal(drafts);
    await writer.append(sealed);
    return sealed;
  });
}

export type ReadResult = Readonly<{
  facts: readonly PlacedFact[];
  problems: readonly StoreProblem[];
  cursors: readonly Cursor[];
  rewound: readonly string[];
}>;

/** Reads everything after the cursors. */
export async function readAll(log: FactLog, after: readonly Cursor[] = []): Promise<ReadResult> {
  const facts: PlacedFact[] = [];
  const problems: StoreProblem[] = [];
  const rewound: string[] = [];
  const cursors = new Map(after.map((cursor) => [cursor.device, cursor]));
  for await (const chunk of log.read(after)) {
    facts.push(...chunk.facts);
    problems.push(...chunk.problems);
    cursors.set(chunk.cursor.device, chunk.cursor);
    if (chunk.rewound) rewound.push(chunk.cursor.device);
  }
  return { facts, problems, cursors: [...cursors.values()], rewound };
}

/** The `n` of facts that were created from `draft`. */
export function numbersOf(facts: readonly PlacedFact[]): readonly unknown[] {
  return facts.map(({ fact }) => fact.data["n"]);
}
