import type { Critique } from "../model/critique.ts";

export type CritiqueView = Critique &
  Readonly<{
    /** Why no model was asked; null if one was asked. */
    not_asked: "off" | "reads_only" | "no_change" | null;
    model: string | null;
  }>;
