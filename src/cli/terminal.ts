import type { WriteStream } from "node:tty";
import { colorsFor, type Style } from "../render/terminal/style.ts";
import { timeFormatter } from "../render/terminal/time.ts";

/** The part of a process stream that shows whether it is a terminal and how wide it is. */
type Stream = Readonly<Partial<Pick<WriteStream, "isTTY" | "columns">>>;

/** Columns of a terminal; 80 when it reports no width, or reports 0 as some do. */
export const columnsOf = (stream: Stream): number => stream.columns || 80;

/**
 * Whether to colour: never with `--no-color` or `NO_COLOR`; else as `FORCE_COLOR` says; else on a terminal that is not `dumb`.
 * Source: no-color.org and the FORCE_COLOR convention of Node.
 */
export function wantsColor(stream: Stream, env: NodeJS.ProcessEnv, noColorFlag: boolean): boolean {
  if (noColorFlag || (env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** Formats instants in a zone; prepared with the first of them, as many answers contain none. */
function lazyTimes(zone: string | null): (iso: string) => string {
  let times: ((iso: string) => string) | undefined;
  return (iso) => {
    times ??= timeFormatter(zone);
    return times(iso);
  };
}

/** The style of everything that is written to a stream. */
export function styleFor(
  stream: Stream,
  env: NodeJS.ProcessEnv,
  choice: Readonly<{ noColor: boolean; now: Date; zone: string | null }>,
): Style {
  const interactive = stream.isTTY === true;
  return {
    interactive,
    width: interactive ? columnsOf(stream) : null,
    colors: colorsFor(wantsColor(stream, env, choice.noColor)),
    now: choice.now,
    zone: choice.zone,
    times: lazyTimes(choice.zone),
  };
}
