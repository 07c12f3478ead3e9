import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { atLeast, atMost, type Bench, formatNumber } from "../bench.ts";
import { makeHome, makeYearOfRuns, openWorker } from "../homes.ts";
import { timed } from "../measure.ts";

/** Rebuilding the index from the journal, in the worker thread that VS Code's extension uses. */
export const rebuild: Bench = {
  name: "rebuild",
  title: "Rebuild the index from the journal",
  async run({ sizes, folder, say }) {
    await mkdir(folder, { recursive: true });
    const size = sizes.at(-1) ?? sizes[0];
    say(`${size.toLocaleString("en-US")} runs`);
    const home = join(folder, "home");
    await makeHome(home, makeYearOfRuns(size));
    const store = openWorker(home);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    try {
      await store.call("status", {});
      delay.enable();
      const { ms, value } = await timed(() => store.call("rebuild", {}));
      delay.disable();
      const longest = delay.max / 1e6;
      return {
        columns: ["facts", "time", "facts per second", "longest block of the extension's thread"],
        rows: [
          [
            formatNumber(value.facts),
            `${formatNumber(ms)} ms`,
            formatNumber(value.facts / (ms / 1000)),
            `${formatNumber(longest)} ms`,
          ],
        ],
        targets: [
          atLeast("rebuild", 10_000, value.facts / (ms / 1000), " facts/s"),
          atMost("longest block of the extension's thread", 50, longest, " ms"),
        ],
        notes: [
          "The store runs in a worker thread; the block is measured in the thread that started it, which other extensions share.",
        ],
      };
    } finally {
      await store.close();
    }
  },
};
