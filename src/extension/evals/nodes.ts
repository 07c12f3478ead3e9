import { type HealthState, healthStates } from "../../features/evals/model/health.ts";
import type { EvalListView, EvalTestsView, EvalTestView, EvalTrendView } from "../../features/evals/operations/views.ts";
import { composedKey } from "../../kernel/composed-key.ts";

/** A paged list: the runs, the failed tests of one run, or the tests in a state of health. */
export type EvalList =
  | Readonly<{ list: "runs" }>
  | Readonly<{ list: "failed"; run: string }>
  | Readonly<{ list: "tests"; health: HealthState }>;

/**
 * A row of the Evals view, independent of VS Code's types: runs contain failed tests and counts, states of health contain tests.
 */
export type EvalNode =
  | Readonly<{ kind: "runs"; count: number }>
  | Readonly<{ kind: "run"; run: EvalListView }>
  | Readonly<{ kind: "failed"; run: string; test: EvalTestView; position: number }>
  | Readonly<{ kind: "passed"; run: string; count: number }>
  | Readonly<{ kind: "tests"; tests: EvalTestsView }>
  | Readonly<{ kind: "health"; health: HealthState; count: number }>
  | Readonly<{ kind: "test"; trend: EvalTrendView }>
  | Readonly<{ kind: "more"; of: EvalList }>;

/** The roots: runs and tests. Empty when nothing was ever recorded. */
export const rootNodes = (tests: EvalTestsView): readonly EvalNode[] =>
  tests.runs === 0
    ? []
    : [
        { kind: "runs", count: tests.runs },
        { kind: "tests", tests },
      ];

/** The states of health that have tests, those that need attention first. */
export const healthNodes = ({ by_health }: EvalTestsView): readonly EvalNode[] =>
  healthStates.flatMap((health): readonly EvalNode[] =>
    by_health[health] === 0 ? [] : [{ kind: "health", health, count: by_health[health] }],
  );

/** Whether the tests of a state are expanded at first. */
export const isExpanded = (health: HealthState): boolean => health !== "healthy" && health !== "too-few";

/** Unique key of a list. */
export function listKey(of: EvalList): string {
  switch (of.list) {
    case "runs":
      return composedKey(of.list);
    case "failed":
      return composedKey(of.list, of.run);
    case "tests":
      return composedKey(of.list, of.health);
    default:
      return of satisfies never;
  }
}

/** Unique in the view and stable over refreshes, so that VS Code keeps what was expanded. */
export function nodeId(node: EvalNode): string {
  switch (node.kind) {
    case "runs":
    case "tests":
      return composedKey(node.kind);
    case "run":
      return composedKey(node.kind, node.run.id);
    case "failed":
      return composedKey(node.kind, node.run, node.position);
    case "passed":
      return composedKey(node.kind, node.run);
    case "health":
      return composedKey(node.kind, node.health);
    case "test":
      return composedKey(node.kind, node.trend.tier, node.trend.suite, node.trend.name);
    case "more":
      return composedKey(node.kind, listKey(node.of));
    default:
      return node satisfies never;
  }
}

/** The context value that menus match (`viewItem`): the kind, plus ` baseline` for a pinned run. */
export const contextOf = (node: EvalNode): string => (node.kind === "run" && node.run.baseline ? "run baseline" : node.kind);

/** The outcome of a run. */
export type Outcome = "passed" | "some-failed" | "failed" | "empty";

export function outcomeOf({ passed, failed, total }: Pick<EvalListView, "passed" | "failed" | "total">): Outcome {
  if (total === 0) return "empty";
  if (failed === 0 && passed >= total) return "passed";
  return passed === 0 ? "failed" : "some-failed";
}
