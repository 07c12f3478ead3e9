import { LedgerError } from "./ledger-error.ts";

/*
 * One factory for each error that a user can meet: what failed, and what to do about it.
 */

export const invalidJson = (target: string, reason: string): LedgerError =>
  new LedgerError(
    "invalid_json",
    `Failed to read ${target}: it is not valid JSON (${reason})`,
    "Check its content and that it was written completely, then try again.",
  );

export const invalidXml = (target: string, reason: string): LedgerError =>
  new LedgerError(
    "invalid_xml",
    `Failed to read ${target}: it is not valid XML (${reason})`,
    "Check its content and that it was written completely, then try again.",
  );

/** @param problems one line per problem: `path: what is wrong` */
export const invalidReport = (target: string, problems: readonly string[]): LedgerError =>
  new LedgerError(
    "invalid_report",
    `Failed to read ${target}: it is not a review report (${problems.slice(0, 5).join("; ")}${problems.length > 5 ? `; and ${problems.length - 5} more` : ""})`,
    "Compare it with the ReviewReport schema (docs/review-report.md), correct it and try again. Nothing was recorded.",
  );

/** A file that is recorded only when the user asks for it. */
export const notAutomatic = (file: string, reason: string): LedgerError =>
  new LedgerError(
    "not_automatic",
    `Did not record ${file} automatically: ${reason}`,
    "Record it by hand if you trust it, or change the settings `rewardLedger.intake.trackedFiles` and `rewardLedger.intake.maxAgeDays`.",
  );

/** @param problems one line per problem: `where: what is wrong`, in the order of the format's document */
export const invalidEval = (target: string, problems: readonly string[]): LedgerError =>
  new LedgerError(
    "invalid_eval",
    `Failed to read ${target}: it is not an eval result (${problems.slice(0, 5).join("; ")}${problems.length > 5 ? `; and ${problems.length - 5} more` : ""})`,
    "Compare it with the eval result schema (docs/eval-results.md), correct it and try again. Nothing was recorded.",
  );

export const judgeUnavailable = (reason: string): LedgerError =>
  new LedgerError(
    "judge_unavailable",
    `Failed to ask the judge: ${reason}`,
    "Check ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and the network, then try again; cached answers are kept.",
  );

/** @param answer what the judge wrote; its first 200 characters are shown */
export const judgeUnreadable = (reason: string, answer: string): LedgerError =>
  new LedgerError(
    "judge_unreadable",
    `Failed to read the judge's answer: ${reason}. It begins: ${answer.slice(0, 200)}`,
    "Try again; if it happens again, ask for plain JSON in the prompt or choose a stronger judge tier (EVAL_JUDGE_TIER).",
  );

/** @param hint what to do, if it is not to check the set-up */
export const modelUnavailable = (
  reason: string,
  hint = "Check the settings of models, the key and the network (`reward-ledger doctor`), then try again.",
): LedgerError => new LedgerError("model_unavailable", `Failed to ask the model: ${reason}`, hint);

export const modelRefused = (reason: string): LedgerError =>
  new LedgerError(
    "model_refused",
    `Failed to ask the model: it refused (${reason})`,
    "Check that the key is valid and may use this model, and that the model takes temperature 0; `reward-ledger doctor` shows the set-up.",
  );

/** @param transient whether it is a limit on the calls, not on the size of one call */
export const modelOverLimit = (reason: string, transient = false): LedgerError =>
  new LedgerError(
    "model_over_limit",
    `Failed to ask the model: ${reason}`,
    "Wait and try again, make the change smaller, or choose a model with higher limits.",
    { transient },
  );

/** @param answer what the model wrote; its first 200 characters are shown */
export const modelUnreadable = (reason: string, answer: string): LedgerError =>
  new LedgerError(
    "model_unreadable",
    `Failed to read the model's answer: ${reason}. It begins: ${answer.slice(0, 200)}`,
    "Try again; if it happens again, choose a stronger model.",
  );

/** @param hint what to do, if it is not just to try again */
export const commentFailed = (reason: string, hint = "Try again later; the report itself is not lost."): LedgerError =>
  new LedgerError("comment_failed", `Failed to comment: ${reason}`, hint);

