import type { FactPlace } from "../../../kernel/fact.ts";

/** The questions about house rules. */
export interface RulesQueries {
  /** Places of the facts of written rules files, in any order: a project's, or all. */
  updates(project?: string): readonly FactPlace[];
}
