import type { EffectView } from "../../features/rules/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { useRequest } from "../shared/use-load.ts";

/**
 * What came of the rules that are taught, those listed last first. It is an addition to the view: while it is asked for, and where it
 * cannot be told, rules have no mark.
 */
export function useTaught(filter: TrendsFilter): readonly EffectView[] {
  const { view } = useRequest("ruleEffects", filter);
  return (view?.effects ?? []).filter(({ until }) => until === null).toSorted((a, b) => (a.since < b.since ? 1 : -1));
}
