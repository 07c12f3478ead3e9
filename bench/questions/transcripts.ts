import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importTranscripts } from "../../src/features/sessions/operations/import-transcripts.ts";
import { atLeast, atMost, type Bench, figure, ratio } from "../bench.ts";
import { openHome, quietCall } from "../homes.ts";
import { writeTranscripts } from "../transcripts.ts";

const bytes = 128e6;

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
    say(`writing ${bytes / 1e6} MB of transcripts`);
    const place = join(folder, "transcripts");
    writeTranscripts(place, bytes);
    const ports = await openHome(join(folder, "home"));
    say("importing");
    const parse = await coreSeconds(() => parseEach(join(place, "projects", "-work-shop")));
    const first = await coreSeconds(() => importTranscripts(ports, { files: [place] }, quietCall));
    const second = await coreSeconds(() => importTranscripts(ports, { files: [place] }, quietCall));
    await ports.close();
    const speed = bytes / 1e6 / first;
    return {
      columns: ["", "seconds of one core", "MB/s", "against JSON.parse"],
      rows: [
        ["`JSON.parse` of each line", figure(parse), figure(bytes / 1e6 / parse), "1 ×"],
        ["first import", figure(first), figure(speed), ratio(first, parse)],
        ["second import", figure(second), "", ratio(second, parse)],
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
