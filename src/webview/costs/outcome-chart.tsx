import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { atLeast } from "../shared/at-least.ts";
import { ChartSlider, Ring, spotOf } from "../shared/chart/chart-slider.tsx";
import { walkCommand } from "../shared/chart/keyboard.ts";
import type { Place } from "../shared/chart/lines.ts";
import { Plot } from "../shared/chart/plot.tsx";
import { useChartHeight } from "../shared/chart/use-chart-height.ts";
import { useTexts } from "../shared/contexts.ts";
import type { Texts } from "../shared/texts.ts";
import { Tooltip } from "../shared/tooltip.tsx";
import { type OutcomeEvents, type OutcomeScene, outcomePlotOptions } from "./outcome-plot.ts";
import { nearestOutcome, type Outcome } from "./outcomes.ts";

type Props = Readonly<{ scene: OutcomeScene; onOpen(run: string): void }>;

export const outcomeChartId = "outcome-chart";

type Size = Readonly<{ width: number; height: number }>;

/** The name of a run: its label, else its version. */
export const runName = ({ point }: Outcome): string => point.label ?? point.version;

const passText = (texts: Texts, { point }: Outcome): string =>
  texts.t("tile.passRate.count", { passed: texts.number(point.passed), total: texts.number(point.total) });

/** A run in one sentence, for a screen reader. */
function outcomeSentence(texts: Texts, outcome: Outcome): string {
  const { point, y } = outcome;
  return [
    runName(outcome),
    texts.dateTime(Date.parse(point.timestamp)),
    `${texts.share(y)}, ${passText(texts, outcome)}`,
    atLeast(texts, point.cost_usd, point.complete),
    point.tier,
    ...(point.model === null ? [] : [point.model]),
    ...(point.best ? [texts.t("costs.best")] : []),
  ].join(", ");
}

/** Runs by cost and pass rate. The arrow keys move along all runs, or along the best of them. */
export function OutcomeChart({ scene, onOpen }: Props): JSX.Element {
  const texts = useTexts();
  const plotRef = useRef<uPlot | null>(null);
  const [selected, setSelected] = useState<number | null>(null);
  // The line along which the keys move: 0 for all runs, 1 for the best ones.
  const [line, setLine] = useState(0);
  const height = useChartHeight();
  const { outcomes } = scene;

  // The index of a run is only valid in its scene.
  useEffect(() => setSelected(null), [scene]);

  const walkLines = useMemo(() => {
    const all = outcomes.map((_, index) => index);
    return [{ xs: all }, { xs: all.filter((index) => outcomes[index]?.point.best ?? false) }] as const;
  }, [outcomes]);
  const data = useMemo<uPlot.AlignedData>(() => [outcomes.map(({ x }) => x), outcomes.map(({ y }) => y)], [outcomes]);
  const span = useMemo(() => ({ min: 0, max: Math.max(0, ...outcomes.map(({ x }) => x)) * 1.05 || 1 }), [outcomes]);
  const events = useMemo<OutcomeEvents>(
    () => ({
      onHover: (plot) => {
        // Without an event, the pointer did not move.
        if (plot.cursor.event === undefined) return;
        const { left = -1, top = -1 } = plot.cursor;
        const project = { left: (x: number) => plot.valToPos(x, "x"), top: (y: number) => plot.valToPos(y, "y") };
        setSelected(left < 0 ? null : nearestOutcome(outcomes, { left, top }, project));
      },
    }),
    [outcomes],
  );
  const options = useCallback((size: Size) => outcomePlotOptions(scene, size, events), [scene, events]);
  const setPlot = useCallback((plot: uPlot | null) => {
    plotRef.current = plot;
  }, []);

  const open = (): void => {
    const run = selected === null ? undefined : outcomes[selected];
    if (run !== undefined) onOpen(run.point.id);
  };
  const commandOf = (key: string) => {
    const point = selected === null ? -1 : (walkLines[line]?.xs.indexOf(selected) ?? -1);
    // A run that was chosen with the pointer need not be one of the best.
    return walkCommand(key, walkLines, selected === null ? null : point >= 0 ? { line, point } : { line: 0, point: selected });
  };
  const goTo = (place: Place): void => {
    setLine(place.line);
    setSelected(walkLines[place.line]?.xs[place.point] ?? null);
  };

  const plot = plotRef.current;
  const chosen = selected === null ? undefined : outcomes[selected];
  const spot = plot === null || chosen === undefined ? null : spotOf(plot, chosen.x, chosen.y);
  const described = chosen ?? outcomes.at(-1);
  return (
    <ChartSlider
      id={outcomeChartId}
      label={texts.t("costs.outcomes.chart", { runs: texts.count("count.runs", outcomes.length) })}
      keys={texts.t("costs.outcomes.keys")}
      count={outcomes.length}
      index={selected ?? outcomes.length - 1}
      sentence={described === undefined ? "" : outcomeSentence(texts, described)}
      pointing={chosen !== undefined}
      commandOf={commandOf}
      onCommand={(command) => (command.type === "move" ? goTo(command.place) : open())}
      onOpen={open}
      onLeave={() => setSelected(null)}
    >
      <Plot options={options} data={data} height={height} span={span} onPlot={setPlot} />
      {spot !== null && chosen !== undefined && (
        <>
          <Ring at={spot} />
          <Tooltip at={spot}>
            <OutcomeWords outcome={chosen} />
          </Tooltip>
        </>
      )}
    </ChartSlider>
  );
}

function OutcomeWords({ outcome }: Readonly<{ outcome: Outcome }>): JSX.Element {
  const texts = useTexts();
  const { point, y } = outcome;
  return (
    <>
      <div class="tooltip-head">
        <strong>{atLeast(texts, point.cost_usd, point.complete)}</strong>
        <span class="tooltip-agent">{texts.share(y)}</span>
      </div>
      <div>{runName(outcome)}</div>
      <div class="muted">{texts.dateTime(Date.parse(point.timestamp))}</div>
      <dl class="sums">
        <div>
          <dt>{texts.t("filter.tier")}</dt>
          <dd>{point.tier}</dd>
        </div>
        <div>
          <dt>{texts.t("filter.branch")}</dt>
          <dd class="sum-name">{point.git_branch}</dd>
        </div>
        {point.model !== null && (
          <div>
            <dt>{texts.t("costs.model")}</dt>
            <dd class="sum-name">{point.model}</dd>
          </div>
        )}
      </dl>
      <div class="muted">{passText(texts, outcome)}</div>
      {point.best && <div>{texts.t("costs.best.why")}</div>}
      <div class="muted hint">{texts.t("tooltip.open")}</div>
    </>
  );
}
