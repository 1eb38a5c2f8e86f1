import { cutsEvery, describeTruncated } from "../support/truncated-films.ts";

// All of them are played at night.
describeTruncated({ mp4: cutsEvery(5, 0), mkv: cutsEvery(5, 2), ts: cutsEvery(5, 4) });
