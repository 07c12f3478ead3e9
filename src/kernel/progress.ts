/** The progress of long work. `total` is absent while it is unknown. */
export type Progress = Readonly<{ done: number; total?: number | undefined; message: string }>;
export type OnProgress = (progress: Progress) => void;
