import { describe, expect, it, test } from "vitest";
import * as z from "zod";
import { allKinds } from "../../src/features/facts/kinds.ts";
import { fields } from "../../src/kernel/fact.ts";
import { fieldOf, fieldsOf, message, path, plain, privacyOfText } from "../../src/kernel/privacy.ts";
import { createRedactor, type SharedContent } from "../../src/sync/redact.ts";
import { sampleOf } from "./support/sample-data.ts";

const shareAll = {
  enabled: true,
  transcripts: true,
  redactMessages: false,
  redactPaths: false,
  projects: null,
  allowed: null,
  texts: true,
};
const shareNothing = { ...shareAll, transcripts: false, redactMessages: true, redactPaths: true };
const kinds = allKinds().map(({ kind, shape }) => ({ kind, schema: shape() }));

const sampleFact = (kind: string, schema: z.ZodType) => ({ kind, project: "acme/shop", data: fields.parse(sampleOf(schema)) });
/** The places that are named in the texts of the data, in order. */
const placesIn = ({ fact }: SharedContent): readonly string[] =>
  [...new Set(JSON.stringify(fact.data).match(/<[^>]+>/g))].map((text) => text.slice(1, -1)).sort();

describe.each(kinds)("the schema of $kind", ({ kind, schema }) => {
  const marked = fieldsOf(schema).filter(({ isMarked }) => isMarked);

  it("marks every text whose content is known", () => {
    const unmarked = fieldsOf(schema).filter(({ isMarked, privacy }) => !isMarked && privacy === "message");
    const known = unmarked.filter((field) => !(fieldOf(field.schema).schema instanceof z.ZodUnknown));
    expect(known.map(({ place }) => place)).toEqual([]);
  });

  it("leaves only plain texts when everything else is hidden", () => {
    const plainPlaces = marked.filter(({ privacy }) => privacy === "plain").map(({ place }) => place);
    const { fact } = createRedactor(shareNothing, "key")(sampleFact(kind, schema));
    for (const place of placesIn({ fact, marks: [] })) expect(plainPlaces).toContain(place.replace(/\.\*$/, ""));
    expect(JSON.stringify(fact.data)).not.toContain("<?");
  });

  it("sends everything when nothing is hidden", () => {
    const fact = sampleFact(kind, schema);
    expect(createRedactor(shareAll, "key")(fact)).toEqual({ fact, marks: [] });
  });
});

describe("a text in a field", () => {
  const schema = z.looseObject({
    word: z.enum(["yes", "no"]),
    id: z.uuid(),
    at: z.iso.datetime(),
    amount: z.number(),
    unmarked: z.string(),
    name: plain(z.string()),
    body: message(z.string()).nullable(),
    file: path(z.string()).optional(),
  });
  const privacyFor = (name: keyof typeof schema.shape, text: string) => privacyOfText(fieldOf(schema.shape[name]), text);

  it("has the mark of its field, even when the field may be absent or null", () => {
    expect([privacyFor("name", "a"), privacyFor("body", "a"), privacyFor("file", "a")]).toEqual(["plain", "message", "path"]);
  });

  it("is a message when its field is unmarked", () => {
    expect(privacyFor("unmarked", "a")).toBe("message");
  });

  it("is plain in an unmarked field when it is an enum value, an id or a time", () => {
    expect([
      privacyFor("word", "yes"),
      privacyFor("id", "01977420-0000-7000-8000-000000000001"),
      privacyFor("at", "2026-03-16T08:00:00Z"),
    ]).toEqual(["plain", "plain", "plain"]);
  });

  it("is a message when it does not match its field's type", () => {
    expect([
      privacyFor("word", "my password"),
      privacyFor("id", "my name"),
      privacyFor("at", "yesterday"),
      privacyFor("amount", "a lot"),
    ]).toEqual(["message", "message", "message", "message"]);
  });

  it("keeps its mark in refined and described schemas, and leaves the original schema unmarked", () => {
    const text = z.string();
    const refined = path(text)
      .refine((value) => value !== "")
      .describe("a file");
    expect([fieldOf(refined).privacy, fieldOf(text).privacy]).toEqual(["path", undefined]);
  });
});

