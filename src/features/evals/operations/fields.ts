import * as z from "zod";
import { healthStates } from "../model/health.ts";

const word = z.string().trim().normalize("NFC").min(1);

/** Input keys that several eval operations share. */
export const tierFilter = word.optional().describe("Only runs of this tier: e2e, llm-judge or any other word");
export const branchFilter = word.optional().describe("Only runs of this branch");
export const runReference = word.describe("Id of a run or its start, latest, previous, baseline, or a file");
export const healthFilter = z.enum(healthStates).optional().describe("Only tests in this state of health");
export const suiteFilter = z.string().optional().describe("Only tests of this suite; empty for those without one");
