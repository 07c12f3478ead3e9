import { syncBusy, syncRefused, syncSignedOut } from "../kernel/errors.ts";
import type { Sync, SyncPreviewView, SyncRunView } from "../ports/sync.ts";
import { parseTarget, type SyncConfig, writeTarget } from "./config.ts";
import { probe } from "./connection-test.ts";
import { gateWaitMs, syncTeam, unsentOf } from "./engine.ts";
import { problemOf } from "./failure.ts";
import { comparedRuns, keepCompared } from "./fork-check-cache.ts";
import { renewDevice } from "./fork-recovery.ts";
import { authorizeUrl, proofKey } from "./loopback.ts";
import { peopleOf } from "./members.ts";
import { opened, refuseUnset, type SyncOptions } from "./opened-sync.ts";
import { allowProposal, namedProjects, proposalOf } from "./proposal.ts";
import { previewRows, startOf } from "./push.ts";
import type { Remote } from "./remote.ts";
import { remoteTotals } from "./remote-totals.ts";
import { showTeam } from "./show.ts";
import { signIn, signOut } from "./sign-in.ts";
import { redactionSecret, stateFile, targetId } from "./state.ts";
import { syncStatus } from "./status.ts";
import { knownResets, resetsOf } from "./team-resets.ts";
import { allow, writeChoices } from "./user-settings.ts";

const nothingRun: SyncRunView = { configured: false, pushed: 0, pulled: 0, unsent: 0, problems: [] };

/** Opens sync for one home and the checkout that contains the working directory. */
export function openSync(options: SyncOptions): Sync {
  const { home, ledger, logger, vault } = options;
  const one = opened(options);
  const { configuration, configured, asked, inTeam } = one;
  /** The configuration that would be in force if the user agreed to share the current project. */
  const asIfAllowed = async (config: SyncConfig): Promise<SyncConfig> => ({
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
          await connection.file.save({ ...state, resets: await resetsOf(remote, team, state.resets) });
          return runs;
        }),
      "reset",
    );

  return {
    isConfigured: async () => (await configuration()).target !== null,
    proposal: async () => proposalOf(options, await configuration()),
    allow: async (team, projects) => allowProposal(options, await configuration(), team, projects),
    status: ({ ask }) => syncStatus(one, ask),
    async run(direction, { background = false, onProgress, signal } = {}) {
      const config = await configuration();
      if (config.target === null) {
        if (!background) refuseUnset(config);
        return nothingRun;
      }
      if (config.proposal !== null && !background) {
        const { team, url } = config.proposal;
        logger.warn(`${config.source} names the team ${team} at ${url}, which you have not agreed to: nothing is sent there.`);
      }
      if (!config.choices.enabled) {
        if (background) return { ...nothingRun, configured: true };
        throw syncRefused("sync", "it is switched off", 'Set "sync.enabled" to true in the settings of Reward Ledger.');
      }
      if (config.given === null && (await vault.read(config.target.url)) === null) {
        return {
          ...nothingRun,
          configured: true,
          unsent: await unsentOf(ledger, await stateFile(home, config.target, logger).load()),
          problems: [problemOf(syncSignedOut("nobody is signed in"))],
        };
      }
      const { parts, connection } = await configured();
      return syncTeam(parts, config, connection, { direction, onProgress, signal }, background);
    },
    test: () => probe(one),
    async preview({ limit }): Promise<SyncPreviewView> {
      const proposed = await configuration();
      const config = proposed.proposal === null ? proposed : await asIfAllowed(proposed);
      if (config.target === null) return { configured: false, team: null, unsent: 0, withheld: 0, facts: [] };
      const { sent } = await stateFile(home, config.target, logger).load();
      const { id } = ledger.device;
      const from = sent?.cursor.device === id ? sent : { cursor: startOf(id), hash: null };
      const secret = await redactionSecret(home);
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
      const checked = parseTarget(target);
      const place = where === "project" && gitRoot !== null ? { gitRoot } : { home };
      // Restrictions are written before the target, so that nothing can be sent without them.
      const named = projects && (await namedProjects(options, projects));
      await writeChoices({ projects: named, redact }, home);
      // Writing the file implies consent; colleagues who check it out are asked.
      if ("gitRoot" in place) await allow(checked, named ?? [await options.project()], home);
      return { file: await writeTarget(checked, place), target: checked };
    },
    signIn: (way, signal) => signIn(one, way, signal),
    signOut: () => signOut(one),
    async authorization(redirectTo) {
      const { target } = await configured();
      const { verifier, challenge } = proofKey();
      return { url: authorizeUrl(target.url, redirectTo, challenge), verifier };
    },
    people: () => peopleOf(home, ledger.device.id),
    comparedRuns: () => comparedRuns(home),
    keepCompared: (pairs) => keepCompared(home, pairs),
    teamResets: () => knownResets(ledger, home),
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
    show: (view) => showTeam(one, view),
    remoteTotals: () => inTeam("read the server's totals", (remote, team) => remoteTotals(ledger, remote, team)),
    migrations: (into) => options.migrations(into),
    appliedMigrations: () =>
      asked("ask for the migrations", ({ connection }) => connection.as((remote) => remote.appliedMigrations())),
    renewDevice: () =>
      asked("take a new device id", async ({ parts, config, connection, target }) => {
        const name = `${targetId(target)}.sync`;
        const passed = await options.gate.pass(name, gateWaitMs, () => renewDevice(parts, config.choices, connection));
        if (passed === null) throw syncBusy("another process");
        return passed.value;
      }),
  };
}
