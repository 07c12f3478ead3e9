import * as z from "zod";
import { notFound, usage } from "../../../kernel/errors.ts";
import type { FactPlace } from "../../../kernel/fact.ts";
import type { Ports } from "../../../ports/ports.ts";
import { projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { defaultRowLimit } from "../../shared/row-limit.ts";
import { gateListDocument, gateRunDocument } from "../documents/gate.ts";
import { gateRan } from "../model/gate-ran.ts";
import { runView } from "./run.ts";
import type { GateRunView } from "./views.ts";

async function readRuns({ ledger }: Pick<Ports, "ledger">, places: readonly FactPlace[]): Promise<readonly GateRunView[]> {
  const facts = await Promise.all(places.map((place) => ledger.fetch(place)));
  return facts.flatMap((fact) => {
    const read = gateRan.read(fact.data);
    return read.ok ? [runView(fact, read.content.data)] : [];
  });
}

export const gateList = defineOperation({
  name: "gate list",
  summary: "List the latest runs of the review gate",
  input: z.object({
    project: projectFilter,
    limit: z.int().min(1).max(1_000).default(defaultRowLimit).describe("Maximum number of runs"),
  }),
  effect: "read",
  examples: [{ run: "reward-ledger gate list", does: "verdicts, newest first" }],
  document: gateListDocument,
  run: async (ports, { project, limit }): Promise<readonly GateRunView[]> =>
    readRuns(ports, await ports.ledger.ask(({ gate }) => gate.newest(project, limit))),
});

export const gateShow = defineOperation({
  name: "gate show",
  summary: "Show a run of the review gate with its findings",
  input: z.object({
    id: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[0-9a-f-]{4,36}$/, "must be the id of a run, or its beginning")
      .optional()
      .describe("Id of the run, or its beginning; default the latest"),
  }),
  positional: ["id"],
  effect: "read",
  examples: [{ run: "reward-ledger gate show", does: "the latest run" }],
  document: gateRunDocument,
  async run(ports, { id }): Promise<GateRunView> {
    const places = await ports.ledger.ask(({ gate }) => (id === undefined ? gate.newest(undefined, 1) : gate.byId(id)));
    if (places.length > 1) throw usage(`Failed to show run ${id}: several begin so`, "Give more of the id.");
    const [run] = await readRuns(ports, places);
    if (run === undefined) {
      throw notFound(
        id === undefined ? "a run of the review gate" : `run ${id} of the review gate`,
        "`reward-ledger gate list` lists the runs; `reward-ledger gate run` adds one.",
      );
    }
    return run;
  },
});
