import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { compose } from "../../../../src/compose.ts";
import { intakeCheck } from "../../../../src/features/intake/operations/intake-check.ts";
import { exportFormat } from "../../../../src/features/reviews/importers/exported.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const now = "2026-11-28T12:00:00.000Z";
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A checkout with the given files; those under `tracked` are committed. */
async function checkout(files: Readonly<Record<string, unknown>>, tracked: readonly string[] = []) {
  const cwd = temporaryFolder();
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.co", ...args], { cwd, stdio: "ignore" });
  git("init", "-q");
  for (const [name, value] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), typeof value === "string" ? value : JSON.stringify(value));
  }
  if (tracked.length > 0) {
    git("add", "--", ...tracked);
    git("commit", "-qm", "a");
  }
  const clock = { now: () => new Date(now) };
  const ports = await compose({ home: join(cwd, "home"), cwd, env: { REWARD_LEDGER_TZ: "UTC" }, logger: silent, clock });
  onTestFinished(() => ports.close());
  /** Names of the files that are left to the user, with the reasons. */
  const refused = async (input: object = {}): Promise<Readonly<Record<string, string>>> => {
    const names = Object.keys(files).map((name) => join(cwd, name));
    const context = { onProgress: () => undefined, signal: new AbortController().signal };
    const view = await intakeCheck.call(
      ports,
      { files: names, reports: true, tracked: false, max_age_days: 90, ...input },
      context,
    );
    return Object.fromEntries(
      view.refused.map(({ file, message }) => [file.slice(cwd.length + 1), message.replace(/^.* automatically: /, "")]),
    );
  };
  return { cwd, refused };
}

const review = (timestamp?: string): object => ({ run_id: "r", score: 90, summary: "s", ...(timestamp && { timestamp }) });

describe("automatic recording", () => {
  it("refuses reports that git tracks, unless tracked files are allowed", async () => {
    const { refused } = await checkout({ "a.json": review(), "b.json": review() }, ["b.json"]);
    expect(await refused()).toEqual({ "b.json": "git tracks it, so it may have come with the checkout" });
    expect(await refused({ tracked: true })).toEqual({});
  });

  it("treats file names literally that git would read as patterns or options", async () => {
    const names = ["*.json", ":(top)x.json", "-z.json", "[a].json", "ü b.json"];
    const { refused } = await checkout(Object.fromEntries([...names, "plain.json"].map((name) => [name, review()])), [
      "plain.json",
    ]);
    expect(Object.keys(await refused())).toEqual(["plain.json"]);
  });

  it("checks the repository that contains the file", async () => {
    const { cwd, refused } = await checkout({ "sub/review-report.json": review() });
    execFileSync("git", ["init", "-q"], { cwd: join(cwd, "sub") });
    execFileSync("git", ["add", "review-report.json"], { cwd: join(cwd, "sub") });
    expect(Object.keys(await refused())).toEqual(["sub/review-report.json"]);
  });

  it("refuses reports that are too old or dated in the future", async () => {
    const { refused } = await checkout({
      "fresh.json": review("2026-11-28T11:00:00Z"),
      "no-time.json": review(),
      "zone.json": review("2026-11-29T01:00:00+14:00"),
      "edge.json": review("2026-08-30T12:00:00Z"),
      "old.json": review("2026-08-30T11:59:59Z"),
      "ahead.json": review("9999-12-31T23:59:59Z"),
      "list.json": [review(), review("9999-12-31T23:59:59Z")],
    });
    expect(await refused()).toEqual({
      "old.json": expect.stringContaining("more than 90 days ago"),
      "ahead.json": expect.stringContaining("in the future"),
      "list.json": expect.stringContaining("in the future"),
    });
    expect(Object.keys(await refused({ max_age_days: 36500 }))).toEqual(["ahead.json", "list.json"]);
  });

  it("refuses exports and other programs' ledgers, which name agents and projects themselves", async () => {
    const { refused } = await checkout({
      "export.json": { format: exportFormat, version: 1, runs: [] },
      "ledger.json": { cumulative_coins: 900, runs: [] },
      "broken.json": "{",
      "other.json": { a: 1 },
    });
    const refusals = await refused();
    expect(refusals["broken.json"]).toBeUndefined();
    expect(refusals["other.json"]).toBeUndefined();
    for (const name of ["export.json", "ledger.json"]) expect(refusals[name]).toBe("it is an export or another program's ledger");
  });

  it("accepts all eval results that git does not track", async () => {
    const { refused } = await checkout({ "a.json": review("9999-12-31T23:59:59Z"), "b.json": {} }, ["b.json"]);
    expect(Object.keys(await refused({ reports: false }))).toEqual(["b.json"]);
  });
});
