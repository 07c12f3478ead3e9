import type { FactPlace } from "../../../kernel/fact.ts";

/** Numbers of runs. Those that are neither `passed` nor `blocked` requested changes. */
export type GateResults = Readonly<{ runs: number; passed: number; blocked: number }>;

/** Queries about runs of the review gate. */
export interface GateQueries {
  /** Places of the latest runs, newest first, of one project or of all. */
  newest(project: string | undefined, limit: number): readonly FactPlace[];
  /** Places of the runs whose id starts with the prefix. @param prefix of a UUID, in lower case */
  byId(prefix: string): readonly FactPlace[];
  /** Numbers of the runs that judged an agent's changes, by verdict. */
  results(agent: string): GateResults;
}
