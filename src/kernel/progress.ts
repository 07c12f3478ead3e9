/** How far long work has come. `total` is absent while it is not known. */
export type Progress = Readonly<{ done: number; total?: number | undefined; message: string }>;
export type OnProgress = (progress: Progress) => void;
