import type { JSX } from "preact";
import type { CostTilesView, EvalSpendingView } from "../../features/costs/operations/views.ts";
import { atLeast } from "../shared/at-least.ts";
import { Change } from "../shared/change.tsx";
import { useTexts } from "../shared/contexts.ts";
import type { Texts } from "../shared/texts.ts";
import { Tile } from "../shared/tile.tsx";

type Props = Readonly<{
  tiles: CostTilesView;
  onCost(): void;
  onRun(): void;
  onPassed(): void;
  onBasis(): void;
}>;

/** The text that names the price list in use, and its fallback. */
export const pricesWords = (texts: Texts, { source, date, fallback }: EvalSpendingView["prices"]): string =>
  fallback === null
    ? texts.t("costs.prices", { source, date: texts.dayName(date) })
    : texts.t("costs.prices.then", { source, date: texts.dayName(date), fallback });

/** Tiles with the four key figures of costs. */
export function CostTiles({ tiles, onCost, onRun, onPassed, onBasis }: Props): JSX.Element {
  const texts = useTexts();
  const { complete, each_complete: eachComplete, untold_runs: untold, runs } = tiles;
  const costText = (usd: number | null): string => (usd === null ? texts.t("costs.none") : atLeast(texts, usd, eachComplete));
  return (
    <div class="tiles">
      <Tile
        name="cost"
        title={texts.t("tile.cost")}
        action={texts.t("tile.cost.open")}
        value={atLeast(texts, tiles.cost_usd, complete)}
        onOpen={onCost}
      >
        <CostChange tiles={tiles} />
      </Tile>
      <Tile
        name="cost-per-run"
        title={texts.t("tile.costPerRun")}
        action={texts.t("tile.costPerRun.open")}
        value={costText(tiles.per_run_usd)}
        onOpen={onRun}
      >
        {untold === 0
          ? texts.count("count.runs", runs)
          : texts.t("costs.telling", { telling: texts.number(runs - untold), runs: texts.count("count.runs", runs) })}
      </Tile>
      <Tile
        name="cost-per-passed"
        title={texts.t("tile.costPerPassed")}
        action={texts.t("tile.costPerPassed.open")}
        value={costText(tiles.per_passed_usd)}
        onOpen={onPassed}
      >
        {texts.count("count.testsPassed", tiles.passed)}
      </Tile>
      <Tile
        name="cost-basis"
        title={texts.t("tile.costBasis")}
        action={texts.t("tile.costBasis.open")}
        value={basisValue(texts, tiles)}
        onOpen={onBasis}
      >
        <BasisNote tiles={tiles} />
      </Tile>
    </div>
  );
}

const basisValue = (texts: Texts, { cost_usd: cost, estimated_usd: estimated }: CostTilesView): string =>
  cost === 0 ? texts.t("costs.none") : texts.percent(estimated / cost);

function BasisNote({ tiles }: Readonly<{ tiles: CostTilesView }>): JSX.Element {
  const texts = useTexts();
  const { cost_usd: cost, estimated_usd: estimated, unpriced_models: unpriced, untold_runs: untold } = tiles;
  return (
    <>
      {cost > 0 && <span class="share" aria-hidden="true" style={{ "--share": `${(100 * estimated) / cost}%` }} />}
      {cost > 0 && <span>{texts.t("tile.costBasis.reported", { share: texts.percent(1 - estimated / cost) })}</span>}
      {unpriced > 0 && <span class="warned">{texts.count("costs.unpriced", unpriced)}</span>}
      {untold > 0 && <span class="warned">{texts.count("costs.untold", untold)}</span>}
    </>
  );
}

/** The change against the period before; if either cost is only partly known, the earlier cost instead. */
function CostChange({ tiles }: Readonly<{ tiles: CostTilesView }>): JSX.Element | null {
  const texts = useTexts();
  const { previous } = tiles;
  if (previous === null) return <>{texts.t("tile.cost.noBefore")}</>;
  if (previous.runs === 0) return <>{texts.t("tile.cost.nothingBefore")}</>;
  const before = texts.t("tile.cost.before", { amount: atLeast(texts, previous.cost_usd, previous.complete) });
  if (!tiles.complete || !previous.complete) return <>{before}</>;
  const amount = tiles.cost_usd - previous.cost_usd;
  const share = previous.cost_usd > 0 ? ` (${texts.signedPercent(amount / previous.cost_usd)})` : "";
  return (
    <>
      <Change amount={amount} text={`${texts.signedMoney(amount)}${share}`} moreIsBetter={false} />
      <span>{before}</span>
    </>
  );
}
