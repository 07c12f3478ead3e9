import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importTranscripts } from "../../src/features/sessions/operations/import-transcripts.ts";
import { atLeast, atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { openHome, quietCall } from "../homes.ts";
import { writeTranscripts } from "../transcripts.ts";

const totalBytes = 128e6;

/** CPU time that work takes, in seconds of one core. */
async function coreSeconds(work: () => Promise<unknown> | undefined): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function parseEach(folder: string): undefined {
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, name), "utf8").split("\n")) if (line !== "") JSON.parse(line);
  }
}

export const transcripts: Bench = {
  name: "transcripts",
  title: "Importing transcripts",
  async run({ folder, say }) {
    say(`writing ${totalBytes / 1e6} MB of transcripts`);
    const place = join(folder, "transcripts");
    writeTranscripts(place, totalBytes);
    const ports = await openHome(join(folder, "home"));
    say("importing");
    const parse = await coreSeconds(() => parseEach(join(place, "projects", "-work-shop")));
    const first = await coreSeconds(() => importTranscripts(ports, { files: [place] }, quietCall));
    const second = await coreSeconds(() => importTranscripts(ports, { files: [place] }, quietCall));
    await ports.close();
    const speed = totalBytes / 1e6 / first;
    return {
      columns: ["", "seconds of one core", "MB/s", "against JSON.parse"],
      rows: [
        ["`JSON.parse` of each line", formatNumber(parse), formatNumber(totalBytes / 1e6 / parse), "1 ×"],
        ["first import", formatNumber(first), formatNumber(speed), ratio(first, parse)],
        ["second import", formatNumber(second), "", ratio(second, parse)],
      ],
      targets: [
        first / parse <= 5
          ? atMost("first import against JSON.parse", 5, first / parse, " ×")
          : atLeast("first import", 100, speed, " MB/s"),
        atMost("second import", 1, second, " s"),
      ],
      notes: [],
    };
  },
};