/** @param hint what to do, if it is not just to try again */
export const pullRequestFailed = (
  reason: string,
  hint = "Run `reward-ledger self-fix process` again; the branch is kept.",
): LedgerError => new LedgerError("pull_request_failed", `Failed to open the pull request: ${reason}`, hint);

/** @param hint what to do, if it is not just to try again */
export const pullRequestUnknown = (
  reason: string,
  hint = "Run `reward-ledger self-fix verify` again later, or name the commit that it was merged with: `--merged COMMIT`.",
): LedgerError => new LedgerError("pull_request_failed", `Failed to look up the pull request: ${reason}`, hint);

/** For a fix that ended early. */
export const selfFixStopped = (feedback: string, reason: string): LedgerError =>
  new LedgerError(
    "self_fix_stopped",
    `Failed to fix feedback ${feedback}: ${reason}`,
    `\`reward-ledger self-fix show ${feedback}\` shows its progress; \`reward-ledger self-fix process --feedback ${feedback}\` tries again. Nothing was proposed.`,
  );

/** For a merged fix whose regression test does not pass. */
export const selfFixTestFailed = (feedback: string, commit: string, output: string): LedgerError =>
  new LedgerError(
    "self_fix_stopped",
    `Failed to verify the fix of feedback ${feedback}: its regression test does not pass on ${commit.slice(0, 12)} (${output})`,
    "The feedback stays open. Fix the merged code, then name the commit with the fix: `reward-ledger self-fix verify --merged COMMIT`.",
  );

export const selfFixBusy = (): LedgerError =>
  new LedgerError(
    "conflict",
    "Failed to work on feedback: another process works on feedback of this ledger",
    "Wait until it has finished, or end it; the work continues from what it recorded.",
  );

export const branchTaken = (branch: string, reason: string): LedgerError =>
  new LedgerError(
    "conflict",
    `Failed to write the branch ${branch}: ${reason}`,
    "Rename that branch, or check out another one there, then try again.",
  );

export const invalidInput = (what: string, problems: readonly string[]): LedgerError =>
  new LedgerError("invalid_input", `Failed to read ${what}: ${problems.join("; ")}`, "Correct the value and try again.");

/**
 * For a text that has no known format, or several.
 * @param code `invalid_eval` for results, `unknown_format` for outputs of tools
 * @param lookedFor names of the formats that were tried
 */
export const unknownFormat = (
  code: "invalid_eval" | "unknown_format",
  target: string,
  reason: string,
  lookedFor: readonly string[],
): LedgerError =>
  new LedgerError(
    code,
    `Failed to read ${target}: ${reason} (looked for ${lookedFor.join(", ")})`,
    "Write it in one of these formats, or name its format with --format; docs/formats.md says how each is recognized. Nothing was recorded.",
  );

export const nothingChanged = (base: string): LedgerError =>
  new LedgerError(
    "not_found",
    `Failed to review: nothing changed since ${base}, so there is no new code`,
    "Name an older commit with --base, or count the findings of all code with --all. Nothing was recorded.",
  );

export const nothingStaged = (): LedgerError =>
  new LedgerError(
    "not_found",
    "Failed to review: nothing is staged, or the staged merge changes nothing beyond what its parents have",
    "Stage changes with `git add`, or leave out --staged. Nothing was recorded.",
  );

/** Without this error, a project that no tool checks would pass. */
export const noToolRan = (): LedgerError =>
  new LedgerError(
    "not_found",
    "Failed to review: no tool is named that checked the code, and no test ran",
    "Run a linter, compiler or test runner for the project's languages, and review its output. Nothing was recorded.",
  );

/** @param example one of the paths */
export const allOutside = (findings: number, example: string, project: string): LedgerError =>
  new LedgerError(
    "invalid_input",
    `Failed to review: ${findings === 1 ? "the one finding lies" : `all ${findings} findings lie`} outside ${project}; the first is in ${example}`,
    "Run it in the folder of the project that the tools checked. Nothing was recorded.",
  );

