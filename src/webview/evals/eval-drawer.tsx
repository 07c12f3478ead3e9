import type { JSX } from "preact";
import { usePanel, useTexts } from "../shared/contexts.ts";
import type { EvalPlace, PanelState } from "../shared/state.ts";
import { EvalRunDrawer } from "./eval-run-drawer.tsx";
import { EvalTestDrawer } from "./eval-test-drawer.tsx";

type Props = Readonly<{ state: PanelState }>;

/** Details of a run or a test, and the way back to where they were opened. */
export function EvalDrawer({ state }: Props): JSX.Element | null {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const { evalPlaces: places } = state;
  const place = places.at(-1);
  const before = places.at(-2);
  if (place === undefined) return null;
  const back =
    before === undefined
      ? null
      : {
          text: before.type === "test" ? texts.t("run.back", { rule: before.test.name }) : texts.t("evals.backToRun"),
          onBack: () => dispatch({ type: "closeEval" }),
        };
  const shared = {
    state,
    back,
    onOpen: (next: EvalPlace) => dispatch({ type: "openEval", place: next, from: places }),
    onAll: () => dispatch({ type: "filter", filter: { period: "all" } }),
  };
  return place.type === "run" ? (
    <EvalRunDrawer {...shared} key={`run ${place.run}`} run={place.run} />
  ) : (
    <EvalTestDrawer {...shared} key={JSON.stringify(place.test)} test={place.test} />
  );
}
