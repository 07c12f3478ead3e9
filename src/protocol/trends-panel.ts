import * as z from "zod";
import { hostIds } from "../features/connect/model/hosts.ts";
import type { ConnectView } from "../features/connect/model/views.ts";
import type { OperationInput, OperationName, OperationView } from "../features/operations.ts";
import type { ErrorView } from "../kernel/ledger-error.ts";

/*
 * Messages between the trends panel (webview) and its host (extension). The webview imports types only; the host parses every
 * message that comes in. The webview is disposable: it keeps its filter with `setState` and asks again when it is shown.
 */

export const trendsTabs = ["coins", "violations", "rules", "evals", "costs", "agents"] as const;
export type TrendsTab = (typeof trendsTabs)[number];

/** Named periods end now; `all` has no start. Custom bounds are local days `YYYY-MM-DD`, both inclusive. */
export const periods = ["7d", "30d", "90d", "365d", "all", "custom"] as const;

export const trendsFilter = z.object({
  agent: z.string().nullable(),
  compare_with: z.string().nullable(),
  project: z.string().nullable(),
  /** Whose runs: null for the user's own, `team` for everybody's, else a member's by address. */
  whose: z.string().nullable(),
  period: z.enum(periods),
  since: z.iso.date().nullable(),
  until: z.iso.date().nullable(),
});
export type TrendsFilter = Readonly<z.infer<typeof trendsFilter>>;

/** Filters of evals in addition to project, member and period of `trendsFilter`; agents play no part in evals. */
export const evalsFilter = z.object({
  tier: z.string().nullable(),
  suite: z.string().nullable(),
  branch: z.string().nullable(),
});
export type EvalsFilter = Readonly<z.infer<typeof evalsFilter>>;

/** Identifies one test of the evals; a test without a suite has an empty one. */
export const evalTestKey = z.object({ tier: z.string(), suite: z.string(), name: z.string() });
export type EvalTestKey = Readonly<z.infer<typeof evalTestKey>>;

const evalsParams = z.object({ filter: trendsFilter, evals: evalsFilter });
const findingPlace = z.object({ fact_id: z.uuid(), file: z.string(), line: z.int().min(1) });
const savedText = z.object({ suggested_name: z.string(), text: z.string().max(20_000_000) });

/**
 * `connect` also repairs an entry; `enforce` connects and stops the agent at limits; the `_project` actions are
 * for files of the open project.
 */
export const connectActions = ["connect", "enforce", "connect_project", "remove", "remove_project"] as const;
const agentConnection = z.object({ host: z.enum(hostIds), action: z.enum(connectActions) });
export type AgentConnection = Readonly<z.output<typeof agentConnection>>;

/** What answers requests: the store's operations, and what VS Code does for the panel. */
export type PanelHost = Readonly<{
  call<Name extends OperationName>(operation: Name, input: OperationInput<Name>): Promise<OperationView<Name>>;
  /** The first local day of a period of `days` days that ends today. */
  firstDay(days: number): string;
  /** How the agents on this machine are connected, and whether a folder is open that they can be connected in. */
  connections(): Promise<Readonly<{ hosts: ConnectView["hosts"]; project_open: boolean }>>;
  /** Shows what would be written, asks the person, and writes it. */
  changeConnection(change: AgentConnection): Promise<null>;
  openFinding(place: z.infer<typeof findingPlace>): Promise<null>;
  copy(text: string): Promise<null>;
  save(file: z.infer<typeof savedText>): Promise<Readonly<{ saved: boolean }>>;
}>;

/**
 * Defines a request: the schema of its parameters, and how it is answered. The reply has the type of the answer: host and webview
 * are of one build, so no view is parsed a second time, for which the webview would have to include zod.
 */
const request = <Params extends z.ZodType, Reply>(
  params: Params,
  answer: (host: PanelHost, params: z.output<Params>) => Promise<Reply>,
) => ({
  params,
  /** @throws ZodError when the parameters do not fit, and the errors of the host */
  answer: async (host: PanelHost, raw: unknown): Promise<Reply> => answer(host, params.parse(raw)),
});

/** The fields of a view that no filter changes. */
const unfiltered = { projects: [], members: [], filter: { from: null, to: null } } as const;

