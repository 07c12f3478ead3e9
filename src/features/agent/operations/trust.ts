import * as z from "zod";
import { alreadyBound, usage } from "../../../kernel/errors.ts";
import type { Ports, Queries } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { trustDocument } from "../documents/trust.ts";
import { type FixClass, suspendedClasses } from "../model/auto-merge.ts";
import { type EmBinding, type RepoBinding, repoBinding } from "../model/binding.ts";
import { fixClasses } from "../model/feedback.ts";
import { selfEdits } from "../model/self-edits.ts";
import { allowances, isPromotion, tierName } from "../model/tiers.ts";
import type { TrustRow } from "../model/trust.ts";
import { readEmBinding, readRepoBinding, writeEmBinding, writeRepoBinding } from "./binding-files.ts";
import { trimmedText } from "./fields.ts";
import { readTierStanding, type TierStanding } from "./tiers.ts";
import type { TrustView } from "./trust-views.ts";

type TrustQuery = Readonly<{ agent?: string | undefined; history?: boolean }>;

/**
 * Returns the agent that is meant: the one that was named, else the one whose tier changed last, else the one that works here.
 */
const resolveAgent = (ports: Ports, { agent }: TrustQuery, counted: readonly TrustRow[]): string =>
  agent ?? counted.at(-1)?.agent ?? ports.surroundings.agent;

const devModeOf = (em: EmBinding | null): TrustView["dev_mode"] => ({
  self_edit: em?.dev_mode_self_edit ?? false,
  enabled_at: em?.dev_mode_enabled_at ?? null,
  enabled_reason: em?.dev_mode_enabled_reason ?? null,
  state_machine_edit: em?.allow_state_machine_edit ?? false,
});

/** The standing if no human is bound. */
const unboundStanding: TierStanding & Readonly<{ suspended: readonly FixClass[] }> = {
  counted: [],
  tier: () => 0,
  suspended: [],
};

/** Returns who decides about an agent, and what it may do. */
async function readTrustView(ports: Ports, query: TrustQuery): Promise<TrustView> {
  const { path: file, read } = await readEmBinding(ports);
  const em = read?.value ?? null;
  const repo = em === null ? null : ((await readRepoBinding(ports)).read?.value ?? null);
  const readStanding = (queries: Queries, bound: EmBinding) => ({
    ...readTierStanding(queries, bound, ports.clock.now()),
    suspended: suspendedClasses(queries.agent.list(selfEdits, {}).rows),
  });
  const {
    counted,
    tier: tierOf,
    suspended,
  } = em === null ? unboundStanding : await ports.ledger.ask((queries) => readStanding(queries, em));
  const agent = resolveAgent(ports, query, counted);
  const agentChanges = counted.filter((change) => change.agent === agent);
  const tier = tierOf(agent);
  const { may, not } = allowances(tier);
  const latest = counted.at(-1)?.agent;
  return {
    bound: em !== null,
    file,
    agent,
    tier,
    tier_name: tierName(tier),
    em_handle: em?.em_handle ?? null,
    em_channel: em?.em_channel ?? null,
    persona_name: em?.persona_name ?? null,
    dev_mode: devModeOf(em),
    auto_merge_classes: em?.auto_merge_classes ?? [],
    suspended_classes: suspended,
    last_promotion: agentChanges.findLast(isPromotion) ?? null,
    last_demotion: agentChanges.findLast((change) => !isPromotion(change)) ?? null,
    may,
    may_not: not,
    agents: [...new Set(counted.map((change) => change.agent))].sort().map((one) => ({ agent: one, tier: tierOf(one) })),
    file_tier: em?.current_tier ?? null,
    latest_tier: latest === undefined ? null : tierOf(latest),
    repo,
    history: query.history === true ? (query.agent === undefined ? counted : agentChanges) : null,
  };
}

const agent = trimmedText.optional().describe("The agent; default the one whose tier changed last, else the one that works here");

const changeShape = z.object({
  changed_at: toolName(),
  from_tier: z.int(),
  to_tier: z.int(),
  reason: toolText(),
  em_handle: toolName(),
});

/** Used by agents and the extension: it never writes. */
export const trustShow = defineOperation({
  name: "trust tier",
  summary: "Show who decides about the agent, its tier and what it may do",
  input: z.object({ agent }),
  effect: "read",
  document: trustDocument,
  tool: {
    about: "Show your tier of trust: what you may do and what you may not, and who decides. Only a human changes it.",
    takes: { agent: true },
    output: z.object({
      bound: z.boolean(),
      agent: toolName(),
      tier: z.int(),
      tier_name: toolName(),
      em_handle: toolName().nullable(),
      auto_merge_classes: z.array(z.enum(fixClasses)),
      suspended_classes: z.array(z.enum(fixClasses)),
      may: z.array(toolName()),
      may_not: z.array(toolName()),
      last_promotion: changeShape.nullable(),
      last_demotion: changeShape.nullable(),
    }),
  },
  run: readTrustView,
});