/** @param example one of the paths */
export const allMissing = (findings: number, example: string, project: string): LedgerError =>
  new LedgerError(
    "invalid_input",
    `Failed to review: ${findings === 1 ? "the one finding is" : `all ${findings} findings are`} in files that are not in ${project}; the first is ${example}`,
    "Run it in the folder that the tools ran in, so that their paths lead to files. Nothing was recorded.",
  );

export const unreadableFile = (path: string, reason: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "unreadable_file",
    `Failed to read ${path}: ${reason}`,
    path === "-"
      ? "Standard input is not read in this place: name a file, or `./-` for a file of this name."
      : "Check the path and its permissions, then try again.",
    { cause },
  );

export const fileTooLarge = (path: string, bytes: number, limit: number): LedgerError =>
  new LedgerError(
    "file_too_large",
    `Failed to read ${path}: it has ${bytes} bytes, the limit is ${limit}`,
    "Split the file, or leave long texts out of it.",
  );

export const conflict = (project: string | null, agent: string, runId: string): LedgerError =>
  new LedgerError(
    "conflict",
    `Failed to record run ${runId} of ${agent} in ${project ?? "no project"}: a run with this id and other content is already recorded there`,
    "Give the run a different id. The recorded run is unchanged.",
  );

/** @param noun one row of the store: `task` */
export const invalidRow = (noun: string, problems: readonly string[]): LedgerError =>
  new LedgerError(
    "invalid_input",
    `Failed to write the ${noun}: ${problems.slice(0, 5).join("; ")}`,
    "Correct the values and try again. Nothing was recorded.",
  );

export const rowExists = (noun: string, key: string): LedgerError =>
  new LedgerError(
    "exists",
    `Failed to add ${noun} ${key}: this key already exists`,
    "Give it another id, or change the existing one. Nothing was recorded.",
  );

export const rowNotFound = (noun: string, key: string, store: string): LedgerError =>
  new LedgerError("not_found", `Failed to find ${noun} ${key}`, `\`reward-ledger store list ${store}\` lists the rows.`);

/**
 * @param ways the allowed next states
 * @param reason why an existing transition is refused; empty when there is no such transition
 */
export const illegalTransition = (
  noun: string,
  key: string,
  from: string,
  to: string,
  ways: readonly string[],
  reason: string,
): LedgerError =>
  new LedgerError(
    "illegal_transition",
    `Failed to move ${noun} ${key}: ${from === to ? `it is ${from} already` : reason === "" ? `it cannot go from ${from} to ${to}` : reason}`,
    ways.length === 0 ? `${from} is a final state.` : `Allowed next states: ${ways.join(", ")}.`,
  );

export const appendOnly = (noun: string, reason: string): LedgerError =>
  new LedgerError("append_only", `Failed to change the ${noun}: ${reason}`, "Add a new one that says what is different.");

export const changedMeanwhile = (noun: string, key: string, columns: readonly string[]): LedgerError =>
  new LedgerError(
    "changed_meanwhile",
    `Failed to change ${noun} ${key}: it was changed by someone else (${columns.join(", ")})`,
    "Reload it and try again. Nothing was recorded.",
  );

export const rowReplaced = (): LedgerError =>
  new LedgerError(
    "changed_meanwhile",
    "Failed to run the menu entry: the list was updated while its menu was open",
    "Choose the entry again. Nothing was changed.",
  );

export const concurrentPause = (id: string, paused: string): LedgerError =>
  new LedgerError(
    "concurrent_pause",
    `Failed to pause task ${id}: task ${paused} is paused already, and one pause at a time is allowed`,
    `Resume or abandon ${paused} first.`,
  );

/** @param spent @param limit amounts as text @param reset when spending starts at zero again, ISO-8601 */
export const budgetExhausted = (spent: string, limit: string, reset: string): LedgerError =>
  new LedgerError(
    "budget_exhausted",
    `The budget is exhausted: ${spent} of ${limit} is spent`,
    `Wait until ${reset}, or let a human grant more with \`reward-ledger budget extend AMOUNT\`.`,
  );

export const notConfirmed = (what: string, hint: string): LedgerError =>
  new LedgerError("not_confirmed", `Failed to ${what}: it was not confirmed`, hint);

