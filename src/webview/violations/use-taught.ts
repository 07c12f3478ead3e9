import type { EffectView } from "../../features/rules/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { useRequest } from "../shared/use-load.ts";

/**
 * Returns the effects of the rules that are taught, the latest listed first. They are optional in the view: while the request is
 * pending, and if it fails, rules have no mark.
 */
export function useTaughtRules(filter: TrendsFilter): readonly EffectView[] {
  const { view } = useRequest("ruleEffects", filter);
  return (view?.effects ?? []).filter(({ until }) => until === null).toSorted((a, b) => (a.since < b.since ? 1 : -1));
}
