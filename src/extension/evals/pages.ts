import type { EvalTestsView } from "../../features/evals/operations/views.ts";
import type { Store } from "../store/client.ts";
import { type EvalList, type EvalNode, rootNodes } from "./nodes.ts";

/** Number of rows of a list that are shown at first, and that each "Load more" adds. */
export const pageSize = 50;

/** The source of the Evals view's rows. */
export type EvalSource = Readonly<{
  roots(): Promise<readonly EvalNode[]>;
  /** The first rows of a list, and a "Load more" row when there are more. */
  rows(of: EvalList, limit: number): Promise<readonly EvalNode[]>;
  /** A page of the failed tests of a run, and the number that passed. */
  run(node: Extract<EvalNode, { kind: "run" }>, limit: number): Promise<readonly EvalNode[]>;
}>;

/**
 * Reads rows from the store in pages, never all at once.
 * @param scope the project that the window is limited to; undefined: all
 * @param runWindow number of latest runs over which tests are classified
 */
export function evalSource(
  store: Pick<Store, "call">,
  scope: () => Promise<string | undefined>,
  runWindow: () => number,
): EvalSource {
  const queryTests = async (
    filter: Readonly<{ health?: keyof EvalTestsView["by_health"] }>,
    limit: number,
  ): Promise<EvalTestsView> => store.call("eval tests", { ...filter, project: await scope(), over: runWindow(), limit });
  const failedNodes = async (run: string, limit: number): Promise<readonly EvalNode[]> => {
    const view = await store.call("eval show", { run, failed: true, limit });
    const nodes = view.tests.map((test, position): EvalNode => ({ kind: "failed", run, test, position }));
    return view.left_out === 0 ? nodes : [...nodes, { kind: "more", of: { list: "failed", run } }];
  };
  return {
    roots: async () => rootNodes(await queryTests({}, 0)),
    async rows(of, limit) {
      switch (of.list) {
        case "runs": {
          // Requests one more row, to detect whether there are older ones.
          const { runs } = await store.call("eval list", { project: await scope(), limit: limit + 1 });
          const nodes = runs.slice(0, limit).map((run): EvalNode => ({ kind: "run", run }));
          return runs.length <= limit ? nodes : [...nodes, { kind: "more", of }];
        }
        case "failed":
          return failedNodes(of.run, limit);
        case "tests": {
          const { tests: page, left_out } = await queryTests({ health: of.health }, limit);
          const nodes = page.map((trend): EvalNode => ({ kind: "test", trend }));
          return left_out === 0 ? nodes : [...nodes, { kind: "more", of }];
        }
        default:
          return of satisfies never;
      }
    },
    async run({ run }, limit) {
      const failed = run.passed >= run.total && run.failed === 0 ? [] : await failedNodes(run.id, limit);
      return [...failed, { kind: "passed", run: run.id, count: run.passed }];
    },
  };
}
