import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { TrendsView } from "../../operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { useTexts } from "../panel/contexts.ts";
import { defaultFilter, periodChoices } from "../panel/state.ts";
import { isBackwards } from "../panel/use-trends.ts";
import { Choice } from "./choice.tsx";

type Props = Readonly<{
  filter: TrendsFilter;
  view: TrendsView | null;
  loading: boolean;
  onChange(filter: Partial<TrendsFilter>): void;
  onReset(): void;
}>;

/** What is chosen stays choosable, also when the ledger does not (yet) know it. */
const including = (known: readonly string[], chosen: string | null): readonly string[] =>
  chosen === null || known.includes(chosen) ? known : [...known, chosen];

const isDefault = (filter: TrendsFilter): boolean =>
  filter.agent === defaultFilter.agent &&
  filter.compare_with === defaultFilter.compare_with &&
  filter.project === defaultFilter.project &&
  filter.whose === defaultFilter.whose &&
  filter.period === defaultFilter.period;

/** The filter: who, compared with whom, where and when. It stays in sight while the page scrolls. */
export function FilterRow({ filter, view, loading, onChange, onReset }: Props): JSX.Element {
  const texts = useTexts();
  const agents = including(view?.agents ?? [], filter.agent);
  const others = including(agents, filter.compare_with).filter((agent) => agent !== filter.agent);
  const members = (view?.members ?? []).flatMap(({ email, me }) => (me ? [] : [email]));
  const backwards = isBackwards(filter);

  const choosePeriod = (period: TrendsFilter["period"]): void => {
    if (period !== "custom") {
      onChange({ period });
      return;
    }
    // Custom days begin as the days in sight, so that there is something to adjust.
    const { from = null, to = null } = view?.filter ?? {};
    onChange({
      period,
      since: from === null ? null : texts.day(Date.parse(from)),
      // The end is exclusive: its last local day is that of the moment before it.
      until: texts.day((to === null ? Date.now() : Date.parse(to)) - 1),
    });
  };

  return (
    <fieldset class="filters">
      <legend class="hidden-text">{texts.t("filter.title")}</legend>
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
      <Choice
        label={texts.t("filter.project")}
        value={filter.project}
        none={texts.t("filter.allProjects")}
        options={including(view?.projects ?? [], filter.project).map((project) => ({ value: project, text: project }))}
        onChange={(project) => onChange({ project })}
      />
      {(members.length > 0 || filter.whose !== null) && (
        <Choice
          label={texts.t("filter.whose")}
          value={filter.whose}
          none={texts.t("filter.mine")}
          options={[
            { value: "team", text: texts.t("filter.team") },
            ...including(members, filter.whose === "team" ? null : filter.whose).map((email) => ({ value: email, text: email })),
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
      <button type="button" class="secondary" disabled={isDefault(filter)} onClick={onReset}>
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
