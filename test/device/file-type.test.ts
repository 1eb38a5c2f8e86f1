import { expect, test } from "bun:test";
import { fileTypeOf } from "../../src/device/file-type.ts";
import { sampleAudio, sampleSource } from "../playback/sample-source.ts";

const mp4 = "mov,mp4,m4a,3gp,3g2,mj2";
const { video } = sampleSource;

test.each([
  ["film.mp4", mp4, "h264", "mp4", "video/mp4"],
  ["film.M4V", mp4, "h264", "m4v", "video/mp4"],
  ["film.mov", mp4, "h264", "mov", "video/quicktime"],
  ["film.mkv", mp4, "h264", "mp4", "video/mp4"],
  ["film", mp4, "h264", "mp4", "video/mp4"],
  ["song.m4a", mp4, null, "m4a", "audio/mp4"],
  ["film.mkv", "matroska,webm", "h264", "mkv", "video/x-matroska"],
  ["film.webm", "matroska,webm", "vp9", "webm", "video/webm"],
  // Browsers play what they know as WebM, whatever it is called.
  ["film.mkv", "matroska,webm", "vp9", "webm", "video/webm"],
  ["song.mka", "matroska,webm", null, "mka", "audio/x-matroska"],
  ["film.ts", "mpegts", "h264", "ts", "video/mp2t"],
  ["film.M2TS", "mpegts", "h264", "m2ts", "video/mp2t"],
  ["film.avi", "avi", "mpeg4", "avi", "video/x-msvideo"],
  ["film.vob", "mpeg", "mpeg2video", "vob", "video/mpeg"],
  ["song.mp3", "mp3", null, "mp3", "audio/mpeg"],
  ["song.ogg", "ogg", null, "ogg", "audio/ogg"],
  ["song.xyz", "wv", null, "bin", "application/octet-stream"],
])("%s of %s with %s is a %s of type %s", (path, container, codec, extension, mediaType) => {
  const audio = codec === "vp9" ? [] : [sampleAudio];
  const pictures = codec === null || video === null ? null : { ...video, codec };
  const source = { ...sampleSource, container, video: pictures, audio };
  expect(fileTypeOf(source, `/films/${path}`)).toEqual({ extension, mediaType });
});
