import * as z from "zod";
import { clockToleranceMs } from "../../../kernel/clock-tolerance.ts";
import { counted } from "../../../kernel/counted.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Calendar, MachineReport, Ports, StoreReport } from "../../../ports/ports.ts";
import { summaryLimits } from "../../../ports/summary-limits.ts";
import type { HostView } from "../../connect/model/views.ts";
import { inspectAll } from "../../connect/operations/inspect.ts";
import type { DoctorView } from "../../reviews/operations/views.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { defineOperation } from "../../shared/operation.ts";
import { isoOf } from "../../shared/units.ts";
import { doctorDocument } from "../documents/doctor.ts";
import { type SortedProblems, sortProblems, unreadableFacts } from "./sort-problems.ts";

type Check = DoctorView["checks"][number];

const ok = (name: string, detail: string): Check => ({ name, state: "ok", detail, hint: null });
const warn = (name: string, detail: string, hint: string): Check => ({ name, state: "warn", detail, hint });
const fail = (name: string, detail: string, hint: string): Check => ({ name, state: "fail", detail, hint });

const minFreeBytes = 100 * 1024 * 1024;

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`;

function machineChecks(machine: MachineReport, home: string): readonly Check[] {
  const { homeMode, freeBytes } = machine;
  const othersMayRead = homeMode !== null && (homeMode & 0o077) !== 0;
  return [
    ok("version", `Reward Ledger ${machine.version}, Node.js ${machine.node}, ${machine.platform}`),
    machine.homeIsFile
      ? fail("home", `${home} is a file, not a folder`, "Name another folder (REWARD_LEDGER_HOME), or move the file away.")
      : machine.homeWritable
        ? ok("home", home)
        : fail("home", `${home} cannot be written`, "Correct its permissions or choose another home (REWARD_LEDGER_HOME)."),
    ...(othersMayRead
      ? [warn("permissions", `${home} may be read by others (mode ${homeMode.toString(8)})`, `Run: chmod 700 "${home}"`)]
      : []),
    freeBytes !== null && freeBytes < minFreeBytes
      ? warn("disk", `${megabytes(freeBytes)} free`, "Free some space: recording fails when the disk is full.")
      : ok("disk", freeBytes === null ? "free space unknown" : `${megabytes(freeBytes)} free`),
  ];
}

function storeChecks(report: StoreReport, { problems, warnings }: SortedProblems): readonly Check[] {
  const { lock, quarantineFiles, waitingEvents = 0 } = report;
  return [
    ok("device", `${report.device.name} (${report.isDeviceKept ? report.device.id : "gets an id with the first record"})`),
    ok("journal", `${megabytes(report.journalBytes)} in ${counted(report.segments, "segment")}`),
    ok("index", `${megabytes(report.indexBytes)}, ${counted(report.pendingFacts, "fact")} since the last checkpoint`),
    lock.held
      ? warn(
          "lock",
          `held by ${lock.holder ?? "an unknown process"}`,
          "Nothing to do while that process works; end it if it hangs.",
        )
      : ok("lock", "free"),
    quarantineFiles === 0
      ? ok("quarantine", "empty")
      : warn(
          "quarantine",
          `${counted(quarantineFiles, "file")} set aside by recovery`,
          `Look at what is in quarantine/ below ${report.home}, then delete it.`,
        ),
    ...(waitingEvents === 0
      ? []
      : [
          warn(
            "agent events",
            `${counted(waitingEvents, "event")} of agents wait in ${report.home}/spool`,
            "The next command that can write takes them in; look at its warnings if they stay.",
          ),
        ]),
    ...(problems.length === 0 ? [ok("integrity", "no problem met; `verify` reads everything again")] : []),
    ...problems.map((one) => fail("integrity", one.message, "Run `reward-ledger verify` for the whole list.")),
    ...unreadableFacts(warnings).map(({ device, member, facts }) =>
      warn(
        "integrity",
        `${facts} ${facts === 1 ? "fact" : "facts"} of device ${device} of ${member} cannot be read`,
        "Update this program if that member's is newer; `reward-ledger verify` lists the facts.",
      ),
    ),
  ];
}

function zoneCheck({ zone, complaint = null }: Calendar): Check {
  if (complaint === null) return ok("time zone", zone);
  return warn(
    "time zone",
    `${zone}, because ${complaint}`,
    "Set REWARD_LEDGER_TZ (or TZ) to an IANA name such as Europe/Berlin. Recording goes on without.",
  );
}

async function clockCheck({ ledger, clock }: Ports): Promise<Check> {
  const { latest, ahead } = await ledger.ask(({ review }) => ({
    latest: review.latestRecording(),
    ahead: review.runsAhead({ lastRuns: summaryLimits.ahead }),
  }));
  const now = clock.now();
  if (latest !== null && latest > now.getTime() + clockToleranceMs) {
    return warn(
      "clock",
      `the last recording is dated ${isoOf(latest)}, it is ${now.toISOString()}`,
      "Correct the clock of the machine that wrote it; its next recording puts the runs in their place.",
    );
  }
  const [run] = ahead;
  if (run === undefined) return ok("clock", now.toISOString());
  return warn(
    "clock",
    `run ${run.runId} is dated ${isoOf(run.stated)}, later than its recording; it counts as of ${isoOf(run.at)}`,
    "Correct the clock of the machine that dated it.",
  );
}

/** Warns of project names that differ only in letter case: hosts may treat them as one repository, but they are counted apart. */
async function projectCheck({ ledger }: Ports, project: string): Promise<readonly Check[]> {
  const spellings = (await ledger.ask(({ review }) => review.projects())).filter(
    (one) => one !== project && one.toLowerCase() === project.toLowerCase(),
  );
  if (spellings.length === 0) return [];
  const all = [project, ...spellings].join(", ");
  return [
    warn(
      "project spellings",
      `${all} differ in letter case alone and are counted apart; runs of this checkout count in ${project}`,
      "Name the project with --project where the others are meant.",
    ),
  ];
}

async function syncCheck({ sync }: Ports): Promise<Check> {
  const { configured, signed_in, team, unsent, problems, proposal } = await (await sync()).status({ ask: false });
  const [problem] = problems;
  if (problem !== undefined) return warn("sync", problem.message, problem.hint);
  if (!configured && proposal !== null) {
    return warn(
      "sync",
      `${proposal.source} names the team ${proposal.team} at ${proposal.url}; nothing is sent there before you agree`,
      `To agree: \`reward-ledger sync now --yes-to ${proposal.team}\`.`,
    );
  }
  if (!configured) return ok("sync", "not set up; everything stays on this machine");
  return ok("sync", `team ${team ?? "-"}, ${signed_in ? "signed in" : "signed out"}, ${counted(unsent, "fact")} unsent`);
}

