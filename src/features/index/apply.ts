import type { PlacedFact } from "../../kernel/fact.ts";
import { addProblem } from "../../ledger/index/problem-rows.ts";
import type { FactToApply } from "../../ports/fact-index.ts";
import type { StoreProblem } from "../../ports/fact-log.ts";
import { type DecodedFact, decodeFact, toKnownFact } from "../facts/decode-fact.ts";
import { recordClock } from "./clocks.ts";
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

const toDecoded = ({ fact, content }: FactToApply): DecodedFact =>
  content === undefined ? decodeFact(fact) : { state: "known", fact: toKnownFact(fact, content) };

/** Applies one fact and moves the head of its log past it. */
export function applyFact(session: Session, placed: FactToApply): void {
  const { fact, place } = placed;
  const latest = recordClock(session, fact);
  const decoded = toDecoded(placed);
  const reason =
    decoded.state === "known"
      ? applyKnown(session, decoded.fact, place)
      : decoded.state === "refused"
        ? decoded.reason
        : undefined;
  if (reason !== undefined) addProblem(session.db, refusal(placed, reason));
  const { memory, deltas } = session;
  const device = memory.device(place.device);
  const cursor = {
    device: place.device,
    seq: fact.seq,
    hash: fact.hash,
    segment: place.segment,
    offset: place.offset + place.length + 1,
  };
  const updated = { ...device, facts: device.facts + 1, cursor, last: place, latest };
  memory.devices.set(place.device, updated);
  deltas.devices.set(place.device, updated);
}
