import * as z from "zod";

/** An object with any fields, kept as it is: zod's own record leaves out a field that is called `__proto__`. */
export const fields = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  { error: "must be an object" },
);

/**
 * A fact: one immutable record of something that happened, as it stands on one line of a device's log.
 *
 * `seq` counts 1, 2, 3 … without gaps per device; `prev` is the hash of the device's previous fact (null for the first) and
 * `hash` the SHA-256 (hex) of the canonical JSON (RFC 8785) of everything else in the record.
 * Fields and kinds this version does not know are kept as they are, so that an older version loses nothing.
 */
export const factEnvelope = z.looseObject({
  /** UUIDv7. */
  id: z.uuid(),
  /**
   * When it was recorded: ISO-8601 UTC with milliseconds. Never decreases along one device's log: where the clock shows much less than
   * the fact before, a field `clock` holds what it shows.
   */
  at: z.iso.datetime({ precision: 3 }),
  /** Id of the device that recorded it. */
  device: z.uuid(),
  seq: z.int().min(1),
  /** `owner/repo` or a folder name; null when the fact belongs to no project. */
  project: z.string().nullable(),
  kind: z.string().min(1),
  data: fields,
  prev: z.string().nullable(),
  hash: z.string().length(64),
});

export type Fact = Readonly<z.infer<typeof factEnvelope>>;

/** What a writer supplies; the log adds id, time, device, seq, prev and hash. */
export type Draft = Readonly<Pick<Fact, "kind" | "project" | "data">>;

/** Where a fact's line stands: bytes `[offset, offset + length)` of a segment, the line feed not counted. */
export type FactPlace = Readonly<{ device: string; segment: number; offset: number; length: number }>;

/** A fact together with the place of its line. */
export type PlacedFact = Readonly<{ fact: Fact; place: FactPlace }>;

/**
 * How far a device's log has been read: `seq` and `hash` of the last fact taken (0 and null before the first) and the
 * byte after its line feed.
 */
export type Cursor = Readonly<{
  device: string;
  seq: number;
  hash: string | null;
  segment: number;
  offset: number;
}>;

/** The place of a fact in recording order; `at` is what its device's clock showed. */
export type Recording = Readonly<Pick<Fact, "at" | "device" | "seq">>;

/**
 * Recording order: by `at`, then device, then `seq`. Total, and the same on every machine that holds the same facts.
 * Negative when `a` was recorded before `b`.
 */
export function compareRecording(a: Pick<Fact, "at" | "device" | "seq">, b: Pick<Fact, "at" | "device" | "seq">): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.device !== b.device) return a.device < b.device ? -1 : 1;
  return a.seq - b.seq;
}

/** One kind of fact: its name on the wire and the schema of its `data`. */
export type FactKind<K extends string, S extends z.ZodType> = Readonly<{ kind: K; data: S }>;

/** Defines a fact kind; list it in `kinds.ts` to join the union. */
export function defineKind<const K extends string, S extends z.ZodType>(kind: K, data: S): FactKind<K, S> {
  return { kind, data };
}