/** @param commands as they would run */
export const commandsNotApproved = (commands: readonly string[]): LedgerError =>
  new LedgerError(
    "not_confirmed",
    `Failed to run the gate: it would run ${commands.map((command) => `\`${command}\``).join(", ")}, and you have not approved that for this project`,
    "See them with `reward-ledger gate commands`; approve them with `--approve` there, or with `gate run --yes`. Nothing was run.",
  );

export const commandsChanged = (commands: readonly string[]): LedgerError =>
  new LedgerError(
    "changed_meanwhile",
    `Failed to approve the commands of the review gate: the project changed while they were shown and would run ${commands.map((command) => `\`${command}\``).join(", ")}`,
    "Check the commands and approve them again. Nothing was approved or run.",
  );

export const notFound = (what: string, hint: string): LedgerError => new LedgerError("not_found", `Failed to find ${what}`, hint);

export const usage = (message: string, hint: string): LedgerError => new LedgerError("usage", message, hint);

export const resetNotConfirmed = (): LedgerError =>
  new LedgerError(
    "not_confirmed",
    "Failed to reset: it was not confirmed",
    "Repeat with --confirm. Nothing is destroyed by a reset and `reset --undo` takes it back.",
  );

export const nothingToUndo = (): LedgerError =>
  new LedgerError("nothing_to_undo", "Failed to undo a reset: there is none in force", "Nothing needs to be done.");

export const nothingToRedo = (): LedgerError =>
  new LedgerError(
    "nothing_to_undo",
    "Failed to count automatic recordings again: none are taken back",
    "`reward-ledger intake list` shows what was recorded automatically.",
  );

export const noAutomaticRecordings = (which: string): LedgerError =>
  new LedgerError(
    "nothing_to_undo",
    `Failed to take back automatic recordings: ${which}`,
    "`reward-ledger intake list` shows what was recorded automatically.",
  );

/** @param holder who holds the lock, as far as it is known: `process 123 on host (since …)` */
export const storeLocked = (home: string, holder: string): LedgerError =>
  new LedgerError(
    "store_locked",
    `Failed to write ${home}: it is locked by ${holder}`,
    "Wait for that process to finish, or end it, and try again.",
  );

export const lockLost = (home: string): LedgerError =>
  new LedgerError("lock_lost", `Failed to write ${home}: the lock was lost while writing`, "Nothing was recorded; try again.");

export const storeUnwritable = (path: string, reason: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "store_unwritable",
    `Failed to write ${path}: ${reason}`,
    "Check that the folder exists and that you may write to it, or choose another home (REWARD_LEDGER_HOME). Everything recorded before is kept.",
    { cause },
  );

export const storeUnreadable = (path: string, reason: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "store_unreadable",
    `Failed to read ${path}: ${reason}`,
    "Check the permissions of the home, then run `reward-ledger doctor`.",
    { cause },
  );

export const storeNewer = (path: string, found: number, known: number): LedgerError =>
  new LedgerError(
    "store_newer",
    `Failed to open ${path}: it was written by a newer version (format ${found}, this version knows ${known})`,
    "Update Reward Ledger.",
  );

export const diskFull = (path: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "disk_full",
    `Failed to write ${path}: the disk is full`,
    "Free some space and try again. Everything recorded before is kept.",
    { cause },
  );

/** For a branch, a commit or files that git failed to write. @param output git's message */
export const gitUnwritable = (what: string, output: string): LedgerError =>
  new LedgerError(
    "store_unwritable",
    `Failed to write ${what}: git failed: ${output}`,
    "Check that there is space on the disk, that you may write to the repository and the ledger's home, and that no other git process is running there, then try again. Everything recorded before is kept.",
  );

export const homeIsFile = (home: string): LedgerError =>
  new LedgerError(
    "store_unreadable",
    `Failed to open ${home}: it is a file, not a folder`,
    "Name another folder (--home, REWARD_LEDGER_HOME or the setting rewardLedger.home), or move the file away.",
  );

/** For an output file that the user named. */
export const outputExists = (path: string, hint = "Repeat with --force to replace it, or name another file."): LedgerError =>
  new LedgerError("exists", `Failed to write ${path}: the file exists`, hint);

export const outputInHome = (path: string, home: string): LedgerError =>
  new LedgerError(
    "invalid_input",
    `Failed to write ${path}: it belongs to the ledger's home`,
    `Name a file outside of ${home}. Nothing was written.`,
  );

