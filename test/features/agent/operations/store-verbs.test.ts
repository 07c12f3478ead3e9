import { describe, expect, it } from "vitest";
import * as z from "zod";
import { flagsOf } from "../../../../src/cli/flags.ts";
import { flag, integer, json, micros, nonBlank, oneOf, text, time } from "../../../../src/features/agent/model/column-types.ts";
import { defineStore } from "../../../../src/features/agent/model/store.ts";
import { storeVerbs } from "../../../../src/features/agent/operations/store-verbs.ts";
import { plain } from "../../../../src/kernel/privacy.ts";

const visits = defineStore({
  name: "visits",
  noun: "inspection",
  about: "Who came, and what it cost.",
  kinds: { add: "visit.added" },
  row: z.object({
    id: plain(nonBlank()),
    at: time().describe("When it was"),
    visitor: plain(nonBlank()).describe("Who came"),
    floor: integer(0, 9).describe("Where to"),
    mood: oneOf(["good", "bad"]).describe("How it went"),
    paid: flag().describe("It was paid for"),
    cost_usd_micros: micros().describe("What it cost, USD"),
    notes_json: plain(json()).nullable().describe("What else there is, JSON"),
    left_by: plain(text()).nullable().describe("Which door"),
    project: plain(text()).nullable(),
  }),
  key: ["id"],
  order: [{ column: "at", desc: true }],
  defaults: { mood: "good" },
  dollars: { cost_usd_micros: "cost_usd" },
  verbs: {
    group: "visit",
    positional: ["visitor"],
    now: "at",
    filters: ["mood", "paid"],
    sample: { visitor: "Ada Lovelace", floor: 3, paid: 1, cost_usd_micros: 10_000, notes_json: '{"a":1}' },
  },
});

const flags = (input: z.ZodObject) =>
  Object.fromEntries(
    flagsOf(input).map(({ name, kind, required, choices }) => [name, [kind, required, choices].filter(Boolean)]),
  );

describe("verbs generated from a store's columns", () => {
  const { add, list, show } = storeVerbs(visits);

  it("accept the columns that a user provides, with money in dollars, and describe each one", () => {
    expect(flags(add.input)).toEqual({
      at: ["string"],
      visitor: ["string", true],
      floor: ["integer", true],
      mood: ["string", ["good", "bad"]],
      paid: ["boolean"],
      "cost-usd": ["number", true],
      "notes-json": ["string"],
      "left-by": ["string"],
      project: ["string"],
    });
    expect(flagsOf(add.input).every(({ description }) => description !== "")).toBe(true);
    expect(add.positional).toEqual(["visitor"]);
  });

  it("filter lists by the columns named in the definition, with paging", () => {
    expect(flags(list.input)).toEqual({
      mood: ["string", ["good", "bad"]],
      paid: ["boolean"],
      project: ["string"],
      limit: ["integer"],
      cursor: ["string"],
    });
  });

  it("have summaries and an example from the definition", () => {
    expect([add, list, show].map(({ name, summary }) => [name, summary])).toEqual([
      ["visit add", "Record an inspection"],
      ["visit list", "List inspections, latest first"],
      ["visit show", "Show one inspection"],
    ]);
    expect(add.examples?.[0].run).toBe(
      'reward-ledger visit add "Ada Lovelace" --floor 3 --paid --cost-usd 0.01 --notes-json \'{"a":1}\'',
    );
  });
});
