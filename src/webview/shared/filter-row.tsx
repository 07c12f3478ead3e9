import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { EvalsFilter, TrendsFilter } from "../../protocol/trends-panel.ts";
import { Choice } from "./choice.tsx";
import { useTexts } from "./contexts.ts";
import { defaultEvals, defaultFilter, type PanelState, periodChoices } from "./state.ts";
import { isBackwards, type TabFilter, type TabView } from "./tab.tsx";

type Props = Readonly<{
  state: Pick<PanelState, "filter" | "evals">;
  /** Filters that the visible tab has in addition to the common ones. */
  filters: readonly TabFilter[];
  view: TabView | null;
  loading: boolean;
  onChange(filter: Partial<TrendsFilter>): void;
  onEvals(evals: Partial<EvalsFilter>): void;
  onReset(): void;
}>;

/** Adds the chosen value to the known ones, so that it stays available even if the ledger does not have it (yet). */
const withChosen = (known: readonly string[], chosen: string | null): readonly string[] =>
  chosen === null || known.includes(chosen) ? known : [...known, chosen];

const isDefault = ({ filter, evals }: Props["state"]): boolean =>
  evals.tier === defaultEvals.tier &&
  evals.suite === defaultEvals.suite &&
  evals.branch === defaultEvals.branch &&
  filter.agent === defaultFilter.agent &&
  filter.compare_with === defaultFilter.compare_with &&
  filter.project === defaultFilter.project &&
  filter.whose === defaultFilter.whose &&
  filter.period === defaultFilter.period;

/**
 * The filter row: for reviews agent, comparison, project and period; for evals project, period, tier, suite and branch. It stays
 * visible while the page scrolls.
 */
export function FilterRow({ state, filters, view, loading, onChange, onEvals, onReset }: Props): JSX.Element {
  const texts = useTexts();
  const { filter } = state;
  const members = (view?.members ?? []).flatMap(({ email, me }) => (me ? [] : [email]));
  const backwards = isBackwards(filter);

  const choosePeriod = (period: TrendsFilter["period"]): void => {
    if (period !== "custom") {
      onChange({ period });
      return;
    }
    // Custom days start as the currently shown days, so that the user can adjust them.
    const { from = null, to = null } = view?.filter ?? {};
    onChange({
      period,
      since: from === null ? null : texts.day(Date.parse(from)),
      // The end is exclusive, so the last local day is that of the millisecond before it.
      until: texts.day((to === null ? Date.now() : Date.parse(to)) - 1),
    });
  };

  return (
    <fieldset class="filters">
      <legend class="hidden-text">{texts.t("filter.title")}</legend>
      {filters.includes("agent") && <AgentChoices filter={filter} known={view?.agents ?? []} onChange={onChange} />}
      <Choice
        label={texts.t("filter.project")}
        value={filter.project}
        none={texts.t("filter.allProjects")}
        options={withChosen(view?.projects ?? [], filter.project).map((project) => ({ value: project, text: project }))}
        onChange={(project) => onChange({ project })}
      />
      {(members.length > 0 || filter.whose !== null) && (
        <Choice
          label={texts.t("filter.whose")}
          value={filter.whose}
          none={texts.t("filter.mine")}
          options={[
            { value: "team", text: texts.t("filter.team") },
            ...withChosen(members, filter.whose === "team" ? null : filter.whose).map((email) => ({ value: email, text: email })),
          ]}
          onChange={(whose) => onChange({ whose })}
        />
      )}
      <Choice
        label={texts.t("filter.period")}
        value={filter.period}
        options={periodChoices.map((period) => ({ value: period, text: texts.t(`period.${period}`) }))}
        onChange={(chosen) => choosePeriod(periodChoices.find((period) => period === chosen) ?? defaultFilter.period)}
      />
      {filter.period === "custom" && (
        <>
          <DayField
            label={texts.t("filter.since")}
            value={filter.since}
            invalid={backwards}
            onChange={(since) => onChange({ since })}
          />
          <DayField
            label={texts.t("filter.until")}
            value={filter.until}
            invalid={backwards}
            onChange={(until) => onChange({ until })}
          />
        </>
      )}
      <EvalChoices evals={state.evals} filters={filters} view={view} onEvals={onEvals} />
      <button type="button" class="secondary" disabled={isDefault(state)} onClick={onReset}>
        {texts.t("filter.reset")}
      </button>
      {backwards && (
        <p class="problem" id="backwards" role="alert">
          {texts.t("filter.badDays")}
        </p>
      )}
      <div class={`progress${loading ? " active" : ""}`} aria-hidden="true" />
    </fieldset>
  );
}

type AgentProps = Readonly<{
  filter: TrendsFilter;
  known: readonly string[];
  onChange(filter: Partial<TrendsFilter>): void;
}>;

function AgentChoices({ filter, known, onChange }: AgentProps): JSX.Element {
  const texts = useTexts();
  const agents = withChosen(known, filter.agent);
  const others = withChosen(agents, filter.compare_with).filter((agent) => agent !== filter.agent);
  return (
    <>
      <Choice
        label={texts.t("filter.agent")}
        value={filter.agent}
        none={texts.t("filter.allAgents")}
        options={agents.map((agent) => ({ value: agent, text: agent }))}
        onChange={(agent) => onChange({ agent })}
      />
      <Choice
        label={texts.t("filter.compare")}
        value={filter.compare_with}
        none={texts.t("filter.nobody")}
        options={others.map((agent) => ({ value: agent, text: agent }))}
        disabled={
          filter.agent === null
            ? texts.t("filter.compareNeedsAgent")
            : others.length === 0
              ? texts.t("filter.compareNeedsSecond")
              : null
        }
        onChange={(agent) => onChange({ compare_with: agent })}
      />
    </>
  );
}

type EvalProps = Readonly<{
  evals: EvalsFilter;
  filters: Props["filters"];
  view: TabView | null;
  onEvals(evals: Partial<EvalsFilter>): void;
}>;

/** The eval filters that the visible tab has. */
function EvalChoices({ evals, filters, view, onEvals }: EvalProps): JSX.Element {
  const texts = useTexts();
  const choices = [
    { name: "tier", label: "filter.tier", none: "filter.allTiers", known: view?.tiers },
    { name: "suite", label: "filter.suite", none: "filter.allSuites", known: view?.suites },
    { name: "branch", label: "filter.branch", none: "filter.allBranches", known: view?.branches },
  ] as const;
  return (
    <>
      {choices
        .filter(({ name }) => filters.includes(name))
        .map(({ name, label, none, known = [] }) => (
          <Choice
            key={name}
            label={texts.t(label)}
            value={evals[name]}
            none={texts.t(none)}
            options={withChosen(known, evals[name]).map((value) => ({
              value,
              text: name === "suite" && value === "" ? texts.t("filter.noSuite") : value,
            }))}
            onChange={(value) => onEvals({ [name]: value })}
          />
        ))}
    </>
  );
}

type DayProps = Readonly<{ label: string; value: string | null; invalid: boolean; onChange(day: string | null): void }>;

function DayField({ label, value, invalid, onChange }: DayProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="date"
        value={value ?? ""}
        aria-invalid={invalid}
        {...(invalid ? { "aria-describedby": "backwards" } : {})}
        onChange={(event) => onChange(event.currentTarget.value === "" ? null : event.currentTarget.value)}
      />
    </div>
  );
}
