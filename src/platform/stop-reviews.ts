import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { delimiter, dirname } from "node:path";
import * as z from "zod";
import { lastReview, type StopCommand } from "../features/hooks/model/stop-commands.ts";
import { type Command, command as commandSchema } from "../kernel/command.ts";
import { notFound, storeLocked } from "../kernel/errors.ts";
import type { StopReviews } from "../ports/stop-reviews.ts";
import type { NamedMutex } from "../ports/sync.ts";
import {
  findProgram,
  isSameCommand,
  readApproved,
  toArgv,
  topOf,
  trustedPathFolders,
  writeApproved,
} from "./approved-commands.ts";
import { isMissing, readFailure, writeFailure } from "./disk/failure.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { replaceFile } from "./disk/replace-file.ts";
import type { Environment } from "./git.ts";
import { runCommand } from "./run-command.ts";
import { dueReviews, readReviewNotes, removeDueNote, stopReviewFile } from "./stop-review-files.ts";

export type StopReviewOptions = Readonly<{
  home: string;
  env: Environment;
  folder: string;
  /** The commands that the user has set for every project. @throws invalid_input */
  settings(): Promise<readonly Command[]>;
  mutex(): Promise<NamedMutex>;
  /** How long a program may run, in ms. */
  limitMs?: number;
}>;

const defaultLimitMs = 5 * 60_000;
const maxOutputChars = 32 * 1024 * 1024;
const maxFileBytes = 1024 * 1024;

/** An approval: the exact words, and the file that the program's name resolved to. */
const approvalSchema = z.object({ command: commandSchema, program: z.string() }).readonly();
const readApprovals = async (home: string, top: string): Promise<readonly z.infer<typeof approvalSchema>[]> =>
  (await readApproved(stopReviewFile(home, "approved", top), top, approvalSchema)) ?? [];

/** @throws store_unwritable, disk_full */
async function writeNote(file: string, note: unknown): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, `${JSON.stringify(note)}\n`, { mode: 0o600, durable: false });
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** Reviews of what agents did in the checkout that contains a folder. */
export async function createStopReviews(options: StopReviewOptions): Promise<StopReviews> {
  const { home, env, settings } = options;
  const top = await topOf(options.folder);
  const search = { env, top };
  const file = (kind: "approved" | "last" | "due"): string => stopReviewFile(home, kind, top);
  const toStopCommand = async (command: Command, from: StopCommand["from"], approvedProgram?: string): Promise<StopCommand> => {
    const program = await findProgram(command[0] ?? "", search);
    if (program === null) return { command, from, state: "missing", program };
    const isChanged = approvedProgram !== undefined && approvedProgram !== program;
    return isChanged ? { command, from, state: "changed", program: null } : { command, from, state: "ready", program };
  };
  return {
    folder: top,
    async commands() {
      const own = await Promise.all((await settings()).map((command) => toStopCommand(command, "settings")));
      const approved = (await readApprovals(home, top)).filter(
        ({ command }) => !own.some((one) => isSameCommand(one.command, command)),
      );
      return [
        ...own,
        ...(await Promise.all(approved.map(({ command, program }) => toStopCommand(command, "approval", program)))),
      ];
    },
    async approve(command) {
      const [name = ""] = command;
      const program = await findProgram(name, search);
      if (program === null) {
        throw notFound(
          `the program ${name} outside of ${top}`,
          "Name a program on the PATH or by its absolute path; one of the project itself is started by another, such as npx or node.",
        );
      }
      const others = (await readApprovals(home, top)).filter((one) => !isSameCommand(one.command, command));
      await writeApproved(file("approved"), top, [...others, { command, program }]);
    },
    async forget() {
      const before = await readApprovals(home, top);
      await writeApproved(file("approved"), top, null);
      await rm(file("last"), { force: true }).catch((error: unknown) => {
        throw writeFailure(file("last"), error);
      });
      return before.length;
    },
    async run(program, args, signal) {
      const timeoutMs = options.limitMs ?? defaultLimitMs;
      const argv = await toArgv(program, search);
      if (argv === null) return { reason: "it is a script of Node.js, which is not there" };
      const outcome = await runCommand([...argv, ...args], {
        cwd: top,
        // Programs that a program starts by name must not be found in the checkout either; work of an agent
        // that it starts is not reviewed.
        env: { ...env, PATH: (await trustedPathFolders(search)).join(delimiter), REWARD_LEDGER_BACKGROUND: "off" },
        timeoutMs,
        signal,
        mostReport: maxOutputChars,
      });
      if (outcome.state === "missing") return { reason: outcome.reason };
      if (outcome.state === "timed_out") return { reason: `it ran for more than ${timeoutMs / 1000} s` };
      return outcome.isCut
        ? { reason: `it wrote more than ${maxOutputChars} characters` }
        : { output: outcome.report, code: outcome.code };
    },
    async last() {
      try {
        return lastReview.safeParse(JSON.parse((await readRegular(file("last"), maxFileBytes)).toString("utf8"))).data ?? null;
      } catch (error) {
        if (isMissing(error) || error instanceof SyntaxError) return null;
        throw readFailure(file("last"), error);
      }
    },
    async noteLast(last) {
      await writeNote(file("last"), last);
    },
    async alone(body) {
      const result = await (await options.mutex()).pass("run", 0, async () => {
        const due = dueReviews(home).find(({ path }) => path === file("due"));
        const value = await body();
        if (due !== undefined) removeDueNote(due);
        return value;
      });
      if (result === null) throw storeLocked(home, "another review");
      return result.value;
    },
    unreadable: async () => readReviewNotes(home).unreadable,
  };
}

/**
 * Records that the work of an agent in a folder is due for review, if the user has set or approved commands for that.
 * @throws invalid_input, store_unreadable, store_unwritable, disk_full
 */
export async function writeDueNote(options: StopReviewOptions, host: string): Promise<void> {
  const top = existsSync(options.folder) ? await topOf(options.folder) : null;
  if (top === null) return;
  const isWanted = (await options.settings()).length > 0 || (await readApprovals(options.home, top)).length > 0;
  if (!isWanted) return;
  const file = stopReviewFile(options.home, "due", top);
  await writeNote(file, { folder: top, host });
}
