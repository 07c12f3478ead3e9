import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { olderProjectFile, projectFile, settingsFile } from "../../ports/settings-files.ts";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    // Missing and inaccessible files are treated alike.
    () => false,
  );

async function hasProjectFile(folder: string): Promise<boolean> {
  for (const name of [projectFile, olderProjectFile]) if (await exists(join(folder, name))) return true;
  const parent = dirname(folder);
  return parent !== folder && !(await exists(join(folder, ".git"))) && hasProjectFile(parent);
}

/**
 * Whether a sync target may be configured, judged by the presence of a few files and settings, so that a window without sync
 * loads no sync code. The store decides whether the configuration is valid.
 */
export async function maybeConfigured(home: string, folders: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  if ((env["REWARD_LEDGER_SUPABASE_URL"] ?? "") !== "") return true;
  for (const folder of folders) if (await hasProjectFile(folder)) return true;
  // Usually the user has no settings file.
  const settings = await readFile(join(home, settingsFile), "utf8").catch(() => "");
  return settings.includes('"sync.url"');
}
