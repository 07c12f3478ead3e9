/** Dependencies of `createFileDebouncer`. */
export type FileDebouncerOptions = Readonly<{
  /** Identifies a version of a file (modification time and size); undefined when there is no file. Never rejects. */
  stampOf(path: string): Promise<string | undefined>;
  /** Receives the files that have stopped changing, with their stamps, sorted by path. Deleted files are left out. */
  settled(files: ReadonlyMap<string, string>): void;
  /** Time in ms without a change after which a file counts as fully written. */
  quietFor: number;
}>;

/** Delays files until they are fully written. */
export type FileDebouncer = Readonly<{ touch(path: string): void; forget(path: string): void; dispose(): void }>;

/**
 * A report may be visible half-written: its writer creates the file, then fills it. So a touched file is checked repeatedly until
 * two checks, `quietFor` apart, find it unchanged. Files that settle in the same check are passed together.
 */
export function createFileDebouncer({ stampOf, settled, quietFor }: FileDebouncerOptions): FileDebouncer {
  /** Path to its stamp at the last check; undefined before the first. */
  const pending = new Map<string, string | undefined>();
  const state: { timer: NodeJS.Timeout | undefined; looking: boolean } = { timer: undefined, looking: false };

  const checkPending = async (): Promise<void> => {
    const stamps = await Promise.all([...pending].map(async ([path, before]) => ({ path, before, stamp: await stampOf(path) })));
    const unchanged = new Map<string, string>();
    for (const { path, before, stamp } of stamps) {
      // Forgotten or touched again since the check began: this stamp is out of date.
      if (!pending.has(path) || pending.get(path) !== before) continue;
      if (stamp === undefined) pending.delete(path);
      else if (stamp !== before) pending.set(path, stamp);
      else {
        pending.delete(path);
        unchanged.set(path, stamp);
      }
    }
    if (unchanged.size > 0) settled(new Map([...unchanged].sort(([a], [b]) => (a < b ? -1 : 1))));
  };
  const schedule = (delay: number): void => {
    if (state.timer !== undefined || state.looking || pending.size === 0) return;
    state.timer = setTimeout(async () => {
      state.timer = undefined;
      state.looking = true;
      await checkPending();
      state.looking = false;
      schedule(quietFor);
    }, delay);
  };
  return {
    touch: (path) => {
      pending.set(path, undefined);
      // The first check runs at once; a file can settle only at the next one, after the quiet time.
      schedule(0);
    },
    forget: (path) => void pending.delete(path),
    dispose: () => {
      pending.clear();
      clearTimeout(state.timer);
    },
  };
}
