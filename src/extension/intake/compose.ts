import { randomUUID } from "node:crypto";
import { homedir } from "node:os";
import type { Memento } from "vscode";
import { toErrorView } from "../../kernel/ledger-error.ts";
import { absolutePath } from "../../platform/disk/home.ts";
import { readSettings } from "../settings.ts";
import { type IntakeLifecycle, runIntake } from "./lifecycle.ts";
import type { SourcesOptions } from "./sources.ts";

/** Delay in ms between startup and the first scan. */
const delay = 1_500;
/** Delays in ms before each further scan, which gives the watchers time to start. */
const further = [5_000, 30_000] as const;

export type IntakeParts = Pick<SourcesOptions, "store" | "surroundingsOf" | "log"> &
  Readonly<{
    /** Stores which files have been processed. */
    memory: Memento;
    home(): string;
    /** Whether automatic recording is paused. */
    paused(): boolean;
    /** Reads the ledger's summary; `isEmpty` must be current before files count as processed. */
    look(): Promise<void>;
    /** `reviews`: whether no review is recorded yet; `ledger`: whether nothing at all is. */
    isEmpty(): Readonly<{ reviews: boolean; ledger: boolean }>;
  }>;

/** Runs the intake of reports and eval results according to the settings. */
export const composeIntake = ({
  store,
  surroundingsOf,
  memory,
  home,
  look,
  paused,
  isEmpty,
  log,
}: IntakeParts): IntakeLifecycle =>
  runIntake({
    delay,
    further,
    log,
    enabled: () => readSettings()["intake.enabled"] && !paused(),
    failed: (error) => log.error(`Could not watch for reports and eval results: ${toErrorView(error).message}`),
    watch: async () => {
      const [{ watchSources }, { openSeenFiles }] = await Promise.all([import("./sources.ts"), import("./processed-files.ts")]);
      await look();
      const settings = readSettings();
      const {
        "intake.globs": reports,
        "intake.evalGlobs": evals,
        "intake.toolGlobs": tools,
        "evals.folders": folders,
      } = settings;
      const empty = isEmpty();
      return watchSources({
        store,
        surroundingsOf,
        globs: { reports, evals, tools },
        evalFolders: folders.flatMap((folder) => absolutePath(folder, homedir()) ?? []),
        seen: {
          reports: openSeenFiles(memory, "intake.seen", home(), empty.reviews),
          evals: openSeenFiles(memory, "intake.evals", home(), empty.ledger),
          tools: openSeenFiles(memory, "intake.tools", home(), empty.reviews),
        },
        batch: randomUUID(),
        limits: { tracked: settings["intake.trackedFiles"], max_age_days: settings["intake.maxAgeDays"] },
        log,
      });
    },
  });
