import { judgeEveryTile } from "./right-pictures.ts";

/** Of each way in which key frames come out of a film one; the others are the night's. */
const some = [
  ...["MP4", "a late clock in Matroska", "sparse key frames", "open GOPs of H.264", "AV1"],
  ...["MPEG-2 in a transport stream", "a variable rate", "less than an interval"],
  "a frame more than two sheets",
  "QuickTime Animation",
];

judgeEveryTile((shape) => some.includes(shape));
