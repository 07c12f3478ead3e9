import { folderOf } from "./folders.ts";
import type { Projects } from "./projects.ts";

/** The project whose runs this window shows. */
export type Scope = Readonly<{
  /** The cached project name; null: all projects, or not known yet. */
  known(): string | null;
  /** Whether the window is limited to a project whose name is not known yet. */
  isUnknown(): boolean;
  /** The project; undefined: all projects. */
  ask(): Promise<string | undefined>;
}>;

/**
 * Creates the scope: the project of the first workspace folder if the setting limits the window to it, else all projects. A
 * window without a folder on disk has no project and shows all.
 */
export function createScope(limited: () => boolean, projects: Projects): Scope {
  const folder = (): string | undefined => (limited() ? folderOf() : undefined);
  return {
    known: () => {
      const path = folder();
      return path === undefined ? null : (projects.known(path) ?? null);
    },
    isUnknown: () => {
      const path = folder();
      return path !== undefined && projects.known(path) === undefined;
    },
    ask: async () => {
      const path = folder();
      return path === undefined ? undefined : projects.ask(path);
    },
  };
}
