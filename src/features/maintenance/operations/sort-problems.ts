import type { StoreProblem } from "../../../ports/fact-log.ts";
import type { Ports } from "../../../ports/ports.ts";

/** A problem of another member's device. `member`: email address, else user id. */
export type ForeignProblem = StoreProblem & Readonly<{ device: string; member: string }>;

export type SortedProblems = Readonly<{ problems: readonly StoreProblem[]; warnings: readonly ForeignProblem[] }>;

/**
 * Separates the problems of this ledger from facts of other members that this version cannot read: those are intact, and only
 * their author, or a newer version of the program, can do something about them.
 */
export async function sortProblems({ people }: Pick<Ports, "people">, all: readonly StoreProblem[]): Promise<SortedProblems> {
  if (!all.some(({ kind }) => kind === "refused")) return { problems: all, warnings: [] };
  const members = new Map(
    (await people()).filter(({ me }) => !me).flatMap(({ email, user, devices }) => devices.map((one) => [one, email ?? user])),
  );
  const problems: StoreProblem[] = [];
  const warnings: ForeignProblem[] = [];
  for (const problem of all) {
    const { kind, device } = problem;
    const member = kind === "refused" && device !== null ? members.get(device) : undefined;
    if (device === null || member === undefined) problems.push(problem);
    else warnings.push({ ...problem, device, member });
  }
  return { problems, warnings };
}

/** Groups warnings by device: the member, the number of facts that cannot be read, and the message on the first one. */
export function unreadableFacts(
  warnings: readonly Readonly<{ device: string; member: string; message: string }>[],
): readonly Readonly<{ device: string; member: string; facts: number; first: string }>[] {
  const byDevice = new Map<string, Readonly<{ device: string; member: string; facts: number; first: string }>>();
  for (const { device, member, message } of warnings) {
    const { facts, first } = byDevice.get(device) ?? { facts: 0, first: message };
    byDevice.set(device, { device, member, facts: facts + 1, first });
  }
  return [...byDevice.values()];
}
