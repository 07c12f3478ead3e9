import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import type { Logger } from "../../../ports/ports.ts";
import type { SignInMethod, SyncSignInView } from "../../../ports/sync.ts";
import { type AskLine, defineOperation } from "../../shared/operation.ts";
import { signInDocument, signOutDocument, syncSetupDocument } from "../documents/sign-in.ts";
import { consentInput, syncWithConsent } from "./consent.ts";
import type { SyncLogoutView, SyncSetupView } from "./views.ts";

const text = z.string().trim().min(1);

type Values = Readonly<Record<string, unknown>>;

const isGiven = (values: Values, ...keys: readonly string[]): boolean => keys.some((key) => values[key] !== undefined);

function requireFlag(command: "setup" | "login", flag: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw usage(
    `Wrong use of sync ${command}: --${flag} is missing`,
    `\`reward-ledger help sync ${command}\` lists what is possible.`,
  );
}

const splitList = (line: string): readonly string[] => line.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));

/** Prompts for the setup values if none of url, anon key and team is given; otherwise all of them have to be given. */
async function askSetup(values: Values, ask: AskLine): Promise<Values> {
  if (isGiven(values, "url", "anon_key", "team")) return values;
  const url = await ask({ text: "Address of the Supabase project" });
  const anonKey = await ask({ text: "Its public (anon) key" });
  const team = await ask({ text: "The team's short name (slug)" });
  const where =
    values["where"] ?? (await ask({ text: "For this project, or for all of yours (project, user)", otherwise: "project" }));
  const projects =
    values["projects"] ??
    splitList(
      await ask({ text: "Projects whose facts may leave this machine, by comma (. is this one, * all)", otherwise: "." }),
    );
  return { ...values, url, anon_key: anonKey, team, where, projects };
}

export const syncSetup = defineOperation({
  name: "sync setup",
  summary: "Choose the team's server, and what may leave this machine; asks on a terminal",
  input: z.object({
    url: text.optional().describe("Address of the Supabase project"),
    anon_key: text.optional().describe("Its public (anon) key"),
    team: text.optional().describe("The team's slug"),
    where: z.enum(["project", "user"]).default("project").describe("Write the project's file or your own settings"),
    projects: z
      .array(text)
      .optional()
      .describe(
        "Projects whose facts may leave this machine (`*` stands for anything, `.` for this one); default this one, with --where user all",
      ),
    redact: z
      .array(z.enum(["messages", "paths"]))
      .optional()
      .describe("What leaves as a hash only"),
  }),
  effect: "write",
  examples: [
    { run: "reward-ledger sync setup", does: "asks for each on a terminal" },
    {
      run: "reward-ledger sync setup --url https://abc.supabase.co --anon-key KEY --team acme --projects .",
      does: "writes the project's file, to be committed",
    },
  ],
  interview: askSetup,
  document: syncSetupDocument,
  async run(ports, { url, anon_key, team, where, projects, redact }): Promise<SyncSetupView> {
    const target = {
      url: requireFlag("setup", "url", url),
      anonKey: requireFlag("setup", "anon-key", anon_key),
      team: requireFlag("setup", "team", team),
    };
    const { file, target: written } = await (await ports.sync()).setUp(target, where, { projects, redact });
    return { file, url: written.url, team: written.team };
  },
});

async function askPassword(values: Values, ask: AskLine): Promise<Values> {
  if (!isGiven(values, "email") || isGiven(values, "password", "password_stdin", "magic_link", "code")) return values;
  return { ...values, password: await ask({ text: "Password", hidden: true }) };
}

const loginInput = z.object({
  email: text.optional().describe("Sign in with this address and a password; default by the browser"),
  password: z.string().min(1).optional().describe("The password (better: --password-stdin)"),
  password_stdin: z.boolean().default(false).describe("Read the password from standard input"),
  magic_link: z.boolean().default(false).describe("Send a mail with a link and a code to the address"),
  code: text.optional().describe("The code of that mail, or its link whole"),
  ...consentInput,
});
type LoginInput = z.output<typeof loginInput>;

function toSignInMethod({ email, password, code, magic_link }: LoginInput, logger: Logger): SignInMethod {
  if (code !== undefined) return { way: "mailed", email: requireFlag("login", "email", email), code };
  if (magic_link) return { way: "mail", email: requireFlag("login", "email", email) };
  if (email === undefined)
    return { way: "browser", tell: (url) => logger.warn(`If no browser opens, open this address: ${url}`) };
  // A trailing line feed comes from the terminal or `echo` and is not part of the password.
  return { way: "password", email, password: requireFlag("login", "password-stdin", password).replace(/\r?\n$/, "") };
}

export const syncLogin = defineOperation({
  name: "sync login",
  summary: "Sign in to the team's server, by the browser unless an address is given",
  input: loginInput,
  stdin: {
    key: "password",
    wanted: ({ password_stdin }) => password_stdin === true,
    hint: "Pipe the password into it: `reward-ledger sync login --email you@example.com --password-stdin < secret`.",
  },
  effect: "write",
  examples: [
    { run: "reward-ledger sync login --email me@acme.dev --password-stdin < secret", does: "sign in without a browser" },
    { run: "reward-ledger sync login --email me@acme.dev --magic-link", does: "have a link and a code sent by mail" },
  ],
  interview: askPassword,
  document: signInDocument,
  async run(ports, input, context): Promise<SyncSignInView> {
    const sync = await syncWithConsent(ports, input, context);
    return sync.signIn(toSignInMethod(input, ports.logger), context.signal);
  },
});

export const syncLogout = defineOperation({
  name: "sync logout",
  summary: "Sign out of the team's server",
  input: z.object({}),
  effect: "write",
  examples: [{ run: "reward-ledger sync logout", does: "forget the sign-in; nothing recorded is lost" }],
  document: signOutDocument,
  run: async (ports): Promise<SyncLogoutView> => ({ signed_out: await (await ports.sync()).signOut() }),
});