/** Reports which model is set up. Having none is not a fault. */
async function modelCheck({ models }: Ports): Promise<Check> {
  const { provider, model, baseUrl, problem } = await models.setUp();
  if (provider === null && problem === null) return ok("model", "none is set up; nothing is sent to a model");
  if (problem !== null) return warn("model", problem.message, problem.hint);
  return ok("model", [provider, model, baseUrl].filter((part) => part !== null).join(", "));
}

/** Reports how a coding agent is connected. Not being connected is not a fault. */
function agentCheck({ host, name, scope, state, detail, problem, enforces_budget: enforces }: HostView): Check {
  const title = scope === "user" ? name : `${name} (project)`;
  const parts = [state.replaceAll("_", " "), detail ?? (enforces ? "stops at spending limits" : null)];
  const text = parts.filter((part) => part !== null).join(": ");
  if (state !== "stale_path" && state !== "broken") return ok(title, text);
  const command = `reward-ledger connect ${host}${scope === "project" ? " --project" : ""}`;
  // A project's entries contain no path of this machine, so connecting again would write the same.
  const repair = scope === "project" && state === "stale_path" ? "install reward-ledger on the PATH" : `\`${command}\``;
  return warn(title, text, problem?.hint ?? `To mend it: ${repair}.`);
}

/** Reports whether agents' work is reviewed when they stop. Most homes do not use this. */
async function onStopCheck({ stopReviews, surroundings }: Ports): Promise<readonly Check[]> {
  const stop = await stopReviews(surroundings.folder);
  const [unreadableFile] = await stop.unreadable();
  if (unreadableFile !== undefined) {
    const hint = "Delete it. The next stop of an agent there requests the review again.";
    return [warn("review on stop", `${unreadableFile} cannot be read`, hint)];
  }
  const commands = await stop.commands();
  if (commands.length === 0) return [ok("review on stop", "off")];
  const notReady = commands.find(({ state }) => state !== "ready");
  if (notReady !== undefined) {
    const words = notReady.command.join(" ");
    return [
      warn(
        "review on stop",
        notReady.state === "changed"
          ? `${words}: its program changed since it was approved`
          : `${words}: there is no such program`,
        "Approve it again with `reward-ledger on-stop -- COMMAND`, or `reward-ledger on-stop --remove`.",
      ),
    ];
  }
  const last = await stop.last();
  const text = `${counted(commands.length, "command")}${last === null ? "" : `, latest ${last.at}: ${last.detail}`}`;
  return last?.ok === false
    ? [warn("review on stop", text, "Try it: `reward-ledger on-stop --run`.")]
    : [ok("review on stop", text)];
}

/** Runs a group of checks. An error that it throws becomes a failed check. */
async function runChecks(name: string, part: () => Promise<readonly Check[]>): Promise<readonly Check[]> {
  const result = await attemptAsync(part);
  if (result.ok) return result.value;
  const { message, hint } = toErrorView(result.error);
  return [fail(name, message, hint)];
}

export const doctor = defineOperation({
  name: "doctor",
  summary: "Check environment, paths, sizes and store",
  input: z.object({}),
  effect: "read",
  failed: ({ ok: healthy }: DoctorView) => !healthy,
  examples: [{ run: "reward-ledger doctor", does: "problems and what to do about them" }],
  document: doctorDocument,
  async run(ports): Promise<DoctorView> {
    const { ledger, surroundings, calendar } = ports;
    const store = await runChecks("store", async () => {
      const report = await ledger.inspect();
      return storeChecks(report, await sortProblems(ports, report.problems));
    });
    const opened = store.some(({ name }) => name === "device");
    const project = await surroundings.project();
    const agents = await inspectAll(await ports.agentFiles(surroundings.folder));
    const checks = [
      ...(await runChecks("machine", async () => machineChecks(await ports.machine(ledger.home), ledger.home))),
      ok("agent", surroundings.agent),
      ok("project", project),
      zoneCheck(calendar),
      ...store,
      ...(opened ? await runChecks("project spellings", () => projectCheck(ports, project)) : []),
      ...(opened ? await runChecks("clock", async () => [await clockCheck(ports)]) : []),
      ...(opened ? await runChecks("sync", async () => [await syncCheck(ports)]) : []),
      await modelCheck(ports),
      ...(await runChecks("review on stop", () => onStopCheck(ports))),
      ...agents.map(agentCheck),
    ];
    return { ok: checks.every((one) => one.state !== "fail"), checks, agents };
  },
});
