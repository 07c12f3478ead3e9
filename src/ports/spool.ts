/** Events that are being ingested together: the state that a process needs to resume an interrupted batch. */
export type SpoolBatch = Readonly<{
  id: string;
  device: string;
  /** Where the device's log ended before the batch; null: it was empty. */
  after: Readonly<{ seq: number; hash: string | null; segment: number; offset: number }> | null;
  /** Names of the event files, in order. */
  names: readonly string[];
  /** Whether the facts of these events are durable. */
  recorded: boolean;
  /** Transcripts of earlier batches that are still to be read, because another import was running. */
  transcripts: readonly string[];
}>;

/** Where hooks store agent events until a process ingests them. */
export interface Spool {
  /** Runs `body` exclusively among all processes; null if another process still held the lock after the timeout. */
  exclusively<T>(body: () => Promise<T>): Promise<Readonly<{ value: T }> | null>;
  /** Names of the first events, sorted by name and therefore by time. @param most maximum number of names */
  names(most: number): readonly string[];
  /** Reads an event's bytes; null if the file is missing, `too long` if it is larger than any event that the hook writes. */
  read(name: string): Promise<Uint8Array | "too long" | null>;
  /** Returns the batch that a process began and did not end; null if there is none or its note cannot be parsed. */
  begun(): Promise<SpoolBatch | null>;
  /** Stores the note of a batch durably. @throws disk_full, store_unwritable */
  begin(batch: SpoolBatch): Promise<void>;
  /** Removes the event files of a batch and, unless transcripts are still to be read, its note. @throws store_unwritable */
  end(batch: SpoolBatch): Promise<void>;
  /** Copies an unreadable event to quarantine. @returns its path there */
  setAside(name: string, reason: string): Promise<string>;
}

/** Accepts the events that hooks pass on, and answers them. */
export interface AgentEvents {
  /** Stores an agent event. @returns the answer for the host; an empty text lets the agent continue */
  keep(event: Readonly<{ event: string | undefined; host: string | undefined; enforceBudget: boolean; text: string }>): string;
}
