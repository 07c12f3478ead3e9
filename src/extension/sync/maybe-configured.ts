import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { olderProjectFile, projectFile, settingsFile } from "../../ports/settings-files.ts";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    // Not there, or not to be looked at, which is the same here.
    () => false,
  );

async function inCheckout(folder: string): Promise<boolean> {
  for (const name of [projectFile, olderProjectFile]) if (await exists(join(folder, name))) return true;
  const above = dirname(folder);
  return above !== folder && !(await exists(join(folder, ".git"))) && inCheckout(above);
}

/**
 * Whether anything says where to sync to, told from the presence of a few files, so that a window without sync loads nothing of
 * it. Whether what they say can be used, the store finds out.
 */
export async function maybeConfigured(home: string, folders: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  if ((env["REWARD_LEDGER_SUPABASE_URL"] ?? "") !== "") return true;
  for (const folder of folders) if (await inCheckout(folder)) return true;
  // No settings of the user's own is the usual case.
  const settings = await readFile(join(home, settingsFile), "utf8").catch(() => "");
  return settings.includes('"sync.url"');
}
