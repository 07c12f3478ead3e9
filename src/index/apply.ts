import { placeChange } from "../domain/agent/placed-change.ts";
import type { PlacedFact } from "../domain/fact.ts";
import type { FactToApply } from "../domain/fact-index.ts";
import type { KnownFact } from "../domain/kinds.ts";
import type { StoreProblem } from "../domain/ports.ts";
import { runOf } from "../domain/review/run.ts";
import { knownFact, type Understood, understand } from "../domain/understand.ts";
import { applyChange } from "./agent/apply-change.ts";
import { applyBaseline, applyEvalRun } from "./eval/apply.ts";
import { addProblem } from "./problems.ts";
import { applyRun } from "./reviews.ts";
import type { Session } from "./session.ts";

/** Whatever lets runs of an agent (null: of every agent) become hidden or visible. */
function expose(session: Session, agent: string | null): void {
  if (agent !== null) session.exposed.add(agent);
  else for (const scope of session.memory.scopes.values()) session.exposed.add(scope.agent);
}

function applyReset(session: Session, factId: string, agent: string | null, fact: KnownFact): string | undefined {
  const { memory } = session;
  if (memory.resets().some((reset) => reset.factId === factId)) return "another reset has the same fact id";
  memory.addReset({ factId, agent, recording: { at: fact.at, device: fact.device, seq: fact.seq } });
  if (!memory.undone().has(factId)) expose(session, agent);
  return undefined;
}

function applyUndo(session: Session, factId: string): void {
  const { memory } = session;
  if (memory.undone().has(factId)) return;
  memory.addUndone(factId);
  const reset = memory.resets().find((one) => one.factId === factId);
  if (reset !== undefined) expose(session, reset.agent);
}

/** @returns why the fact cannot be applied, if so */
function applyKnown(session: Session, fact: KnownFact, placed: PlacedFact): string | undefined {
  if ("store" in fact) return applyChange(session, placeChange(fact));
  switch (fact.kind) {
    case "review.recorded":
      return applyRun(session, runOf(fact), placed.place);
    case "eval.recorded":
      return applyEvalRun(session, fact, fact.data, placed.place);
    case "eval.baseline":
      applyBaseline(session, fact, fact.data);
      return undefined;
    case "review.reset":
      return applyReset(session, fact.id.toLowerCase(), fact.data.agent, fact);
    case "review.reset_undone":
      applyUndo(session, fact.data.reset.toLowerCase());
      return undefined;
    default:
      return fact satisfies never;
  }
}

const refusal = ({ fact, place }: PlacedFact, reason: string): StoreProblem => ({
  kind: "refused",
  device: place.device,
  segment: place.segment,
  offset: place.offset,
  seq: fact.seq,
  message: `Fact ${fact.id} (${fact.kind}) cannot be counted: ${reason}`,
});

const understoodOf = ({ fact, content }: FactToApply): Understood =>
  content === undefined ? understand(fact) : { state: "known", fact: knownFact(fact, content) };

/** Applies one fact and moves the head of its log behind it. */
export function applyFact(session: Session, placed: FactToApply): void {
  const { fact, place } = placed;
  const understood = understoodOf(placed);
  const refused =
    understood.state === "known"
      ? applyKnown(session, understood.fact, placed)
      : understood.state === "refused"
        ? understood.reason
        : undefined;
  if (refused !== undefined) addProblem(session.db, refusal(placed, refused));
  const { memory, deltas } = session;
  const device = memory.device(place.device);
  const cursor = {
    device: place.device,
    seq: fact.seq,
    hash: fact.hash,
    segment: place.segment,
    offset: place.offset + place.length + 1,
  };
  const moved = { ...device, facts: device.facts + 1, cursor, last: place };
  memory.devices.set(place.device, moved);
  deltas.devices.set(place.device, moved);
}
