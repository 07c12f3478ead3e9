import type { JSX } from "preact";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import { Change, CountChange } from "../shared/change.tsx";
import { useTexts } from "../shared/contexts.ts";
import { Interval } from "../shared/interval.tsx";
import { Tile } from "../shared/tile.tsx";
import { VerdictMark } from "../shared/verdict-mark.tsx";

type Props = Readonly<{
  tiles: TrendsView["tiles"];
  onCoins(): void;
  onStreak(): void;
  onPassRate(): void;
  onRule(rule: string | null): void;
}>;

/** The four numbers of the panel. */
export function Tiles({ tiles, onCoins, onStreak, onPassRate, onRule }: Props): JSX.Element {
  const texts = useTexts();
  const { coins, streak, pass_rate: rate, top_rule: top } = tiles;
  return (
    <div class="tiles">
      <Tile
        name="coins"
        title={texts.t("tile.coins")}
        action={texts.t("tile.coins.open")}
        value={texts.coins(coins.value)}
        onOpen={onCoins}
      >
        <Change
          amount={coins.change}
          text={texts.t("tile.coins.change", { change: texts.signedCoins(coins.change) })}
          moreIsBetter
        />
      </Tile>
      <Tile
        name="streak"
        title={streak.agent === null ? texts.t("tile.streak") : texts.t("tile.streak.agent", { agent: streak.agent })}
        action={texts.t("tile.streak.open")}
        value={<StreakValue streak={streak} />}
        onOpen={onStreak}
      >
        {streak.best > 0 && texts.t("tile.streak.best", { n: texts.count("streak.pass", streak.best) })}
      </Tile>
      <Tile
        name="pass-rate"
        title={rate === null ? texts.t("tile.passRate.title") : texts.count("tile.passRate", rate.total)}
        action={texts.t("tile.passRate.open")}
        value={rate === null ? texts.t("tile.passRate.none") : texts.percent(rate.rate)}
        onOpen={onPassRate}
      >
        {rate !== null && (
          <>
            <Interval rate={rate.rate} low={rate.low} high={rate.high} />
            <span>{texts.t("tile.passRate.count", { passed: texts.number(rate.passed), total: texts.number(rate.total) })}</span>
            <span>
              {texts.t("tile.passRate.interval", {
                level: texts.percent(0.95),
                low: texts.percent(rate.low),
                high: texts.percent(rate.high),
              })}
            </span>
          </>
        )}
      </Tile>
      <Tile
        name="top-rule"
        title={texts.t("tile.topRule")}
        action={texts.t("tile.topRule.open")}
        value={
          top === null ? (
            texts.t("tile.topRule.none")
          ) : (
            <span class="rule-name" title={top.rule}>
              {top.rule}
            </span>
          )
        }
        onOpen={() => onRule(top?.rule ?? null)}
      >
        {top !== null && (
          <>
            <span>{texts.count("count.findings", top.count)}</span>
            <CountChange count={top.count} previous={top.previous} />
          </>
        )}
      </Tile>
    </div>
  );
}

function StreakValue({ streak }: Readonly<{ streak: TrendsView["tiles"]["streak"] }>): JSX.Element {
  const texts = useTexts();
  if (streak.pass === 0 && streak.block === 0) return <>{texts.t("tile.streak.none")}</>;
  const failing = streak.block > 0;
  return (
    <span class="with-mark">
      <VerdictMark verdict={failing ? "FAIL" : "PASS"} />
      {failing ? texts.count("streak.block", streak.block) : texts.count("streak.pass", streak.pass)}
    </span>
  );
}
