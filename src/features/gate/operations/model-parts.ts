import type { ModelParts } from "./pass.ts";

export const modelParts: ModelParts = {};
