import type { Figure } from "./figure.ts";

/** What a benchmark may use. Everything in `workDir` is removed when it has ended. */
export interface BenchContext {
  /** The executable under measurement, as it would be installed. */
  readonly viewra: string;
  /** Folder with the films of films.ts, and nothing else. */
  readonly filmsDir: string;
  /** An empty folder of this benchmark's own, on the same disk as the films. */
  readonly workDir: string;
  /** How many times both sides are measured, in turn. */
  readonly rounds: number;
  /** A line of progress for a person who waits. */
  readonly say: (line: string) => void;
  /** Keeps a picture for the report. */
  readonly draw: (fileName: string, svg: string) => Promise<void>;
}

export interface Benchmark {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is measured and against what, for the report. */
  readonly about: string;
  readonly rounds: { readonly full: number; readonly quick: number };
  measure(context: BenchContext): Promise<Figure[]>;
}
