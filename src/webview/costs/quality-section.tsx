import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { EvalSpendingView } from "../../features/costs/operations/views.ts";
import { lineStyle } from "../shared/chart/palette.ts";
import type { TierShape } from "../shared/chart/tier-marks.ts";
import { usePalette } from "../shared/chart/use-palette.ts";
import { Choice } from "../shared/choice.tsx";
import { useTexts } from "../shared/contexts.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import { DataTable } from "../shared/table/data-table.tsx";
import type { Texts } from "../shared/texts.ts";
import type { CostsState } from "./costs-state.ts";
import { OutcomeChart } from "./outcome-chart.tsx";
import type { OutcomeScene } from "./outcome-plot.ts";
import { outcomeColumns } from "./outcome-table.tsx";
import { groupStyle, type OutcomeGroup, outcomesOf } from "./outcomes.ts";

type Props = Readonly<{
  view: EvalSpendingView;
  costs: CostsState;
  onCosts(costs: Partial<CostsState>): void;
  onOpen(run: string): void;
}>;

/** The name of a group of runs. */
function groupName(texts: Texts, { name, others }: OutcomeGroup, by: CostsState["outcomesBy"]): string {
  if (others > 0) return by === "model" ? texts.count("costs.others", others) : texts.count("costs.otherTiers", others);
  return name ?? texts.t("costs.noModel");
}

const shapes: Readonly<Record<TierShape, string>> = {
  circle: "M6 2A4 4 0 1 1 5.99 2Z",
  square: "M2.4 2.4H9.6V9.6H2.4Z",
  triangle: "M6 .8 11 10H1Z",
  diamond: "M6 .6 11.4 6 6 11.4 .6 6Z",
};

/** The mark of the n-th group. */
function GroupMark({ group }: Readonly<{ group: number }>): JSX.Element {
  const { line, shape } = groupStyle(group);
  const { colorIndex } = lineStyle(line);
  return (
    <svg class="mark" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path style={{ fill: `var(--rl-line-${colorIndex + 1})` }} d={shapes[shape]} />
    </svg>
  );
}

/** The pass rate of runs against their cost: one mark per run, with a line through the best ones. */
export function QualitySection({ view, costs, onCosts, onOpen }: Props): JSX.Element {
  const texts = useTexts();
  const palette = usePalette();
  const { outcomesBy: by } = costs;
  const { groups, outcomes } = useMemo(() => outcomesOf(view.points, by), [view.points, by]);
  const scene = useMemo<OutcomeScene>(() => ({ outcomes, palette, texts }), [outcomes, palette, texts]);
  const columns = useMemo(() => outcomeColumns(texts, onOpen), [texts, onOpen]);
  const unknown = view.points.filter(({ complete }) => !complete).length;
  return (
    <section class="section" aria-labelledby="quality-title">
      <div class="section-head">
        <h2 id="quality-title">{texts.t("costs.outcomes")}</h2>
        {costs.outcomes === "chart" && (
          <Choice
            label={texts.t("costs.outcomes.by")}
            value={by}
            options={[
              { value: "tier", text: texts.t("filter.tier") },
              { value: "model", text: texts.t("costs.model") },
            ]}
            onChange={(chosen) => onCosts({ outcomesBy: chosen === "model" ? "model" : "tier" })}
          />
        )}
        <PresentationSwitch as={costs.outcomes} onChange={(outcomesAs) => onCosts({ outcomes: outcomesAs })} />
      </div>
      {outcomes.length === 0 ? (
        <p class="nothing">{texts.t("costs.outcomes.none")}</p>
      ) : costs.outcomes === "table" ? (
        <DataTable
          label={texts.t("costs.outcomes")}
          fileName="reward-ledger-quality.csv"
          columns={columns}
          rows={outcomes}
          rowKey={({ point }) => point.id}
          firstSort={{ key: "at", descending: true }}
        />
      ) : (
        <>
          <OutcomeChart scene={scene} onOpen={onOpen} />
          <div class="chart-foot">
            <ul class="mark-key" aria-label={texts.t("coins.key")}>
              {groups.map((group, index) => (
                <li key={`${group.others} ${group.name}`}>
                  <GroupMark group={index} />
                  {groupName(texts, group, by)}
                </li>
              ))}
              <li>
                <svg class="tick-sample" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
                  <circle class="best-ring" cx="8" cy="8" r="6" />
                </svg>
                {texts.t("costs.best.why")}
              </li>
            </ul>
            {view.runs_with_results > view.points.length && (
              <p class="muted">{texts.t("costs.outcomes.cut", { n: texts.number(view.points.length) })}</p>
            )}
            {view.tiles.untold_runs > 0 && <p class="muted">{texts.count("costs.outcomes.untold", view.tiles.untold_runs)}</p>}
            {unknown > 0 && <p class="muted">{texts.count("costs.outcomes.unknown", unknown)}</p>}
          </div>
        </>
      )}
    </section>
  );
}
