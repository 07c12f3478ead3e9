import type { FactPlace } from "../../../kernel/fact.ts";

/** Queries about house rules. */
export interface RulesQueries {
  /** Places of the facts of written rules files, in any order, of one project or of all. */
  updates(project?: string): readonly FactPlace[];
}
