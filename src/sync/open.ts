import { syncBusy, syncRefused, syncSignedOut } from "../kernel/errors.ts";
import type { Sync, SyncPreviewView, SyncRunView } from "../ports/sync.ts";
import { parseTarget, type SyncConfig, writeTarget } from "./config.ts";
import { testConnection } from "./connection-test.ts";
import { countUnsent, gateWaitMs, syncTeam } from "./engine.ts";
import { problemOf } from "./failure.ts";
import { readComparedRuns, saveComparedRuns } from "./fork-check-cache.ts";
import { renewDevice } from "./fork-recovery.ts";
import { authorizeUrl, createPkcePair } from "./loopback.ts";
import { readPeople } from "./members.ts";
import { allowProposal, proposalOf, resolveProjects } from "./proposal.ts";
import { previewRows, startOf } from "./push.ts";
import type { Remote } from "./remote.ts";
import { readRemoteTotals } from "./remote-totals.ts";
import { showTeam } from "./show-team.ts";
import { signIn, signOut } from "./sign-in.ts";
import { loadRedactionSecret, stateFile, targetId } from "./state.ts";
import { syncStatus } from "./status.ts";
import { createSyncContext, rejectUnusedConfig, type SyncOptions } from "./sync-context.ts";
import { fetchResets, readStoredResets } from "./team-resets.ts";
import { saveAllowance, writeChoices } from "./user-settings.ts";

const emptyRun: SyncRunView = { configured: false, pushed: 0, pulled: 0, unsent: 0, problems: [] };

