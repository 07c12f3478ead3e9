import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { SessionTrendsView } from "../../features/costs/operations/views.ts";
import { Loaded } from "../shared/async-content.tsx";
import { atLeast } from "../shared/at-least.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { StepList } from "../shared/first-steps.tsx";
import type { PanelState } from "../shared/state.ts";
import { isBackwards } from "../shared/tab.tsx";
import { countColumn, textColumn } from "../shared/table/columns.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import { useRequest } from "../shared/use-load.ts";
import type { CostsState } from "./costs-state.ts";
import { BarCell } from "./fill-legend.tsx";
import { sessionColumns, sessionSliceColumns } from "./session-table.tsx";
import { SlicesOverTime } from "./slices-over-time.tsx";

type ViewProps = Readonly<{ view: SessionTrendsView; costs: CostsState }>;

const steps = [
  { text: "sessions.empty.step1", code: "reward-ledger connect" },
  { text: "sessions.empty.step2", code: "reward-ledger sessions import" },
] as const;

/** The cost of each session of an agent, with its tools and the review of its branch. */
export function SessionSection({ state: { filter, costs } }: Readonly<{ state: PanelState }>): JSX.Element {
  const texts = useTexts();
  const load = useRequest("sessions", isBackwards(filter) ? null : filter);
  return (
    <section class="section sessions" aria-labelledby="sessions-title">
      <div class="section-head">
        <h2 id="sessions-title">{texts.t("sessions.title")}</h2>
      </div>
      <Loaded load={load}>
        {(view) => {
          if (!view.recorded) {
            return (
              <div class="empty-part">
                <p>{texts.t("sessions.empty.text")}</p>
                <StepList steps={steps} />
              </div>
            );
          }
          if (view.sessions.length === 0) return <p class="nothing">{texts.t("sessions.noMatch")}</p>;
          return (
            <>
              <SessionsOverTime view={view} costs={costs} />
              <SessionList view={view} />
              {view.tools.length > 0 && <ToolSums view={view} />}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

function SessionsOverTime({ view, costs }: ViewProps): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const { unit } = view;
  const slices = useMemo(() => view.slices.map((slice) => ({ ...slice, by_model: slice.by_host })), [view.slices]);
  const per = texts.t(`sessions.per.${unit}`);
  // Without any known cost there are no bars, but the table shows the slices with sessions.
  const hasCost = slices.some(({ cost_usd }) => cost_usd > 0);
  return (
    <SlicesOverTime
      heading={<h3>{per}</h3>}
      as={hasCost ? costs.sessions : "table"}
      onPresent={(sessions) => dispatch({ type: "costs", costs: { sessions } })}
      unit={unit}
      slices={slices}
      models={view.hosts}
      hidden={costs.hiddenHosts}
      onHidden={(hiddenHosts) => dispatch({ type: "costs", costs: { hiddenHosts } })}
      bar={({ complete }) => ({ atLeast: !complete, limit: null })}
      line={null}
      table={{ label: per, fileName: "reward-ledger-sessions-over-time.csv" }}
      columns={(series) => sessionSliceColumns(texts, unit, series)}
      chart={{ id: "session-chart", label: texts.t("sessions.chart", { per }) }}
      sentence={(slice, parts) => [
        atLeast(texts, slice.cost_usd, slice.complete),
        texts.count("count.sessions", slice.sessions),
        ...parts,
      ]}
      facts={(slice) => ({
        head: atLeast(texts, slice.cost_usd, slice.complete),
        tag: texts.count("count.sessions", slice.sessions),
        total: slice.cost_usd,
        sums: null,
        notes: slice.complete ? null : <div class="muted">{texts.t("sessions.incomplete")}</div>,
      })}
      foot={() => null}
    />
  );
}

function SessionList({ view }: Pick<ViewProps, "view">): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const columns = useMemo(() => sessionColumns(texts, (factId) => dispatch({ type: "openRun", factId })), [texts, dispatch]);
  return (
    <>
      <div class="section-head">
        <h3>{texts.t("sessions.each")}</h3>
      </div>
      <DataTable
        label={texts.t("sessions.each")}
        fileName="reward-ledger-sessions.csv"
        columns={columns}
        rows={view.sessions}
        rowKey={({ session_id }) => session_id}
        firstSort={{ key: "started", descending: true }}
      />
      {view.cut && <p class="muted foot">{texts.t("sessions.cut", { n: texts.number(view.sessions.length) })}</p>}
    </>
  );
}

type ToolSum = SessionTrendsView["tools"][number];

function ToolSums({ view: { tools } }: Pick<ViewProps, "view">): JSX.Element {
  const texts = useTexts();
  const columns = useMemo(() => {
    const maxCount = Math.max(1, ...tools.map(({ count }) => count));
    return [
      textColumn<ToolSum>("tool", texts.t("sessions.tool"), ({ tool }) => tool),
      {
        ...countColumn<ToolSum>(texts, "count", texts.t("sessions.uses"), ({ count }) => count),
        cell: ({ count }: ToolSum) => <BarCell fill={0} share={count / maxCount} text={texts.number(count)} />,
      },
      countColumn<ToolSum>(texts, "sessions", texts.t("sessions.title"), ({ sessions }) => sessions),
    ];
  }, [tools, texts]);
  return (
    <>
      <div class="section-head">
        <h3>{texts.t("sessions.tools")}</h3>
      </div>
      <DataTable
        label={texts.t("sessions.tools")}
        fileName="reward-ledger-tools.csv"
        columns={columns}
        rows={tools}
        rowKey={({ tool }) => tool}
        firstSort={{ key: "count", descending: true }}
      />
    </>
  );
}
