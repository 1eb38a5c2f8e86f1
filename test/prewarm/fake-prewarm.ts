import { ViewraError } from "../../src/errors/viewra-error.ts";
import type { PrewarmPipeline, PrewarmProgress } from "../../src/prewarm/ports.ts";

export interface FakePrewarm extends PrewarmPipeline {
  /** All that was asked for, in its order. */
  readonly works: FakeWork[];
  /** What is under way now. */
  active(): FakeWork[];
  /** Waits until so many were asked for in all. */
  asked(count: number): Promise<FakeWork>;
}

export interface FakeWork {
  readonly hash: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  state: "active" | "done" | "failed" | "stopped";
  progress(made: PrewarmProgress): void;
  finish(): void;
  fail(error: unknown): void;
}

/** A pipeline that makes nothing, and says so when it is told to. */
export function createFakePrewarm(): FakePrewarm {
  const works: FakeWork[] = [];
  return {
    works,
    active: () => works.filter(({ state }) => state === "active"),
    async asked(count) {
      const deadline = Date.now() + 2000;
      while (works.length < count) {
        if (Date.now() > deadline) throw new Error(`asked ${works.length} times, not ${count}`);
        await Bun.sleep(1);
      }
      const work = works[count - 1];
      if (work === undefined) throw new Error("nothing was asked for");
      return work;
    },
    prewarm: (hash, { from, to, signal, onProgress }) =>
      new Promise((resolve, reject) => {
        const work: FakeWork = {
          ...{ hash, from, to, state: "active" },
          progress: onProgress,
          finish: () => {
            work.state = "done";
            resolve();
          },
          fail: (error) => {
            work.state = "failed";
            reject(error);
          },
        };
        works.push(work);
        signal.addEventListener("abort", () => {
          work.state = "stopped";
          reject(new ViewraError("CANCELLED"));
        });
      }),
  };
}
