import * as z from "zod";
import { problemsOf } from "./zod-messages.ts";

/** An object with any fields, kept unchanged: zod's own record drops a field named `__proto__`. */
export const fields = z.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  { error: "must be an object" },
);

/**
 * A fact: one immutable record of something that happened, stored as one line of a device's log.
 *
 * `seq` counts 1, 2, 3 … without gaps per device; `prev` is the hash of the device's previous fact (null for the first) and
 * `hash` the SHA-256 (hex) of the canonical JSON (RFC 8785) of everything else in the record.
 * Fields and kinds that this version does not know are kept unchanged, so that an older version loses nothing.
 */
export const factEnvelope = z.looseObject({
  /** UUIDv7. */
  id: z.uuid(),
  /**
   * When it was recorded: ISO-8601 UTC with milliseconds. Never decreases along one device's log: where the clock is far behind
   * the previous fact, a field `clock` holds the time that the clock shows.
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

/** The place of a fact's line: bytes `[offset, offset + length)` of a segment, without the line feed. */
export type FactPlace = Readonly<{ device: string; segment: number; offset: number; length: number }>;

/** A fact together with the place of its line. */
export type PlacedFact = Readonly<{ fact: Fact; place: FactPlace }>;

/**
 * How far a device's log has been read: `seq` and `hash` of the last fact that was read (0 and null before the first) and the
 * byte after its line feed.
 */
export type Cursor = Readonly<{
  device: string;
  seq: number;
  hash: string | null;
  segment: number;
  offset: number;
}>;

/** The place of a fact in recording order; `at` is the time that its device's clock showed. */
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

/** The known fields of the envelope, without those that a newer version may have added. */
export type Envelope = Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project" | "prev" | "hash"> & { clock?: unknown }>;

/** The parsed data of a fact, or the problems with them, one line each. */
export type ReadData<Content> = Readonly<{ ok: true; content: Content }> | Readonly<{ ok: false; problems: readonly string[] }>;

/**
 * The meaning of a kind of fact. Its effect on the index is defined beside the index's tables
 * (`features/index/dispatch-facts.ts`).
 */
export type FactKind<Kind extends string, Content, Into = unknown> = Readonly<{
  kind: Kind;
  /**
   * The schema of its data, as far as this version knows them. Its marks define which texts may leave the machine (`privacy.ts`).
   */
  shape(): z.ZodType;
  /**
   * `all projects`: a fact without a project reveals nothing about any project and is always sent, so that all machines count
   * alike.
   */
  scope: "project" | "all projects";
  /** Whether people write its texts to each other and to their agents. */
  isPersonal: boolean;
  read(data: Fact["data"]): ReadData<Content>;
  /** Adds a fact's content to the input of the folds, from which everything that is shown can be computed again. */
  collect: (into: Into, fact: Envelope & Content) => void;
}>;

/** A kind whose data are parsed by a schema. */
export type ShapedFactKind<Kind extends string, S extends z.ZodType, Into = unknown> = Readonly<{ data: S }> &
  FactKind<Kind, Readonly<{ kind: Kind; data: z.output<S> }>, Into>;

type Definition<Kind extends string, S extends z.ZodType, Into> = Readonly<{
  kind: Kind;
  data: S;
  scope?: "project" | "all projects";
  /** Not needed for a kind whose facts themselves are read each time. */
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
