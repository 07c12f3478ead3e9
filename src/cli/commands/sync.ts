import { sync } from "../../features/team/operations/sync.ts";
import { defineCommand } from "../command.ts";
import type { Ask } from "../prompt.ts";

type Values = Readonly<Record<string, unknown>>;

const listOf = (text: string): readonly string[] => text.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));

/** Asks for what `sync setup` needs and was not given; whoever gives something has to give all that is needed. */
async function interview(values: Values, ask: Ask): Promise<Values> {
  if (values["action"] === "login" && values["email"] !== undefined) return password(values, ask);
  const given = ["url", "anon_key", "team"].some((key) => values[key] !== undefined);
  if (values["action"] !== "setup" || given) return values;
  const url = await ask({ text: "Address of the Supabase project" });
  const anonKey = await ask({ text: "Its public (anon) key" });
  const team = await ask({ text: "The team's short name (slug)" });
  const where =
    values["where"] ?? (await ask({ text: "For this project, or for all of yours (project, user)", otherwise: "project" }));
  const projects =
    values["projects"] ??
    listOf(await ask({ text: "Projects whose facts may leave this machine, by comma (. is this one, * all)", otherwise: "." }));
  return { ...values, url, anon_key: anonKey, team, where, projects };
}

async function password(values: Values, ask: Ask): Promise<Values> {
  if (["password", "password_stdin", "magic_link", "code"].some((key) => values[key] !== undefined)) return values;
  return { ...values, password: await ask({ text: "Password", hidden: true }) };
}

export default defineCommand(sync, {
  examples: [
    { run: "reward-ledger sync status", does: "what is unsent, who is signed in, what is wrong" },
    { run: "reward-ledger sync preview", does: "exactly what would leave this machine" },
    { run: "reward-ledger sync login --email me@acme.dev --password-stdin < secret", does: "sign in without a browser" },
    { run: "reward-ledger sync now", does: "send and fetch; exit code 1 when offline" },
  ],
  interview,
  renderer: async () => (await import("../render/sync.ts")).renderSync,
  json: ({ result }) => JSON.stringify(result),
});
