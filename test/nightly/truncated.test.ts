import { cutsEvery, describeTruncated } from "../support/truncated-films.ts";

const all = cutsEvery(1, 0);
describeTruncated({ mp4: all, mkv: all, ts: all });
