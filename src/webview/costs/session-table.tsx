import type { SessionSliceView, SessionView, SliceUnit } from "../../features/costs/operations/views.ts";
import { atLeast } from "../shared/at-least.ts";
import { type Column, countColumn, moneyColumn, numberColumn, textColumn } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";
import { seriesColumns, sliceColumn } from "./cost-table.tsx";
import type { Series } from "./series.ts";

export type SessionSliceRow = Readonly<{ slice: SessionSliceView; index: number }>;

/** The columns of sessions over time, with the cost of each host. */
export function sessionSliceColumns(
  texts: Texts,
  unit: SliceUnit,
  series: readonly Series[],
): readonly Column<SessionSliceRow>[] {
  return [
    sliceColumn<SessionSliceRow>(texts, unit),
    countColumn(texts, "sessions", texts.t("sessions.title"), ({ slice }) => slice.sessions),
    moneyColumn(texts, "cost", texts.t("sessions.cost"), ({ slice }) => slice.cost_usd),
    textColumn("known", texts.t("costs.known"), ({ slice }) => (slice.complete ? "" : texts.t("costs.incomplete"))),
    ...seriesColumns<SessionSliceRow>(texts, series),
  ];
}

/** Maximum number of tools that a row names; the others are only counted. */
const maxNamedTools = 3;

/** The tools of a session by how often they were used: `Bash 12, Edit 3`. */
export function toolWords(texts: Texts, { tools }: Pick<SessionView, "tools">): string {
  const named = tools.slice(0, maxNamedTools).map(({ tool, count }) => `${tool} ${texts.number(count)}`);
  const others = tools.length - named.length;
  return [...named, ...(others > 0 ? [texts.count("sessions.moreTools", others)] : [])].join(", ");
}

/** The columns of sessions, one session per row. @param openReview opens the review of a session's branch */
export function sessionColumns(texts: Texts, openReview: (factId: string) => void): readonly Column<SessionView>[] {
  return [
    {
      ...textColumn<SessionView>("started", texts.t("sessions.started"), ({ started_at }) => started_at),
      text: ({ started_at }) => texts.dateTime(Date.parse(started_at)),
    },
    textColumn("branch", texts.t("filter.branch"), ({ branch }) => branch),
    {
      ...moneyColumn<SessionView>(texts, "cost", texts.t("sessions.cost"), ({ cost_usd }) => cost_usd),
      text: ({ cost_usd, complete }) => (cost_usd === null ? "" : atLeast(texts, cost_usd, complete)),
    },
    {
      ...numberColumn<SessionView>("score", texts.t("sessions.score"), ({ review }) => review?.score ?? null, texts.number),
      cell: ({ review }) =>
        review === null ? null : (
          <button type="button" class="link with-mark" onClick={() => openReview(review.fact_id)}>
            <VerdictMark verdict={review.verdict} />
            {texts.number(review.score)}
          </button>
        ),
    },
    numberColumn("duration", texts.t("evals.duration"), ({ duration_ms }) => duration_ms, texts.duration),
    countColumn(texts, "turns", texts.t("sessions.prompts"), ({ turns }) => turns),
    textColumn("host", texts.t("sessions.host"), ({ host }) => host),
    textColumn("model", texts.t("costs.model"), ({ model }) => model),
    { ...textColumn<SessionView>("tools", texts.t("sessions.tools"), (row) => toolWords(texts, row)), rank: toolCount },
    textColumn("project", texts.t("run.project"), ({ project }) => project),
  ];
}

const toolCount = ({ tools }: SessionView): number => tools.reduce((sum, { count }) => sum + count, 0);
