import { execFileSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compose } from "../../src/compose.ts";
import { problemsAsSarif } from "../../src/extension/findings/problems-sarif.ts";
import { changedFiles } from "../../src/features/reviews/operations/changed-files.ts";
import { review } from "../../src/features/reviews/operations/review.ts";
import { atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { interleave, median, quantile } from "../measure.ts";

const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const files = 200;
const perFile = 10;
const rounds = 7;

const git = (cwd: string, ...args: readonly string[]): void =>
  void execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", ...args], { cwd, stdio: "ignore" });

const textOf = (n: number, word: string): string => Array.from({ length: 100 }, (_, line) => `${word} ${n} ${line}\n`).join("");
const nameOf = (n: number): string => `src/module-${n % 20}/file-${n}.ts`;

/** Creates a branch with changed files that are not committed. */
async function createProject(folder: string): Promise<string> {
  const top = join(folder, "project");
  for (let n = 0; n < 20; n += 1) await mkdir(join(top, "src", `module-${n}`), { recursive: true });
  for (let n = 0; n < files; n += 1) await writeFile(join(top, nameOf(n)), textOf(n, "line"));
  git(top, "init", "-q", "-b", "main");
  git(top, "add", "--all");
  git(top, "commit", "-q", "-m", "start");
  git(top, "switch", "-q", "-c", "topic");
  for (let n = 0; n < files; n += 1) await writeFile(join(top, nameOf(n)), textOf(n, "changed"));
  return top;
}

/** *Review Changes* in VS Code: the work of the store's thread, and the longest uninterrupted work of the extension host. */
export const reviewChanges: Bench = {
  name: "review-changes",
  title: `Review Changes of ${files} files in VS Code`,
  async run({ folder, say }) {
    say(`${formatNumber(files)} changed files with ${formatNumber(perFile)} problems each`);
    const top = await createProject(folder);
    const ports = await compose({ home: join(folder, "home"), env: process.env, cwd: top, logger: silentLogger });
    const call = { onProgress: () => undefined, signal: new AbortController().signal };
    const problems = Array.from({ length: files * perFile }, (_, n) => ({
      uri: `file://${join(top, nameOf(n % files))}`,
      line: (n % 100) + 1,
      severity: n % 7 === 0 ? ("error" as const) : ("warning" as const),
      message: `Variable ${n} is assigned and never used.`,
      source: "ts",
      code: String(6133 + (n % 20)),
    }));
    const text = problemsAsSarif(problems, ["typescript"]);
    try {
      const times = await interleave(rounds, {
        git: () => git(top, "diff", "--unified=0", "main"),
        changes: async () => void (await changedFiles.call(ports, {}, call)),
        review: async (round) => void (await review.call(ports, { text, format: "sarif", run_id: `round-${round}` }, call)),
        sarif: () => void problemsAsSarif(problems, ["typescript"]),
      });
      const medianMs = (name: string): number => median(times[name] ?? []) / 1000;
      const worker = medianMs("changes") + medianMs("review");
      const row = (way: string, value: number): readonly string[] => [
        way,
        `${formatNumber(value)} ms`,
        ratio(value, medianMs("git")),
      ];
      return {
        columns: ["way", "median", "against git diff"],
        rows: [
          row("git diff", medianMs("git")),
          row("list the changed files", medianMs("changes")),
          row("read, compare and record the problems", medianMs("review")),
          row("problems as SARIF, in the extension host", medianMs("sarif")),
        ],
        targets: [
          atMost("both requests to the worker", 300, worker, " ms"),
          atMost("longest uninterrupted work in the extension host", 50, quantile(times["sarif"] ?? [], 1) / 1000, " ms"),
        ],
        notes: [
          "VS Code itself opens tabs and waits for languages; the extension waits without blocking its host.",
          "Each question starts five processes of git one after another: settings, branches, fork point, `git diff`, untracked files. Starting one blocks the thread for several ms, so their number counts more than their order. Tried without gain: listing untracked files while `git diff` runs. `git diff --name-only` takes a third of the time of a patch, but also lists files that were only renamed or whose mode changed, which are no changes here.",
        ],
      };
    } finally {
      await ports.close();
    }
  },
};
