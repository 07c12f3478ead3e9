import type { FactPlace } from "../../../kernel/fact.ts";

/** Queries about fixes of feedback. */
export interface SelfFixQueries {
  /** Places of the steps of one feedback's fix. */
  of(feedback: string): readonly FactPlace[];
  /** Places of the steps of the fixes with the latest steps, of one project or of all. @param limit maximum number of fixes */
  newest(project: string | undefined, limit: number): readonly FactPlace[];
}