/** Every request of the webview. Both the host's answers and the webview's client are derived from it. */
export const trendsApi = {
  trends: request(trendsFilter, ({ call }, filter) =>
    call("trends", {
      agent: filter.agent ?? undefined,
      compare_with: filter.compare_with ?? undefined,
      project: filter.project ?? undefined,
      ...memberInput(filter.whose),
      ...periodInput(filter),
    }),
  ),
  run: request(z.object({ fact_id: z.uuid() }), ({ call }, run) => call("show", run)),
  /** The effects of teaching rules. */
  ruleEffects: request(trendsFilter, ({ call }, filter) =>
    call("rule effects", {
      agent: filter.agent ?? undefined,
      project: filter.project ?? undefined,
      ...memberInput(filter.whose),
      ...periodInput(filter),
    }),
  ),
  runsBreaking: request(
    z.object({ rule: z.string(), filter: trendsFilter, limit: z.int().min(1).max(500) }),
    ({ call, firstDay }, { rule, filter, limit }) =>
      call("breaking", {
        rule,
        limit,
        agent: filter.agent ?? undefined,
        project: filter.project ?? undefined,
        ...memberInput(filter.whose),
        ...daysInput(filter, firstDay),
      }),
  ),
  evals: request(evalsParams, ({ call }, { filter, evals }) =>
    call("eval overview", {
      ...evalScope(filter, evals),
      tier: evals.tier ?? undefined,
      suite: evals.suite ?? undefined,
    }),
  ),
  costs: request(evalsParams, ({ call }, { filter, evals }) =>
    call("eval spending", { ...evalScope(filter, evals), tier: evals.tier ?? undefined }),
  ),
  /** The agent's own spending in all projects, because its limits apply to all of them. */
  spend: request(trendsFilter, ({ call }, filter) =>
    call("spend trends", { ...memberInput(filter.whose), ...periodInput(filter) }),
  ),
  /** Sessions of agents, with what each cost. */
  sessions: request(trendsFilter, ({ call }, filter) =>
    call("session trends", { project: filter.project ?? undefined, ...memberInput(filter.whose), ...periodInput(filter) }),
  ),
  evalTest: request(z.object({ test: evalTestKey, ...evalsParams.shape }), ({ call }, { test, filter, evals }) =>
    call("eval test", { ...evalScope(filter, evals), ...test }),
  ),
  evalRun: request(
    /** `compare`: also compares with the pinned baseline, else with the run before it. */
    z.object({ run: z.uuid(), whose: z.string().nullable(), compare: z.boolean() }),
    ({ call }, { run, whose, compare }) => call("eval run", { run, compare, ...memberInput(whose) }),
  ),
  connections: request(z.object({}), async ({ connections }) => ({ ...(await connections()), ...unfiltered })),
  changeConnection: request(agentConnection, ({ changeConnection }, change) => changeConnection(change)),
  openFinding: request(findingPlace, ({ openFinding }, place) => openFinding(place)),
  /** Copies plain text (a table as CSV or Markdown) to the clipboard. */
  copy: request(z.object({ text: z.string().max(5_000_000) }), ({ copy }, { text }) => copy(text)),
  /** Offers to save text under a suggested file name. */
  save: request(savedText, ({ save }, file) => save(file)),
} as const;

export type TrendsApi = typeof trendsApi;
export type PanelMethod = keyof TrendsApi;
export type PanelParams<Method extends PanelMethod> = z.output<TrendsApi[Method]["params"]>;
export type PanelReply<Method extends PanelMethod> = Awaited<ReturnType<TrendsApi[Method]["answer"]>>;

/** A request as it is sent; each gets exactly one reply with its id. */
export type PanelRequest = {
  [Method in PanelMethod]: Readonly<{ type: "request"; id: number; method: Method; params: PanelParams<Method> }>;
}[PanelMethod];

const methods: readonly string[] = Object.keys(trendsApi);
const isMethod = (name: string): name is PanelMethod => methods.includes(name);

/** The envelope of a request; its parameters are parsed by its own schema. */
const requestEnvelope = z.object({
  type: z.literal("request"),
  id: z.int(),
  method: z.string().refine(isMethod, { error: "Unknown method" }),
  params: z.unknown(),
});

/** What the webview sends without awaiting a reply. `painted` contains the milliseconds from data to first paint, for the log. */
export const panelNotice = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("painted"), ms: z.number(), points: z.int() }),
  z.object({ type: z.literal("failed"), message: z.string() }),
  /** Runs one of the product's commands (empty state's buttons). */
  z.object({
    type: z.literal("command"),
    command: z.enum([
      "reviewChanges",
      "import",
      "trySample",
      "evalPush",
      "evalImport",
      "openWalkthrough",
      "showOutput",
      "setBudget",
      "extendBudget",
    ]),
  }),
]);
export type PanelNotice = z.infer<typeof panelNotice>;
export type PanelCommand = Extract<PanelNotice, { type: "command" }>["command"];

export const panelMessage = z.union([requestEnvelope, panelNotice]);

/**
 * What the host sends. `init` answers `ready` before anything else: it contains the display language (BCP 47) and its
 * translations by their English text, as in VS Code's l10n bundles; what is missing stays in English. `show` opens a tab, a
 * filter, a run, an eval run (by its id) or a test of the evals; `changed` reports that the ledger has new data.
 */
export type HostMessage =
  | Readonly<{ type: "init"; locale: string; strings: Readonly<Record<string, string>> }>
  | Readonly<{ type: "reply"; id: number; ok: true; result: PanelReply<PanelMethod> }>
  | Readonly<{ type: "reply"; id: number; ok: false; error: ErrorView }>
  | Readonly<{
      type: "show";
      tab?: TrendsTab;
      filter?: Partial<TrendsFilter>;
      fact_id?: string;
      eval_run?: string;
      test?: EvalTestKey;
    }>
  | Readonly<{ type: "changed" }>;

/** Whose runs the operations are asked about. */
function memberInput(whose: string | null): Readonly<{ team?: true; member?: string }> {
  if (whose === null) return {};
  return whose === "team" ? { team: true } : { member: whose };
}

/** The period in the form that the panel's operations accept. */
const periodInput = ({ period, since, until }: TrendsFilter) => ({
  period,
  ...(period === "custom" ? { since: since ?? undefined, until: until ?? undefined } : {}),
});

/** Selects the runs that the tabs of evals are about. */
const evalScope = (filter: TrendsFilter, { branch }: EvalsFilter) => ({
  project: filter.project ?? undefined,
  branch: branch ?? undefined,
  ...memberInput(filter.whose),
  ...periodInput(filter),
});

/** A period's first and last day, as far as it has them, for operations without named periods. */
function daysInput(
  { period, since, until }: TrendsFilter,
  firstDay: PanelHost["firstDay"],
): Readonly<{ since?: string; until?: string }> {
  switch (period) {
    case "all":
      return {};
    case "custom":
      return { ...(since === null ? {} : { since }), ...(until === null ? {} : { until }) };
    case "7d":
    case "30d":
    case "90d":
    case "365d":
      return { since: firstDay(Number.parseInt(period, 10)) };
    default:
      return period satisfies never;
  }
}