export const outputUnwritable = (path: string, reason: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "store_unwritable",
    `Failed to write ${path}: ${reason}`,
    "Check that its folder exists and that you may write there, or name another file.",
    { cause },
  );

export const outputDiskFull = (path: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "disk_full",
    `Failed to write ${path}: the disk is full`,
    "Free some space, or name a file on another disk. A file that was there before is unchanged.",
    { cause },
  );

export const cancelled = (what: string): LedgerError =>
  new LedgerError(
    "cancelled",
    `Cancelled: ${what}`,
    "Everything recorded before the cancellation is kept; run it again to continue.",
  );

/** @param reason why the worker thread that holds the store ended, as far as known */
export const storeStopped = (reason: string): LedgerError =>
  new LedgerError(
    "store_stopped",
    `Failed to ask the ledger: its worker ended (${reason})`,
    "Everything recorded is kept. Refresh to start it again; the output has the details.",
  );

/** For a fact from elsewhere that cannot be appended to its device's log. */
export const foreignRefused = (device: string, seq: number, reason: string): LedgerError =>
  new LedgerError(
    "foreign_refused",
    `Failed to apply fact ${seq} of device ${device}: ${reason}`,
    "The device's earlier facts still count; other devices are not affected. Ask the owner of the device to run `reward-ledger verify` there.",
  );

/** @param reason what is missing */
export const syncNotConfigured = (reason: string): LedgerError =>
  new LedgerError(
    "sync_not_configured",
    `Failed to sync: ${reason}`,
    "Run `reward-ledger sync setup`, or set REWARD_LEDGER_SUPABASE_URL, …_ANON_KEY and …_TEAM.",
  );

/** @param source the file that names the team */
export const syncNotAllowed = (source: string, { team, url }: Readonly<{ team: string; url: string }>): LedgerError =>
  new LedgerError(
    "sync_not_allowed",
    `Failed to sync: ${source} names the team ${team} at ${url}, and you have not agreed to share with it`,
    `\`reward-ledger sync preview\` shows what would leave. To agree: \`reward-ledger sync now --yes-to ${team}\`.`,
  );

export const syncSignedOut = (reason: string): LedgerError =>
  new LedgerError(
    "sync_signed_out",
    `Failed to sync: ${reason}`,
    "Run `reward-ledger sync login`, or sign in from the Status view. Nothing is lost.",
  );

/** For a server that cannot be reached or fails: a later try may succeed. */
export const syncOffline = (what: string, reason: string, hint: string): LedgerError =>
  new LedgerError("sync_offline", `Failed to ${what}: ${reason}`, hint);

export const syncRefused = (what: string, reason: string, hint: string): LedgerError =>
  new LedgerError("sync_refused", `Failed to ${what}: ${reason}`, hint);

/** Why a change to a team was refused. */
export type TeamRefusal =
  | "slug_taken"
  | "bad_team"
  | "nobody"
  | "not_signed_up"
  | "no_member"
  | "no_invitation"
  | "last_owner"
  | "bad_role"
  | "bad_key"
  | "nothing_to_reset"
  | "owners_only"
  | "not_allowed";

/** The hint for each refusal, and a reason where the server's own message does not help. */
const teamRefusals: Readonly<Record<TeamRefusal, Readonly<{ reason?: string; hint: string }>>> = {
  slug_taken: {
    reason: "another team has this slug",
    hint: "Choose another slug. To join that team, ask an owner or admin of it to invite you.",
  },
  bad_team: { hint: "Repeat it like this: `reward-ledger team create acme-tools Acme Tools`." },
  nobody: { hint: "Sign in as a person, who is then the team's owner: `reward-ledger sync login`." },
  not_signed_up: {
    hint: "Ask them to sign in first (`reward-ledger sync login --email …`) and to confirm the address; then add them.",
  },
  no_member: {
    hint: "`reward-ledger team members` lists who is in the team, and by which address; `reward-ledger team invitations` who is invited.",
  },
  no_invitation: {
    hint: "`reward-ledger team invitations` lists yours. Ask an owner or admin of the team to invite the address that you sign in with: `reward-ledger team add EMAIL`.",
  },
  nothing_to_reset: { hint: "`reward-ledger agents` lists agents with runs; run `reward-ledger sync now` first." },
  owners_only: {
    hint: "Ask an owner of the team: `reward-ledger team members` lists them. Your own runs you reset with `reward-ledger reset`.",
  },
  last_owner: {
    reason: "a team needs an owner, and this is its last one",
    hint: "Make somebody else owner first: `reward-ledger team add EMAIL --role owner`.",
  },
  bad_role: { hint: "Repeat it with --role owner, admin or member." },
  bad_key: { hint: "Repeat it like this: `reward-ledger team set digest-enabled true`." },
  not_allowed: { hint: "Ask an owner or admin of the team to do it: `reward-ledger team members` lists them." },
};

