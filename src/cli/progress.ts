import type { WriteStream } from "node:tty";
import type { SingleBar } from "cli-progress";
import type { OnProgress, Progress } from "../kernel/progress.ts";
import { plain } from "../render/terminal/plain.ts";
import { widthOf } from "../render/terminal/width.ts";
import { columnsOf } from "./terminal.ts";

/** A bar is drawn only for work that takes longer than this, in ms. */
const showDelayMs = 250;
const barColumns = 30;

const number = (n: number): string => n.toLocaleString("en-US");

/** Draws the progress of work on a terminal. */
export type ProgressBar = Readonly<{ onProgress: OnProgress; stop(): void }>;

/** The start of a text that fits into a number of terminal columns. */
function truncate(text: string, columns: number): string {
  let width = 0;
  let result = "";
  for (const character of text) {
    width += widthOf(character);
    if (width > columns) return result;
    result += character;
  }
  return result;
}

/**
 * One line that fits the terminal: `████████░░░░  1,200/3,000  4s left  Recording`; without a total, only the number done.
 * A longer line would wrap, and the next one would be drawn below it instead of over it.
 */
export function progressLine(progress: Progress, secondsLeft: number | null, columns: number): string {
  const { done, total } = progress;
  const message = plain(progress.message);
  if (total === undefined || total === 0) return truncate(`${number(done)}  ${message}`, columns - 1);
  const filled = Math.min(barColumns, Math.round((done / total) * barColumns));
  const bar = "█".repeat(filled) + "░".repeat(barColumns - filled);
  const left = secondsLeft === null || !Number.isFinite(secondsLeft) ? "" : `  ${Math.ceil(secondsLeft)}s left`;
  return truncate(`${bar}  ${number(done)}/${number(total)}${left}  ${message}`, columns - 1);
}

async function startBar(stream: WriteStream): Promise<SingleBar> {
  const { default: cliProgress } = await import("cli-progress");
  return new cliProgress.SingleBar({
    stream,
    clearOnComplete: true,
    // The terminal's settings stay unchanged, so that a killed process leaves nothing to repair.
    hideCursor: null,
    linewrap: null,
    gracefulExit: false,
    format: (_options, params, payload: Progress) =>
      progressLine(payload, params.value > 0 ? params.eta : null, columnsOf(stream)),
  });
}

/** A bar on a terminal stream, cleared when the work ends. Its library is loaded when there is something to draw. */
export function progressBar(stream: WriteStream): ProgressBar {
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
      if (state !== "waiting" || performance.now() - started < showDelayMs) return;
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
