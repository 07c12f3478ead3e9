import type * as z from "zod";
import { withoutMark } from "../../../kernel/byte-order-mark.ts";
import { badBinding, unbound } from "../../../kernel/errors.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import type { AgentFiles } from "../../../ports/agent-files.ts";
import type { Ports } from "../../../ports/ports.ts";
import { readToml, withTomlKeys } from "../../shared/input/toml.ts";
import { type EmBinding, emBinding, emFile, type RepoBinding, repoBinding, repoFile } from "../model/binding.ts";
import { given } from "./rows.ts";

/** Only the owner may read and write the files, because their content decides what the agent may do. */
const ownerOnly = 0o600;

/** A file that binds the agent: its text and the value parsed from it; `read` is null if the file does not exist. */
export type BindingFile<Value> = Readonly<{ path: string; read: Readonly<{ text: string; value: Value }> | null }>;

type Values = Parameters<typeof withTomlKeys>[1];

const parsedBy = <Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.output<Schema> => {
  const read = readToml(withoutMark(text));
  if (read.table === undefined) throw badBinding(path, [`${read.reason} (${read.place})`]);
  const parsed = schema.safeParse(read.table, { reportInput: true });
  if (!parsed.success) throw badBinding(path, problemsOf(parsed.error));
  return parsed.data;
};

async function bindingIn<Schema extends z.ZodType>(
  files: AgentFiles,
  name: string,
  schema: Schema,
): Promise<BindingFile<z.output<Schema>>> {
  const path = files.path("coder", name);
  const text = await files.read(path);
  return { path, read: text === null ? null : { text, value: parsedBy(schema, text, path) } };
}

type Outside = Pick<Ports, "agentFiles" | "surroundings">;

const filesOf = ({ agentFiles, surroundings }: Outside): Promise<AgentFiles> => agentFiles(surroundings.folder);

/** Reads `em.toml`. @throws invalid_input with the path, unreadable_file */
export const readEmBinding = async (ports: Outside): Promise<BindingFile<EmBinding>> =>
  bindingIn(await filesOf(ports), emFile, emBinding);

/** Reads `repo_binding.toml`. @throws invalid_input with the path, unreadable_file */
export const readRepoBinding = async (ports: Outside): Promise<BindingFile<RepoBinding>> =>
  bindingIn(await filesOf(ports), repoFile, repoBinding);

/** Returns the binding to the human who decides. @throws usage if there is none */
export async function boundTo(ports: Outside, what: string): Promise<Readonly<{ path: string; value: EmBinding }>> {
  const { path, read } = await readEmBinding(ports);
  if (read === null) throw unbound(what, path);
  return { path, value: read.value };
}

/** @param values undefined values are not written to the file */
async function write<Schema extends z.ZodType>(
  ports: Outside,
  name: string,
  schema: Schema,
  values: Readonly<Record<string, Values[string] | undefined>>,
): Promise<void> {
  const files = await filesOf(ports);
  const { path, read } = await bindingIn(files, name, schema);
  const mark = read?.text.startsWith("\uFEFF") === true ? "\uFEFF" : "";
  const made = mark + withTomlKeys(read?.text.slice(mark.length) ?? "", given(values));
  // Text that cannot be parsed again must not be written.
  parsedBy(schema, made, path);
  if (made !== read?.text) await files.replace(path, read?.text ?? null, made, ownerOnly);
}

export const writeEmBinding = (ports: Outside, values: Partial<EmBinding>): Promise<void> =>
  write(ports, emFile, emBinding, values);
export const writeRepoBinding = (ports: Outside, values: Partial<RepoBinding>): Promise<void> =>
  write(ports, repoFile, repoBinding, values);
