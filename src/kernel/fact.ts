import * as z from "zod";
import { problemsOf } from "./zod-messages.ts";

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

/** The envelope's own fields, those that a newer version may have added left out. */
export type Envelope = Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project" | "prev" | "hash"> & { clock?: unknown }>;

/** What the data of a fact say, or what is wrong with them, one line each. */
export type ReadData<Content> = Readonly<{ ok: true; content: Content }> | Readonly<{ ok: false; problems: readonly string[] }>;

/** What a kind of fact means. What it does in the index is defined beside the index's tables (`features/index/dispatch-facts.ts`). */
export type FactKind<Kind extends string, Content, Into = unknown> = Readonly<{
  kind: Kind;
  /** The schema of its data, as far into them as this version knows. Its marks say which texts may leave (`privacy.ts`). */
  shape(): z.ZodType;
  /** `all projects`: a fact of no project says nothing of any, and always leaves, so that all machines count alike. */
  scope: "project" | "all projects";
  /** Whether people write its texts to each other and to their agents. */
  isPersonal: boolean;
  read(data: Fact["data"]): ReadData<Content>;
  /** Adds what a fact says to what folds take, from which everything that is shown can be computed again. */
  collect: (into: Into, fact: Envelope & Content) => void;
}>;

/** A kind whose data are read by their schema. */
export type ShapedFactKind<Kind extends string, S extends z.ZodType, Into = unknown> = Readonly<{ data: S }> &
  FactKind<Kind, Readonly<{ kind: Kind; data: z.output<S> }>, Into>;

type Definition<Kind extends string, S extends z.ZodType, Into> = Readonly<{
  kind: Kind;
  data: S;
  scope?: "project" | "all projects";
  /** Not needed where the facts themselves are asked for each time. */
  collect?: (into: Into, fact: Envelope & Readonly<{ data: z.output<S> }>) => void;
}>;

/** Defines a fact kind; list it in `features/facts/kinds.ts` and `features/index/dispatch-facts.ts`. */
export function defineFact<const Kind extends string, S extends z.ZodType, Into = unknown>(
  definition: Definition<Kind, S, Into>,
): ShapedFactKind<Kind, S, Into> {
  const { kind, data: schema, scope = "project", collect = () => undefined } = definition;
  return {
    kind,
    data: schema,
    shape: () => schema,
    scope,
    isPersonal: false,
    read(data) {
      const parsed = schema.safeParse(data, { reportInput: true });
      return parsed.success
        ? { ok: true, content: { kind, data: parsed.data } }
        : { ok: false, problems: problemsOf(parsed.error) };
    },
    collect,
  };
}
