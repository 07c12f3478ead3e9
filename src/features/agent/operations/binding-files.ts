import type * as z from "zod";
import { stripBom } from "../../../kernel/byte-order-mark.ts";
import { invalidBinding, notBound } from "../../../kernel/errors.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import type { AgentFiles } from "../../../ports/agent-files.ts";
import type { Ports } from "../../../ports/ports.ts";
import { parseToml, setTomlKeys } from "../../shared/input/toml.ts";
import { type EmBinding, emBinding, emFile, type RepoBinding, repoBinding, repoFile } from "../model/binding.ts";
import { omitUndefined } from "./rows.ts";

/** Only the owner may read and write the files, because their content decides what the agent may do. */
const ownerOnly = 0o600;

/** A file that binds the agent: its text and the value parsed from it; `read` is null if the file does not exist. */
export type BindingFile<Value> = Readonly<{ path: string; read: Readonly<{ text: string; value: Value }> | null }>;

type Values = Parameters<typeof setTomlKeys>[1];

const parseBinding = <Schema extends z.ZodType>(schema: Schema, text: string, path: string): z.output<Schema> => {
  const read = parseToml(stripBom(text));
  if (read.table === undefined) throw invalidBinding(path, [`${read.reason} (${read.place})`]);
  const parsed = schema.safeParse(read.table, { reportInput: true });
  if (!parsed.success) throw invalidBinding(path, problemsOf(parsed.error));
  return parsed.data;
};

async function readBinding<Schema extends z.ZodType>(
  files: AgentFiles,
  name: string,
  schema: Schema,
): Promise<BindingFile<z.output<Schema>>> {
  const path = files.path("coder", name);
  const text = await files.read(path);
  return { path, read: text === null ? null : { text, value: parseBinding(schema, text, path) } };
}

type BindingPorts = Pick<Ports, "agentFiles" | "surroundings">;

const openFiles = ({ agentFiles, surroundings }: BindingPorts): Promise<AgentFiles> => agentFiles(surroundings.folder);

/** Reads `em.toml`. @throws invalid_input with the path, unreadable_file */
export const readEmBinding = async (ports: BindingPorts): Promise<BindingFile<EmBinding>> =>
  readBinding(await openFiles(ports), emFile, emBinding);

/** Reads `repo_binding.toml`. @throws invalid_input with the path, unreadable_file */
export const readRepoBinding = async (ports: BindingPorts): Promise<BindingFile<RepoBinding>> =>
  readBinding(await openFiles(ports), repoFile, repoBinding);

/** Returns the binding to the human who decides. @throws usage if there is none */
export async function requireEmBinding(ports: BindingPorts, what: string): Promise<Readonly<{ path: string; value: EmBinding }>> {
  const { path, read } = await readEmBinding(ports);
  if (read === null) throw notBound(what, path);
  return { path, value: read.value };
}

/** @param values undefined values are not written to the file */
async function writeBinding<Schema extends z.ZodType>(
  ports: BindingPorts,
  name: string,
  schema: Schema,
  values: Readonly<Record<string, Values[string] | undefined>>,
): Promise<void> {
  const files = await openFiles(ports);
  const { path, read } = await readBinding(files, name, schema);
  const bom = read?.text.startsWith("\uFEFF") === true ? "\uFEFF" : "";
  const updated = bom + setTomlKeys(read?.text.slice(bom.length) ?? "", omitUndefined(values));
  // Text that cannot be parsed again must not be written.
  parseBinding(schema, updated, path);
  if (updated !== read?.text) await files.replace(path, read?.text ?? null, updated, ownerOnly);
}

export const writeEmBinding = (ports: BindingPorts, values: Partial<EmBinding>): Promise<void> =>
  writeBinding(ports, emFile, emBinding, values);
export const writeRepoBinding = (ports: BindingPorts, values: Partial<RepoBinding>): Promise<void> =>
  writeBinding(ports, repoFile, repoBinding, values);
