import type { FactPlace } from "../../../kernel/fact.ts";

/** The questions about house rules. */
export interface RulesQueries {
  /** Places of the facts of a project's written rules files, in any order. */
  updates(project: string): readonly FactPlace[];
}
