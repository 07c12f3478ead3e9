import type { FactPlace } from "../../../kernel/fact.ts";

/** How many runs there were; the others than `passed` and `blocked` asked for changes. */
export type GateResults = Readonly<{ runs: number; passed: number; blocked: number }>;

/** The questions about runs of the review gate. */
export interface GateQueries {
  /** Places of the newest runs, newest first; of a project, or of all. */
  newest(project: string | undefined, limit: number): readonly FactPlace[];
  /** Places of the runs whose id begins so. @param prefix of a UUID, in lower case */
  byId(prefix: string): readonly FactPlace[];
  /** What came of the runs that judged an agent's changes. */
  results(agent: string): GateResults;
}
