import type { FactPlace } from "../../../kernel/fact.ts";

/** The questions about fixes of feedback. */
export interface SelfFixQueries {
  /** Places of the steps of one feedback's fix. */
  of(feedback: string): readonly FactPlace[];
  /** Places of the steps of the fixes that moved last; of a project, or of all. @param limit the most fixes */
  newest(project: string | undefined, limit: number): readonly FactPlace[];
}