const input = z.object({
  agent,
  history: z.boolean().default(false).describe("Add the changes of tiers, oldest first"),
  bootstrap: z.boolean().default(false).describe("Bind the human who decides; needs --handle and --channel"),
  handle: trimmedText.optional().describe("Handle of the human, with which promotions are signed"),
  channel: trimmedText.optional().describe("Where the human is reached, such as github-issue-comment or email"),
  persona: trimmedText.optional().describe("Name that the agent signs with"),
  repo: repoBinding.shape.repo
    .optional()
    .describe("Repository that the agent works on, as owner/name; needs both ids of the GitHub App"),
  github_app_id: repoBinding.shape.github_app_id.optional().describe("Id of the GitHub App that the agent acts as"),
  github_installation_id: repoBinding.shape.github_installation_id.optional().describe("Id of the app's installation"),
  allowed_branch: z.array(trimmedText).optional().describe("Branch that the agent may push to; repeat for each"),
  forbidden_path: z.array(trimmedText).optional().describe("Path that the agent must not change; repeat for each"),
});
type Input = z.output<typeof input>;

const bootstrapHint = "Say for example `reward-ledger trust --bootstrap --handle HANDLE --channel CHANNEL`.";

/** Default keyring slots of a repository's secrets. */
const defaultSlots = (repo: string) => ({
  webhook_secret_keyring_slot: `${repo}/webhook-secret`,
  private_key_keyring_slot: `${repo}/private-key`,
});

/**
 * Returns what to write about the repository; null for nothing. Options that are not given keep their value from the file.
 * @param bound content of the file @throws usage if only some of the required options are given
 */
function repoBindingFrom(options: Input, bound: RepoBinding | undefined): Partial<RepoBinding> | null {
  const { repo, github_app_id, github_installation_id, allowed_branch, forbidden_path } = options;
  const rest = [github_app_id, github_installation_id, allowed_branch, forbidden_path];
  if (repo === undefined && rest.every((one) => one === undefined)) return null;
  if (repo === undefined || github_app_id === undefined || github_installation_id === undefined) {
    throw usage(
      "Failed to bind the repository: --repo, --github-app-id and --github-installation-id belong together",
      "Give all three of them.",
    );
  }
  // A slot that the user chose is kept; a default slot changes with the repository's name.
  const slot = (name: keyof ReturnType<typeof defaultSlots>): string =>
    bound === undefined || bound[name] === defaultSlots(bound.repo)[name] ? defaultSlots(repo)[name] : bound[name];
  return {
    repo,
    github_app_id,
    github_installation_id,
    webhook_secret_keyring_slot: slot("webhook_secret_keyring_slot"),
    private_key_keyring_slot: slot("private_key_keyring_slot"),
    allowed_branches: allowed_branch ?? bound?.allowed_branches ?? [],
    forbidden_paths: forbidden_path ?? bound?.forbidden_paths ?? [],
  };
}

/** Binds the human. Repeating it with the same names changes nothing. @throws usage, conflict (another human is bound) */
async function bootstrap(ports: Ports, options: Input): Promise<void> {
  const { handle, channel, persona } = options;
  // Read both files and check everything before writing anything.
  const repo = repoBindingFrom(options, (await readRepoBinding(ports)).read?.value);
  if (handle === undefined || channel === undefined) {
    throw usage("Failed to bind a human: --bootstrap needs --handle and --channel", bootstrapHint);
  }
  const { path, read } = await readEmBinding(ports);
  if (read !== null && read.value.em_handle !== handle) throw alreadyBound(path, read.value.em_handle);
  const defaults = {
    dev_mode_self_edit: false,
    allow_state_machine_edit: false,
    auto_merge_classes: [],
    current_tier: 0,
  };
  await writeEmBinding(ports, {
    em_handle: handle,
    em_channel: channel,
    persona_name: persona,
    ...(read === null ? defaults : {}),
  });
  if (repo !== null) await writeRepoBinding(ports, repo);
}

export const trustStatus = defineOperation({
  name: "trust status",
  summary: "Show who decides about the agent, its tier and what it may do; bind that human",
  input,
  effect: "write",
  examples: [
    { run: "reward-ledger trust", does: "the tier, who decides, and what the agent may do" },
    { run: "reward-ledger trust --bootstrap --handle alice --channel email", does: "bind the human who decides" },
    { run: "reward-ledger trust --history", does: "with every change of a tier, oldest first" },
  ],
  document: trustDocument,
  async run(ports, options): Promise<TrustView> {
    const { bootstrap: isBootstrap, agent: agentName, history, ...rest } = options;
    const [stray] = Object.keys(rest);
    if (!isBootstrap && stray !== undefined) {
      throw usage(`Failed to show trust: --${stray.replaceAll("_", "-")} is for --bootstrap`, bootstrapHint);
    }
    if (isBootstrap) await bootstrap(ports, options);
    return readTrustView(ports, { agent: agentName, history });
  },
});