/** Opens sync for one home and the checkout that contains the working directory. */
export function openSync(options: SyncOptions): Sync {
  const { home, ledger, logger, vault } = options;
  const context = createSyncContext(options);
  const { configuration, configured, asked, inTeam } = context;
  /** The configuration that would be in force if the user agreed to share the current project. */
  const withProposalAllowed = async (config: SyncConfig): Promise<SyncConfig> => ({
    ...config,
    target: config.proposal,
    choices: { ...config.choices, allowed: [await options.project()], texts: false },
  });

  /** Changes the resets of the team, and saves the resets then in force for local queries. */
  const changeResets = (what: string, change: (remote: Remote, team: string) => Promise<number>): Promise<number> =>
    asked(
      what,
      ({ connection }) =>
        connection.as(async (remote) => {
          const team = await connection.teamId(remote);
          const runs = await change(remote, team);
          const state = await connection.file.load();
          await connection.file.save({ ...state, resets: await fetchResets(remote, team, state.resets) });
          return runs;
        }),
      "reset",
    );

  return {
    isConfigured: async () => (await configuration()).target !== null,
    proposal: async () => proposalOf(options, await configuration()),
    allow: async (team, projects) => allowProposal(options, await configuration(), team, projects),
    status: ({ ask }) => syncStatus(context, ask),
    async run(direction, { background = false, onProgress, signal } = {}) {
      const config = await configuration();
      if (config.target === null) {
        if (!background) rejectUnusedConfig(config);
        return emptyRun;
      }
      if (config.proposal !== null && !background) {
        const { team, url } = config.proposal;
        logger.warn(`${config.source} names the team ${team} at ${url}, which you have not agreed to: nothing is sent there.`);
      }
      if (!config.choices.enabled) {
        if (background) return { ...emptyRun, configured: true };
        throw syncRefused("sync", "it is switched off", 'Set "sync.enabled" to true in the settings of Reward Ledger.');
      }
      if (config.given === null && (await vault.read(config.target.url)) === null) {
        return {
          ...emptyRun,
          configured: true,
          unsent: await countUnsent(ledger, await stateFile(home, config.target, logger).load()),
          problems: [problemOf(syncSignedOut("nobody is signed in"))],
        };
      }
      const { parts, connection } = await configured();
      return syncTeam(parts, config, connection, { direction, onProgress, signal }, background);
    },
    test: () => testConnection(context),
    async preview({ limit }): Promise<SyncPreviewView> {
      const proposed = await configuration();
      const config = proposed.proposal === null ? proposed : await withProposalAllowed(proposed);
      if (config.target === null) return { configured: false, team: null, unsent: 0, withheld: 0, facts: [] };
      const { sent } = await stateFile(home, config.target, logger).load();
      const { id } = ledger.device;
      const from = sent?.cursor.device === id ? sent : { cursor: startOf(id), hash: null };
      const secret = await loadRedactionSecret(home);
      const parts = { ledger, choices: config.choices, secret, hashOf: options.hashOf, signal: undefined };
      const { rows, unsent, withheld } = await previewRows(parts, from, limit);
      return { configured: true, team: config.target.team, unsent, withheld, facts: rows };
    },
    async setUp(target, where, { projects, redact } = {}) {
      const gitRoot = await options.gitRoot();
      if (where === "project" && gitRoot === null) {
        throw syncRefused(
          "set up sync for this project",
          "this folder is in no git repository",
          "Change into the project, or repeat with --where user.",
        );
      }
      const validTarget = parseTarget(target);
      const place = where === "project" && gitRoot !== null ? { gitRoot } : { home };
      // Restrictions are written before the target, so that nothing can be sent without them.
      const projectNames = projects && (await resolveProjects(options, projects));
      await writeChoices({ projects: projectNames, redact }, home);
      // Writing the file implies consent; colleagues who check it out are asked.
      if ("gitRoot" in place) await saveAllowance(validTarget, projectNames ?? [await options.project()], home);
      return { file: await writeTarget(validTarget, place), target: validTarget };
    },
    signIn: (way, signal) => signIn(context, way, signal),
    signOut: () => signOut(context),
    async authorization(redirectTo) {
      const { target } = await configured();
      const { verifier, challenge } = createPkcePair();
      return { url: authorizeUrl(target.url, redirectTo, challenge), verifier };
    },
    people: () => readPeople(home, ledger.device.id),
    comparedRuns: () => readComparedRuns(home),
    keepCompared: (pairs) => saveComparedRuns(home, pairs),
    teamResets: () => readStoredResets(ledger, home),
    createTeam: (slug, name) =>
      asked(`create the team ${slug}`, ({ connection }) => connection.as((remote) => remote.createTeam(slug, name)), "create"),
    members: () => inTeam("list the members", (remote, team) => remote.members(team)),
    addMember: (email, role) =>
      inTeam(`add ${email}`, async (remote, team) => ({ invited: (await remote.addMember(team, email, role)) === null }), "add"),
    invitations: () =>
      asked("list the invitations", ({ connection, target }) =>
        connection.as(async (remote) => {
          const team = await remote.team(target.team);
          return { received: await remote.invitations(), sent: team === null ? [] : await remote.sentInvitations(team.id) };
        }),
      ),
    acceptInvitation: (slug) =>
      asked(`join ${slug}`, ({ connection }) => connection.as((remote) => remote.acceptInvitation(slug)), "answer"),
    declineInvitation: (slug) =>
      asked(`decline ${slug}`, ({ connection }) => connection.as((remote) => remote.declineInvitation(slug)), "answer"),
    removeMember: (email) => inTeam(`remove ${email}`, (remote, team) => remote.removeMember(team, email), "remove"),
    setSetting: (key, value) => inTeam(`set ${key}`, (remote, team) => remote.setSetting(team, key, value), "set"),
    resetTeam: (agent) => changeResets("reset the team", (remote, team) => remote.resetTeam(team, agent)),
    undoTeamReset: (agent) => changeResets("take the reset back", (remote, team) => remote.undoTeamReset(team, agent)),
    show: (view) => showTeam(context, view),
    remoteTotals: () => inTeam("read the server's totals", (remote, team) => readRemoteTotals(ledger, remote, team)),
    migrations: (into) => options.migrations(into),
    appliedMigrations: () =>
      asked("ask for the migrations", ({ connection }) => connection.as((remote) => remote.appliedMigrations())),
    renewDevice: () =>
      asked("take a new device id", async ({ parts, config, connection, target }) => {
        const name = `${targetId(target)}.sync`;
        const result = await options.gate.pass(name, gateWaitMs, () => renewDevice(parts, config.choices, connection));
        if (result === null) throw syncBusy("another process");
        return result.value;
      }),
  };
}
