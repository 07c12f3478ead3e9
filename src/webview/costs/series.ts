import { hollowFill, otherFill } from "../shared/chart/patterns.ts";
import type { Bar } from "./stack-plot.ts";

/** One kind of amount in all slices, with its fill. `key` identifies it in the panel's persisted state. */
export type Series = Readonly<{
  key: string;
  kind: "model" | "others" | "rest";
  /** Names of the models that it holds. */
  names: readonly string[];
  fill: number;
  /** USD in each slice. */
  amounts: readonly number[];
}>;

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/**
 * Returns the series of models, in their order: one each for as many as can be distinguished, one for all others, and one for
 * amounts that belong to no model. Models without an amount have none.
 * @param models most expensive first, in the order of `slices[].by_model`; null for amounts that belong to no model
 */
export function seriesOf(
  models: readonly (string | null)[],
  slices: readonly Readonly<{ by_model: readonly number[] }>[],
): readonly Series[] {
  const all = models
    .map((model, index) => ({ model, amounts: slices.map(({ by_model }) => by_model[index] ?? 0) }))
    .filter(({ amounts }) => sumOf(amounts) > 0);
  const named = all.flatMap(({ model, amounts }) => (model === null ? [] : [{ model, amounts }]));
  // The series of all others holds at least two models.
  const own = named.length <= otherFill ? named : named.slice(0, otherFill - 1);
  const others = named.slice(own.length);
  const rest = all.find(({ model }) => model === null);
  return [
    ...own.map(({ model, amounts }, fill): Series => ({ key: `=${model}`, kind: "model", names: [model], fill, amounts })),
    ...(others.length === 0
      ? []
      : [
          {
            key: "others",
            kind: "others",
            names: others.map(({ model }) => model),
            fill: otherFill,
            amounts: slices.map((_, slice) => sumOf(others.map(({ amounts }) => amounts[slice] ?? 0))),
          } as const,
        ]),
    ...(rest === undefined ? [] : [{ key: "rest", kind: "rest", names: [], fill: hollowFill, amounts: rest.amounts } as const]),
  ];
}

/** Returns the bars of the visible series, the most expensive at the bottom. */
export function barsOf(
  slices: readonly Readonly<{ start: string; atLeast: boolean; limit: number | null }>[],
  series: readonly Series[],
  hidden: readonly string[],
): readonly Bar[] {
  const shown = series.filter(({ key }) => !hidden.includes(key));
  return slices.map(({ start, atLeast, limit }, slice) => {
    const spent = sumOf(series.map(({ amounts }) => amounts[slice] ?? 0));
    const parts = shown.map(({ fill, amounts }) => ({ fill, amount: amounts[slice] ?? 0 }));
    return { start, parts, total: sumOf(parts.map(({ amount }) => amount)), spent, atLeast, limit };
  });
}
