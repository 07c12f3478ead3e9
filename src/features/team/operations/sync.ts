import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import type {
  AppliedMigrations,
  MigrationsView,
  SignInWay,
  Sync,
  SyncPreviewView,
  SyncProblem,
  SyncProposalView,
  SyncRunView,
  SyncSignInView,
  SyncStatusView,
  SyncTarget,
  SyncTestView,
  TeamShowView,
} from "../../../ports/sync.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { conflictsOf } from "./conflicts.ts";

export const syncActions = [
  "setup",
  "login",
  "logout",
  "status",
  "now",
  "push",
  "pull",
  "test",
  "show",
  "preview",
  "migrations",
] as const;
const shownViews = ["summary", "runs", "evals", "members"] as const;

/** What `sync` answered; the command line prints `result` alone. */
export type SyncAnswer =
  | Readonly<{ action: "setup"; result: Readonly<{ file: string; url: string; team: string }> }>
  | Readonly<{ action: "login"; result: SyncSignInView }>
  | Readonly<{ action: "logout"; result: Readonly<{ signed_out: boolean }> }>
  | Readonly<{ action: "status"; result: SyncStatusView }>
  | Readonly<{ action: "now" | "push" | "pull"; result: SyncRunView }>
  | Readonly<{ action: "test"; result: SyncTestView }>
  | Readonly<{ action: "show"; result: TeamShowView }>
  | Readonly<{ action: "preview"; result: SyncPreviewView }>
  | Readonly<{ action: "migrations"; result: MigrationsView }>;

const text = z.string().trim().min(1);

const input = z.object({
  action: z.enum(syncActions).describe("What to do"),
  view: z.enum(shownViews).optional().describe("With show: what of the team; default summary"),
  url: text.optional().describe("With setup: address of the Supabase project"),
  anon_key: text.optional().describe("With setup: its public (anon) key"),
  team: text.optional().describe("With setup: the team's slug"),
  where: z.enum(["project", "user"]).default("project").describe("With setup: write the project's file or your own settings"),
  projects: z
    .array(text)
    .optional()
    .describe(
      "With setup, --yes-to: projects whose facts may leave this machine (`*` stands for anything, `.` for this one); default this one, with --where user all",
    ),
  redact: z
    .array(z.enum(["messages", "paths"]))
    .optional()
    .describe("With setup: what leaves as a hash only"),
  email: text.optional().describe("With login: sign in with this address and a password"),
  password: z.string().min(1).optional().describe("With login: the password (better: --password-stdin)"),
  password_stdin: z.boolean().default(false).describe("With login: read the password from standard input"),
  magic_link: z.boolean().default(false).describe("With login: have a mail sent to the address, with a link and a code"),
  code: text.optional().describe("With login: the code of that mail, or its link whole"),
  limit: z.int().min(1).default(20).describe("With preview: at most so many facts"),
  cached: z.boolean().default(false).describe("With status: do not ask the server"),
  background: z.boolean().default(false).describe("With now: leave it to another process that is at it, and wait after failures"),
  yes_to: text.optional().describe("Agree to share this project with this team, which the checkout names"),
  out: text.optional().describe("With migrations: write the files of SQL to this folder, which is made if need be"),
  check: z.boolean().default(false).describe("With migrations: ask the server which of them it lacks; exit code 1 if any"),
  force: z.boolean().optional().describe("With migrations: replace files that exist"),
  new_device: z.boolean().default(false).describe("With now: go on under a new device id, after a copied home was found"),
});
type SyncInput = z.output<typeof input>;

const needed = (name: string, value: string | undefined): string => {
  if (value !== undefined) return value;
  throw usage(`Wrong use of sync: --${name} is missing`, "`reward-ledger help sync` lists what is possible.");
};

async function setUp(sync: Sync, given: SyncInput): Promise<SyncAnswer> {
  const target: SyncTarget = {
    url: needed("url", given.url),
    anonKey: needed("anon-key", given.anon_key),
    team: needed("team", given.team),
  };
  const { file, target: written } = await sync.setUp(target, given.where, { projects: given.projects, redact: given.redact });
  return { action: "setup", result: { file, url: written.url, team: written.team } };
}

async function logIn(sync: Sync, { logger }: Ports, given: SyncInput, { signal }: CallContext): Promise<SyncAnswer> {
  return { action: "login", result: await sync.signIn(signInWay(given, logger), signal) };
}

function signInWay({ email, password, code, magic_link }: SyncInput, logger: Ports["logger"]): SignInWay {
  if (code !== undefined) return { way: "mailed", email: needed("email", email), code };
  if (magic_link) return { way: "mail", email: needed("email", email) };
  if (email === undefined)
    return { way: "browser", tell: (url) => logger.warn(`If no browser opens, open this address: ${url}`) };
  // A line feed at the end is the terminal's or `echo`'s, not the password's.
  return { way: "password", email, password: needed("password-stdin", password).replace(/\r?\n$/, "") };
}

