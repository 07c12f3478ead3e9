import type { PlacedFact } from "../../kernel/fact.ts";
import { addProblem } from "../../ledger/index/problems.ts";
import type { FactToApply } from "../../ports/fact-index.ts";
import type { StoreProblem } from "../../ports/fact-log.ts";
import { knownFact, type Understood, understand } from "../facts/decode-fact.ts";
import { noteClock } from "./clocks.ts";
import { applyKnown } from "./dispatch-facts.ts";
import type { Session } from "./session.ts";

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

/** Applies one fact and moves the head of its log past it. */
export function applyFact(session: Session, placed: FactToApply): void {
  const { fact, place } = placed;
  const latest = noteClock(session, fact);
  const understood = understoodOf(placed);
  const refused =
    understood.state === "known"
      ? applyKnown(session, understood.fact, place)
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
  const moved = { ...device, facts: device.facts + 1, cursor, last: place, latest };
  memory.devices.set(place.device, moved);
  deltas.devices.set(place.device, moved);
}
