import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { HostState, HostView } from "../../features/connect/model/views.ts";
import type { ErrorView } from "../../kernel/ledger-error.ts";
import type { AgentConnection, PanelReply } from "../../protocol/trends-panel.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { ErrorNotice } from "../shared/error-notice.tsx";
import { failureView } from "../shared/host.ts";
import type { StringKey } from "../shared/strings.ts";
import { defineTab, type TabProps } from "../shared/tab.tsx";

type Connections = PanelReply<"connections">;
type Action = AgentConnection["action"];

export const agents = defineTab({
  id: "agents",
  label: "tab.agents",
  filters: null,
  method: "connections",
  params: () => ({}),
  size: () => ({ runs: null, points: 0 }),
  empty: () => null,
  emptyFilter: "filter.title",
  tiles: () => <></>,
  view: Agents,
});

/** What wants attention first, what is not there last. */
const stateOrder: readonly HostState[] = ["broken", "stale_path", "not_connected", "connected", "not_found"];

/** Shapes in a box 12 wide and 12 high, told apart without their colours. */
const shapes: Readonly<Record<HostState, JSX.Element>> = {
  connected: <path d="M1 6.5 2.6 4.9 4.8 7.1 9.4 2.5 11 4.1 4.8 10.3Z" />,
  not_connected: <circle class="hollow" cx="6" cy="6" r="4.2" />,
  not_found: <path d="M2 5.2H10V6.8H2Z" />,
  stale_path: <path d="M6 1 11.2 10.5H.8Z" />,
  broken: <path d="m2.7 1.3 3.3 3.3 3.3-3.3 1.4 1.4L7.4 6l3.3 3.3-1.4 1.4L6 7.4l-3.3 3.3-1.4-1.4L4.6 6 1.3 2.7Z" />,
};

function StateMark({ state }: Readonly<{ state: HostState }>): JSX.Element {
  const texts = useTexts();
  return (
    <span class="with-mark">
      <svg class={`mark agent-${state}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shapes[state]}
      </svg>
      {texts.t(`agents.${state}`)}
    </span>
  );
}

const isConnected = (host: HostView): boolean => host.state !== "not_found" && host.state !== "not_connected";

/** What can be done about an agent, what is most wanted first. */
function actionsOf(host: HostView, inProject: HostView | undefined, projectOpen: boolean): readonly Action[] {
  return [
    ...(host.state === "connected" ? [] : (["connect"] as const)),
    ...(host.enforces_budget ? [] : (["enforce"] as const)),
    ...(projectOpen && inProject === undefined ? (["connect_project"] as const) : []),
    ...(isConnected(host) ? (["remove"] as const) : []),
    ...(inProject === undefined ? [] : (["remove_project"] as const)),
  ];
}

function labelOf(action: Action, { state }: HostView): StringKey {
  return action === "connect" && (state === "broken" || state === "stale_path") ? "agents.mend" : `agents.action.${action}`;
}

/** Every agent that can be connected, each with its state and what can be done about it. */
function Agents({ view: { hosts, project_open: projectOpen } }: TabProps<Connections>): JSX.Element {
  const texts = useTexts();
  const userHosts = hosts
    .filter(({ scope }) => scope === "user")
    .toSorted((a, b) => stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state));
  return (
    <section class="section" aria-labelledby="agents-title">
      <div class="section-head">
        <h2 id="agents-title">{texts.t("agents.title")}</h2>
      </div>
      <p class="muted">{texts.t("agents.text")}</p>
      <ul class="agent-cards">
        {userHosts.map((host) => (
          <AgentCard
            key={host.host}
            host={host}
            inProject={hosts.find((one) => one.host === host.host && one.scope === "project")}
            projectOpen={projectOpen}
          />
        ))}
      </ul>
      <p class="muted foot">{texts.t("agents.foot")}</p>
    </section>
  );
}

type AgentCardProps = Readonly<{ host: HostView; inProject: HostView | undefined; projectOpen: boolean }>;

function AgentCard({ host, inProject, projectOpen }: AgentCardProps): JSX.Element {
  const texts = useTexts();
  const panel = usePanel();
  const [error, setError] = useState<ErrorView | null>(null);
  const runAction = (action: Action): void => {
    setError(null);
    panel.host.ask("changeConnection", { host: host.host, action }).catch((failure: unknown) => setError(failureView(failure)));
  };
  const titleId = `agent-${host.host}`;
  const problem = host.problem ?? inProject?.problem;
  const details = [host.detail, inProject?.detail].filter((detail, at, all) => detail && all.indexOf(detail) === at);
  return (
    <li class="agent-card" aria-labelledby={titleId}>
      <h3 id={titleId}>{host.name}</h3>
      <p>
        <StateMark state={host.state} />
        {host.enforces_budget && <span>{texts.t("agents.enforces")}</span>}
      </p>
      {inProject !== undefined && (
        <p>
          <span>{texts.t("agents.inProject")}</span> <StateMark state={inProject.state} />
        </p>
      )}
      {details.map((detail) => (
        <p key={detail} class="muted">
          {detail}
        </p>
      ))}
      {problem && <ErrorNotice error={problem} />}
      {error !== null && <ErrorNotice error={error} />}
      <div class="buttons">
        {actionsOf(host, inProject, projectOpen).map((action, index) => (
          <button
            key={action}
            type="button"
            class={index === 0 && action === "connect" && host.state !== "not_found" ? "primary" : "secondary"}
            title={texts.t(`agents.does.${action}`)}
            onClick={() => runAction(action)}
          >
            {texts.t(labelOf(action, host))}
            <span class="hidden-text"> {host.name}</span>
          </button>
        ))}
      </div>
    </li>
  );
}
