/** Events that are being taken in together: what a process that finds them again needs to know. */
export type SpoolBatch = Readonly<{
  id: string;
  device: string;
  /** Where the device's log ended before; null: it was empty. */
  after: Readonly<{ seq: number; hash: string | null; segment: number; offset: number }> | null;
  /** Names of the events' files, in their order. */
  names: readonly string[];
  /** Their facts are durable. */
  recorded: boolean;
  /** Transcripts of earlier batches that are still to be read, because another import ran. */
  transcripts: readonly string[];
}>;

/** Where hooks leave the events of agents until a process takes them in. */
export interface Spool {
  /** Runs `body` as the only one among all processes; null when another was still at it after a while. */
  exclusively<T>(body: () => Promise<T>): Promise<Readonly<{ value: T }> | null>;
  /** The first events by name, which is by time. */
  names(most: number): readonly string[];
  /** An event's bytes; null when it is gone, `too long` when the hook has not written it. */
  read(name: string): Promise<Uint8Array | "too long" | null>;
  /** The batch that a process began and did not end; null: there is none. What cannot be read is none. */
  begun(): Promise<SpoolBatch | null>;
  /** Notes a batch, durably. @throws disk_full, store_unwritable */
  begin(batch: SpoolBatch): Promise<void>;
  /** Removes the files of a batch, then its note, unless transcripts are still to be read. @throws store_unwritable */
  end(batch: SpoolBatch): Promise<void>;
  /** Keeps an event that cannot be read in quarantine. @returns its path there */
  setAside(name: string, reason: string): Promise<string>;
}

/** What a hook hands over and is answered. */
export interface AgentEvents {
  /** Keeps an event of an agent. @returns what the host is to be answered; nothing lets the agent go on */
  keep(event: Readonly<{ event: string | undefined; host: string | undefined; enforceBudget: boolean; text: string }>): string;
}
