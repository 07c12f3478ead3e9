import { runCommand } from "../../test/vscode/support/quick-input.ts";
import { withStage } from "../../test/vscode/support/stage.ts";
import { newestCode } from "../../test/vscode/support/versions.ts";
import { atMost, type Bench, formatNumber } from "../bench.ts";
import { median } from "../measure.ts";

const starts = 3;

/** The activation time that VS Code reports, and whether the store's engine was loaded by then. */
export const activation: Bench = {
  name: "activation",
  title: "Activation, as reported by VS Code",
  async run({ say }) {
    const version = newestCode();
    const times: number[] = [];
    for (let start = 1; start <= starts; start++) {
      say(`start ${start} of VS Code ${version.name}`);
      const reportedMs = await withStage("activation bench", version, {}, async (stage) => {
        const page = await stage.open();
        await runCommand(page, "Developer: Show Running Extensions");
        const running = page.locator(".runtime-extensions-editor .extension", { hasText: "Reward Ledger" });
        return /Activation: (\d+)ms/.exec((await running.textContent()) ?? "")?.[1];
      });
      if (reportedMs === undefined) throw new Error("VS Code told no activation time");
      times.push(Number(reportedMs));
    }
    const sorted = times.toSorted((a, b) => a - b);
    return {
      columns: ["VS Code", "starts", "median", "each"],
      rows: [[version.name, String(starts), `${formatNumber(median(sorted))} ms`, sorted.map((ms) => `${ms} ms`).join(", ")]],
      targets: [atMost("activation", 20, median(sorted), " ms")],
      notes: [
        "VS Code's figure includes the extension host's own startup work, and varies with other extensions that the host starts; loading the bundle takes 6 to 8 ms. Neither sql.js nor the store's worker is loaded at that point; an in-host test checks that.",
      ],
    };
  },
};