/** @param serverMessage the server's own message */
export const teamRefused = (what: string, refusal: TeamRefusal, serverMessage: string): LedgerError => {
  const { reason = serverMessage, hint } = teamRefusals[refusal];
  return syncRefused(what, reason, hint);
};

/** @param holder the process that syncs */
export const syncBusy = (holder: string): LedgerError =>
  new LedgerError("sync_busy", `Failed to sync: ${holder} is syncing`, "Wait for it to finish; it sends what is recorded.");

export const standardOutputFull = (cause?: unknown): LedgerError =>
  new LedgerError(
    "disk_full",
    "Failed to write standard output: the disk is full",
    "Free some space, or send the output to another disk, and repeat the command. Everything recorded is kept.",
    { cause },
  );

export const standardOutputFailed = (reason: string, cause?: unknown): LedgerError =>
  new LedgerError(
    "store_unwritable",
    `Failed to write standard output: ${reason}`,
    "Check where the output goes (a full disk, a closed file) and repeat the command. Everything recorded is kept.",
    { cause },
  );

/**
 * For another program's configuration that is left unchanged.
 * @param place where the reason lies: `line 3, column 5`, or a key
 */
export const configurationRefused = (path: string, place: string, reason: string, hint: string): LedgerError =>
  new LedgerError("invalid_input", `Failed to change ${path}: ${reason} (${place})`, `${hint} Nothing was written.`);

/** For a configuration entry that has our name but was written by somebody else. */
export const foreignEntry = (path: string, key: string): LedgerError =>
  new LedgerError(
    "conflict",
    `Failed to change ${path}: the entry ${key} was not written by Reward Ledger`,
    "Rename or remove that entry, then try again. Nothing was written.",
  );

export const configurationChanged = (path: string): LedgerError =>
  new LedgerError(
    "changed_meanwhile",
    `Failed to change ${path}: another program changed it at the same time`,
    "Run the command again. The other program's change is kept.",
  );

export const configurationReadOnly = (path: string): LedgerError =>
  new LedgerError(
    "store_unwritable",
    `Failed to write ${path}: the file is read-only`,
    "Make it writable, or leave this agent out. Nothing was written.",
  );

const bootstrapHint = "`reward-ledger trust --bootstrap --handle HANDLE --channel CHANNEL` binds one.";

/** @param path of the file that names the human */
export const notBound = (what: string, path: string): LedgerError =>
  usage(`Failed to ${what}: no human is bound, ${path} does not exist`, bootstrapHint);

/** For a file that binds the agent. @param problems one line per problem */
export const invalidBinding = (path: string, problems: readonly string[]): LedgerError =>
  new LedgerError(
    "invalid_input",
    `Failed to read ${path}: ${problems.slice(0, 5).join("; ")}`,
    "Correct it there and try again; docs/trust.md lists the allowed content.",
  );

/** @param reason why the tier stays as it is */
export const tierRefused = (what: string, reason: string, hint: string): LedgerError =>
  new LedgerError("invalid_input", `Failed to ${what}: ${reason}`, `${hint} Nothing was recorded.`);

export const alreadyBound = (path: string, handle: string): LedgerError =>
  new LedgerError(
    "conflict",
    `Failed to bind a human: ${path} binds ${handle} already`,
    "Change em_handle there to hand over: promotions that another human signed do not count then. Nothing was written.",
  );