describe("data unknown to any schema", () => {
  const fact = (data: Readonly<Record<string, unknown>>) => ({ kind: "session.unheard_of", project: null, data });

  it("is hidden with the messages, and sent with them", () => {
    const unknown = fact({ anything: { deep: ["said"], count: 3 } });
    expect(createRedactor(shareAll, "key")(unknown)).toEqual({ fact: unknown, marks: [] });
    const { fact: hidden, marks } = createRedactor({ ...shareAll, redactMessages: true }, "key")(unknown);
    expect(hidden.data).toEqual({ anything: { deep: [expect.stringMatching(/^redacted-[0-9a-f]{16}$/)], count: 3 } });
    expect(marks).toEqual(["messages"]);
  });

  it.each(["prompt", "prompts", "transcript", "transcripts", "conversation"])("is not sent when named %s", (name) => {
    const { fact: sent, marks } = createRedactor(
      { ...shareAll, transcripts: false },
      "key",
    )(fact({ steps: [{ [name]: ["asked"] }], n: 1 }));
    expect(sent.data).toEqual({ steps: [{}], n: 1 });
    expect(marks).toEqual(["transcripts"]);
  });

  it.each(["file", "files", "path", "paths", "folder", "cwd", "changed_files"])("is treated as a path when named %s", (name) => {
    const input = fact({ steps: [{ [name]: ["/place"], other: "said" }] });
    const { fact: sent, marks } = createRedactor({ ...shareAll, redactPaths: true }, "key")(input);
    expect(JSON.stringify(sent.data)).not.toContain("/place");
    expect(JSON.stringify(sent.data)).toContain("said");
    expect(marks).toEqual(["paths"]);
    expect(JSON.stringify(createRedactor({ ...shareAll, redactMessages: true }, "key")(input).fact.data)).not.toContain("/place");
  });
});

test("the mark of an automatic recording is sent, and nothing else in its place", () => {
  const intake = { batch: "01977420-0000-7000-8000-000000000001" };
  const share = createRedactor({ ...shareAll, redactMessages: true }, "key");
  const sharedIntake = (intakeData: unknown) =>
    share({ kind: "eval.recorded", project: "p", data: { intake: intakeData } }).fact.data["intake"];
  expect(sharedIntake(intake)).toEqual(intake);
  expect(sharedIntake("said")).toMatch(/^redacted-/);
  expect(sharedIntake({ ...intake, note: "said" })).toEqual({ ...intake, note: expect.stringMatching(/^redacted-/) });
});

describe("texts that people write to each other", () => {
  const share = createRedactor({ ...shareAll, texts: false }, "key");
  const marksOf = (kind: string) => share({ kind, project: "p", data: { row: { body: "said" } } }).marks;

  it.each(["inbox.added", "inbox.changed", "memory.added", "memory.changed"])(
    "are hidden in %s without separate consent",
    (kind) => {
      expect(marksOf(kind)).toEqual(["messages"]);
    },
  );

  it("are assumed in facts of an unknown kind", () => {
    expect(marksOf("session.unheard_of")).toEqual(["messages"]);
  });

  it("are assumed in no other kind", () => {
    const others = kinds.map(({ kind }) => kind).filter((kind) => !/^(inbox|memory)\./.test(kind));
    expect(others.filter((kind) => marksOf(kind).length > 0)).toEqual([]);
  });
});

test("facts without a project are sent when they concern all projects", () => {
  const share = createRedactor({ ...shareAll, projects: ["acme/*"] }, "key");
  const sentKinds = kinds.filter(({ kind }) => !share({ kind, project: null, data: {} }).marks.includes("withheld"));
  expect(sentKinds.map(({ kind }) => kind).sort()).toEqual([
    "budget.extended",
    "budget.set",
    "eval.baseline",
    "intake.redone",
    "intake.undone",
    "review.reset",
    "review.reset_undone",
  ]);
});
