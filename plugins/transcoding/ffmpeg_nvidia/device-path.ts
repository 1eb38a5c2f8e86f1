import {
  decodingOf,
  isDeinterlaced,
  needsMemory,
  type Device,
  type DevicePath,
  type DeviceWork,
  type FilmPictures,
  type VideoRecipe,
} from "../../../src/plugin/sdk.ts";
import { videoArgs } from "./args.ts";

/** Those like the processor's, the better one first: one picture a pair of fields, each at the first one's moment. */
const deinterlacers = ["bwdif_cuda", "yadif_cuda"] as const;

/** Pictures that the filters and the encoder hold on to, beside those that the decoder needs. */
const heldPictures = "8";

/** NVDEC decodes, CUDA scales, and NVENC encodes what lies on the card. */
export function devicePath(
  work: DeviceWork,
  device: Device,
  filters: ReadonlySet<string>,
): DevicePath | null {
  if (decodingOf(work.pictures) === null) return null;
  const globalArgs = ["-init_hw_device", `cuda=cu:${device.id}`];
  const inputArgs = ["-hwaccel", "cuda", "-hwaccel_device", "cu"];
  const deinterlacer = deinterlacers.find((name) => filters.has(name));
  const isStuck = isDeinterlaced(work) && deinterlacer === undefined;
  if (isStuck || needsMemory(work) !== null) return { globalArgs, inputArgs, filters: null };
  return {
    globalArgs,
    inputArgs: [
      ...[...inputArgs, "-hwaccel_output_format", "cuda"],
      ...["-extra_hw_frames", heldPictures],
    ],
    filters: {
      deinterlace: [`${deinterlacer}=mode=send_frame:deint=all`],
      scale: (recipe) => scale(work.pictures, recipe),
      videoArgs: (recipe) => videoArgs(recipe, device, "cuda"),
    },
  };
}

/**
 * CUDA's bicubic looks at four samples in each direction, however many become one (`vf_scale_cuda.cu`): pictures are first
 * halved, of which its bilinear is the exact mean of four, until they are less than twice as large.
 */
function scale(pictures: FilmPictures, { width, height, bitDepth }: VideoRecipe): string[] {
  const filters: string[] = [];
  let [w, h] = [pictures.width, pictures.height];
  while (w >= 2 * width && h >= 2 * height && w % 4 === 0 && h % 4 === 0) {
    [w, h] = [w / 2, h / 2];
    filters.push(`scale_cuda=w=${w}:h=${h}:interp_algo=bilinear`);
  }
  const format = bitDepth === 10 ? "p010le" : "nv12";
  // Into pictures of the filter's own: the decoder has too few for all that the encoder holds on to.
  const last = `w=${width}:h=${height}:interp_algo=bicubic:format=${format}:passthrough=0`;
  return [...filters, `scale_cuda=${last}`];
}
