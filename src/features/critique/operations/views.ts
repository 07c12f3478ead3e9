import type { Critique } from "../model/critique.ts";

export type CritiqueView = Critique &
  Readonly<{
    /** Null: a model was asked; else why none was. */
    not_asked: "off" | "reads_only" | "no_change" | null;
    model: string | null;
  }>;
