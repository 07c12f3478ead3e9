import type { FactPlace } from "../../../kernel/fact.ts";

/** The questions about runs of the review gate. */
export interface GateQueries {
  /** Places of the newest runs, newest first; of a project, or of all. */
  newest(project: string | undefined, limit: number): readonly FactPlace[];
  /** Places of the runs whose id begins so. @param prefix of a UUID, in lower case */
  byId(prefix: string): readonly FactPlace[];
}
