import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { atMost, type Bench, formatNumber } from "../bench.ts";
import { makeHome, makeYearOfRuns, openWorker } from "../homes.ts";
import { median, type Samples, timed } from "../measure.ts";
import { paintTimes } from "../paint.ts";

const rounds = 20;
/** Number of times that the store is opened. */
const starts = 5;

/** The trends panel: its query, and its first paint. */
export const trends: Bench = {
  name: "trends",
  title: "Trends panel",
  async run({ sizes, folder, say }) {
    await mkdir(folder, { recursive: true });
    const size = sizes.at(-1) ?? sizes[0];
    say(`${size.toLocaleString("en-US")} runs`);
    const home = join(folder, "home");
    await makeHome(home, makeYearOfRuns(size));
    const firsts: number[] = [];
    const next: number[] = [];
    for (let start = 0; start < starts; start++) {
      const store = openWorker(home);
      // Starts the thread, which VS Code has started by this point; this call is answered from the summary, not the index.
      await store.call("status", {});
      firsts.push((await timed(() => store.call("trends", {}))).ms);
      for (let round = 0; round < rounds; round++) next.push((await timed(() => store.call("trends", {}))).ms);
      await store.close();
    }
    say("first paint in Chromium");
    const paints = await paintTimes();
    const ascending = (times: readonly number[]): Samples => times.toSorted((a, b) => a - b);
    const [first, later] = [median(ascending(firsts)), median(ascending(next))];
    return {
      columns: ["what", "time"],
      rows: [
        [`first query over all runs, including opening the store, median of ${starts}`, `${formatNumber(first)} ms`],
        ["later queries over all runs, median", `${formatNumber(later)} ms`],
        [`first paint after the data arrives, ${formatNumber(paints.points)} points`, `${formatNumber(median(paints.ms))} ms`],
      ],
      targets: [
        atMost(`first query at ${formatNumber(size)} runs`, 100, first, " ms"),
        atMost(`query at ${formatNumber(size)} runs`, 100, later, " ms"),
        atMost("first paint after the data arrives", 200, median(paints.ms), " ms"),
      ],
      notes: [
        "The queries go to the extension's worker thread; the times include the transfer of the answer. The first query loads SQLite while it reads the index file, checks the file's seal, and runs code that is not compiled yet, both SQLite's and ours; with compiled code, the query takes a third of the time. Tried without gain: summing the days of rules over all agents in SQL, which sorts rows that JavaScript sums in one pass.",
        "The paint shows a history of 15,000 runs of eight agents in headless Chromium without a GPU; the query limits the points of a line, so that more runs do not make painting slower.",
      ],
    };
  },
};
