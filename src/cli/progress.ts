import type { SingleBar } from "cli-progress";
import type { OnProgress, Progress } from "../domain/ports.ts";
import { number } from "./render/text.ts";

/** A bar is drawn only for work that takes longer than this many milliseconds. */
const patience = 250;
const barColumns = 30;

/** How far work has come, drawn on a terminal. */
export type ProgressBar = Readonly<{ onProgress: OnProgress; stop(): void }>;

/** One line: `Importing  ████████░░░░  1,200/3,000  4s left`; without a total only how many are done. */
export function progressLine(progress: Progress, secondsLeft: number | null): string {
  const { done, total, message } = progress;
  if (total === undefined || total === 0) return `${message}  ${number(done)}`;
  const filled = Math.min(barColumns, Math.round((done / total) * barColumns));
  const bar = "█".repeat(filled) + "░".repeat(barColumns - filled);
  const left = secondsLeft === null || !Number.isFinite(secondsLeft) ? "" : `  ${Math.ceil(secondsLeft)}s left`;
  return `${message}  ${bar}  ${number(done)}/${number(total)}${left}`;
}

async function startBar(stream: NodeJS.WritableStream): Promise<SingleBar> {
  const { default: cliProgress } = await import("cli-progress");
  return new cliProgress.SingleBar({
    stream,
    clearOnComplete: true,
    // The terminal's own settings stay, so that a process that is killed leaves nothing to repair.
    hideCursor: null,
    linewrap: null,
    gracefulExit: false,
    format: (_options, params, payload: Progress) => progressLine(payload, params.value > 0 ? params.eta : null),
  });
}

/** A bar on a terminal stream, cleared when the work ends. Its library is loaded when there is something to draw. */
export function progressBar(stream: NodeJS.WritableStream): ProgressBar {
  const started = performance.now();
  let bar: SingleBar | null = null;
  let state: "waiting" | "loading" | "stopped" = "waiting";
  const draw = (progress: Progress): void => {
    if (bar === null) return;
    if (progress.total !== undefined) bar.setTotal(progress.total);
    bar.update(progress.done, progress);
  };
  return {
    onProgress: (progress) => {
      if (bar !== null) return draw(progress);
      if (state !== "waiting" || performance.now() - started < patience) return;
      state = "loading";
      void startBar(stream).then((ready) => {
        if (state === "stopped") return;
        bar = ready;
        bar.start(progress.total ?? 0, progress.done, progress);
      });
    },
    stop: () => {
      state = "stopped";
      bar?.stop();
    },
  };
}