async function run(ports: Ports, sync: Sync, given: SyncInput, { onProgress, signal }: CallContext): Promise<SyncAnswer> {
  const action = given.action === "push" || given.action === "pull" ? given.action : "now";
  if (given.new_device) await sync.renewDevice();
  const { background } = given;
  const result = await sync.run(action === "now" ? "both" : action, { onProgress, signal, background });
  const conflicts = (await conflictsOf(ports, false)).map((one): SyncProblem => ({ kind: "conflict", seq: null, ...one }));
  return { action, result: { ...result, problems: [...result.problems, ...conflicts] } };
}

const lacking = (names: readonly string[], { last, all }: AppliedMigrations): readonly string[] =>
  names.filter((name) => {
    const number = name.slice(0, last.length);
    return all === null ? number > last : !all.includes(number);
  });

/** Lists the migrations of this version; with a folder, writes them there; with `check`, compares them with the server. */
async function migrations(sync: Sync, { files }: Ports, { out, check, force: replace }: SyncInput): Promise<MigrationsView> {
  const all = await sync.migrations(out);
  if (out !== undefined) for (const { name, sql } of all) await files.write(`${out}/${name}`, sql, { replace });
  const names = all.map(({ name }) => name);
  const applied = check ? await sync.appliedMigrations() : null;
  return { files: names, out: out ?? null, server: applied?.last ?? null, missing: applied && lacking(names, applied) };
}

/** Problems that are reported and fail nothing: the next sync would meet them again. */
const told: ReadonlySet<SyncProblem["kind"]> = new Set(["refused", "unreadable", "conflict"]);

/** Whether an answer says that what was asked for was not done. */
function failed(answer: SyncAnswer): boolean {
  switch (answer.action) {
    case "now":
    case "push":
    case "pull":
      return !answer.result.configured || answer.result.problems.some(({ kind }) => !told.has(kind));
    case "test":
      return !answer.result.ok;
    case "migrations":
      return (answer.result.missing?.length ?? 0) > 0;
    default:
      return false;
  }
}

/** Whether an action sends nothing anywhere, so that nobody need agree to it. */
const staysHere = ({ action, cached, background }: SyncInput): boolean =>
  background || action === "setup" || action === "logout" || action === "preview" || (action === "status" && cached);

const questionOf = ({ team, url, source, project }: SyncProposalView, { unsent, withheld }: SyncPreviewView): string =>
  [
    `${source} asks to share ${project} with the team ${team} at ${url}.`,
    `${unsent - withheld} recorded facts would leave: rules, file names, messages, scores and costs, no prompts and no texts of inbox and memory.`,
    "`reward-ledger sync preview` prints them. Share them?",
  ].join("\n");

/** Has the user agree to the team that the checkout names, by `--yes-to` or by a question. */
async function agree(sync: Sync, given: SyncInput, { confirm }: CallContext): Promise<void> {
  const { yes_to, projects = ["."] } = given;
  if (yes_to !== undefined) return sync.allow(yes_to, projects);
  if (confirm === undefined || staysHere(given)) return;
  const proposal = await sync.proposal();
  if (proposal === null) return;
  const question = questionOf(proposal, await sync.preview({ limit: 1 }));
  if (await confirm(question)) await sync.allow(proposal.team, projects);
}

export const sync = defineOperation({
  name: "sync",
  summary: "Share the ledger with a team, or between your machines",
  input,
  positional: ["action", "view"],
  stdin: {
    key: "password",
    wanted: ({ password_stdin }) => password_stdin === true,
    hint: "Pipe the password into it: `reward-ledger sync login --email you@example.com --password-stdin < secret`.",
  },
  writes: true,
  failed,
  async run(ports, given, context): Promise<SyncAnswer> {
    const one = await ports.sync();
    await agree(one, given, context);
    switch (given.action) {
      case "setup":
        return setUp(one, given);
      case "login":
        return logIn(one, ports, given, context);
      case "logout":
        return { action: "logout", result: { signed_out: await one.signOut() } };
      case "status":
        return { action: "status", result: await one.status({ ask: !given.cached }) };
      case "now":
      case "push":
      case "pull":
        return run(ports, one, given, context);
      case "test":
        return { action: "test", result: await one.test() };
      case "show":
        return { action: "show", result: await one.show(given.view ?? "summary") };
      case "preview":
        return { action: "preview", result: await one.preview({ limit: given.limit }) };
      case "migrations":
        return { action: "migrations", result: await migrations(one, ports, given) };
      default:
        return given.action satisfies never;
    }
  },
});
