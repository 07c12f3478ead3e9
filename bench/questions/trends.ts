import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { trends as trendsOperation } from "../../src/operations/trends.ts";
import { atMost, type Bench, figure } from "../bench.ts";
import { historyOf, makeHome, openHome, quietCall } from "../homes.ts";
import { median, type Samples, timed } from "../measure.ts";
import { paintTimes } from "../paint.ts";

const rounds = 20;

/** The trends panel: its question, and its first paint. */
export const trends: Bench = {
  name: "trends",
  title: "Trends panel",
  async run({ sizes, folder, say }) {
    await mkdir(folder, { recursive: true });
    const size = sizes.at(-1) ?? sizes[0];
    say(`${size.toLocaleString("en-US")} runs`);
    const home = join(folder, "home");
    await makeHome(home, historyOf(size));
    const ports = await openHome(home);
    const times: number[] = [];
    const first = await timed(() => trendsOperation.call(ports, {}, quietCall));
    for (let round = 0; round < rounds; round++) {
      times.push((await timed(() => trendsOperation.call(ports, {}, quietCall))).ms);
    }
    await ports.close();
    say("first paint in Chromium");
    const paints = await paintTimes();
    const sorted: Samples = times.toSorted((a, b) => a - b);
    return {
      columns: ["what", "time"],
      rows: [
        ["question, all runs, the first after opening the store", `${figure(first.ms)} ms`],
        ["question, all runs, median of the next", `${figure(median(sorted))} ms`],
        [`first paint after the data arrives, ${figure(paints.points)} points`, `${figure(median(paints.ms))} ms`],
      ],
      targets: [
        atMost(`question at ${figure(size)} runs`, 100, median(sorted), " ms"),
        atMost("first paint after the data arrives", 200, median(paints.ms), " ms"),
      ],
      notes: [
        "The first question includes reading the index file. The paint is of a history of 15,000 runs of eight agents in headless Chromium without a GPU; the question caps the points of a line, so that more runs do not make the picture dearer.",
      ],
    };
  },
};
