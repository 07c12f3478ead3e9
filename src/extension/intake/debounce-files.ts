/** What `createSettler` needs of its surroundings. */
export type SettlerOptions = Readonly<{
  /** Tells one state of a file from another (time and size); undefined when there is no file. Never rejects. */
  stampOf(path: string): Promise<string | undefined>;
  /** Gets the files that have stopped changing, with their states, sorted. Files that are gone are not among them. */
  settled(files: ReadonlyMap<string, string>): void;
  /** A file counts as written when it did not change for so long, in ms. */
  quietFor: number;
}>;

/** Holds files back while they are being written. */
export type Settler = Readonly<{ touch(path: string): void; forget(path: string): void; dispose(): void }>;

/**
 * A report may be seen half-written: its writer creates the file, then fills it. So a touched file is looked at again until two
 * looks, `quietFor` apart, find it the same; what settles together is told together.
 */
export function createSettler({ stampOf, settled, quietFor }: SettlerOptions): Settler {
  /** Path to its state at the last look; undefined before the first. */
  const pending = new Map<string, string | undefined>();
  const state: { timer: NodeJS.Timeout | undefined; looking: boolean } = { timer: undefined, looking: false };

  const look = async (): Promise<void> => {
    const stamps = await Promise.all([...pending].map(async ([path, before]) => ({ path, before, stamp: await stampOf(path) })));
    const quiet = new Map<string, string>();
    for (const { path, before, stamp } of stamps) {
      // Forgotten or touched again since the look began: what was seen is of the past.
      if (!pending.has(path) || pending.get(path) !== before) continue;
      if (stamp === undefined) pending.delete(path);
      else if (stamp !== before) pending.set(path, stamp);
      else {
        pending.delete(path);
        quiet.set(path, stamp);
      }
    }
    if (quiet.size > 0) settled(new Map([...quiet].sort(([a], [b]) => (a < b ? -1 : 1))));
  };
  const schedule = (delay: number): void => {
    if (state.timer !== undefined || state.looking || pending.size === 0) return;
    state.timer = setTimeout(async () => {
      state.timer = undefined;
      state.looking = true;
      await look();
      state.looking = false;
      schedule(quietFor);
    }, delay);
  };
  return {
    touch: (path) => {
      pending.set(path, undefined);
      // The first look comes at once; the one that may settle comes after the quiet time.
      schedule(0);
    },
    forget: (path) => void pending.delete(path),
    dispose: () => {
      pending.clear();
      clearTimeout(state.timer);
    },
  };
}
