import * as dashjs from "dashjs";
import HlsPlayer from "hls.js";
import shaka from "shaka-player";

export type PlayerName = "dash.js" | "hls.js" | "shaka-player";

/** What a viewer waited for. */
export interface FirstPicture {
  /** From the click to the first picture on the screen. */
  readonly milliseconds: number;
  /** From then on: how much longer the first seconds took than they last. */
  readonly stalledMilliseconds: number;
  /** Lines of that picture. */
  readonly height: number;
  readonly sessionId: string;
  readonly contentHash: string;
}

declare global {
  interface Window {
    firstPicture: (
      player: PlayerName,
      wishes: object,
      watchedSeconds: number,
    ) => Promise<FirstPicture>;
  }
}

/** The players as they come, without a setting; each answers with what ends it. */
const loaders: Record<
  PlayerName,
  (video: HTMLVideoElement, url: string) => () => Promise<void> | void
> = {
  "dash.js": (video, url) => {
    const player = dashjs.MediaPlayer().create();
    player.initialize(video, url, true);
    return () => player.destroy();
  },
  "hls.js": (video, url) => {
    const player = new HlsPlayer();
    player.loadSource(url);
    player.attachMedia(video);
    return () => player.destroy();
  },
  "shaka-player": (video, url) => {
    const player = new shaka.Player();
    const loading = player.attach(video).then(() => player.load(url));
    return async () => {
      await loading;
      await player.destroy();
    };
  },
};

window.firstPicture = async (name, wishes, watchedSeconds) => {
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  document.body.replaceChildren(video);
  const clicked = performance.now();
  const response = await fetch("/api/playback/start", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...wishes, container: name === "dash.js" ? "dash" : "hls" }),
  });
  const started = await response.json();
  const painted = new Promise<number>((resolve, reject) => {
    video.requestVideoFrameCallback(resolve);
    setTimeout(() => reject(new Error(`${name} showed nothing within 30 s`)), 30_000);
  });
  const end = loaders[name](video, started.manifest_url);
  const paintedAt = await painted;
  const { videoHeight: height } = video;
  while (video.currentTime < watchedSeconds) await new Promise(requestAnimationFrame);
  const stalledMilliseconds = performance.now() - paintedAt - video.currentTime * 1000;
  await end();
  video.remove();
  return {
    ...{ milliseconds: paintedAt - clicked, stalledMilliseconds, height },
    ...{ sessionId: started.session_id, contentHash: started.content_hash },
  };
};
