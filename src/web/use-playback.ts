import { useEffect, useRef, useState } from "react";
import { type PlaybackReport, getFile } from "./api-client.ts";
import { isAbort } from "./api-error.ts";
import type { MediaFile, Playback } from "./api-shapes.ts";
import type { Delivery } from "./delivery.ts";
import { detectDeviceProfile } from "./device-profile.ts";
import { type PlaybackSession, openPlaybackSession } from "./playback-session.ts";

export type PlaybackState =
  | { readonly status: "starting"; readonly file: MediaFile | null }
  | { readonly status: "failed"; readonly file: MediaFile | null; readonly error: unknown }
  | {
      readonly status: "ready";
      readonly file: MediaFile;
      readonly playback: Playback;
      /** Seconds; where the player begins. */
      readonly startPosition: number;
    };

export interface PlaybackWish {
  readonly mediaFileId: string;
  readonly delivery: Delivery;
  /** Whether a file as it is will do as well. */
  readonly takesFiles: boolean;
  /** Index of the subtitles that become part of the pictures; null for none. */
  readonly burnt: number | null;
  /** Whether quiet sound is louder, and loud sound quieter. */
  readonly nightMode: boolean;
  /** A new number is a new try. */
  readonly attempt: number;
  /** Where to begin; null: where the viewer left off. */
  readonly position: number | null;
}

/** So near its end a title was watched, and begins anew. */
const endedFraction = 0.97;
/** Less than this is not worth resuming. */
const shortestResumeSeconds = 5;

/** Opens a session for the wish, and closes it when the wish changes or the component goes. */
export function usePlayback(wish: PlaybackWish, readState: () => PlaybackReport | null) {
  const [state, setState] = useState<PlaybackState>({ status: "starting", file: null });
  const session = useRef<PlaybackSession | null>(null);
  const { mediaFileId, delivery, takesFiles, burnt, nightMode, attempt, position } = wish;

  useEffect(() => {
    const gone = new AbortController();
    let file: MediaFile | null = null;
    const open = async (): Promise<void> => {
      file = await getFile(mediaFileId, gone.signal);
      setState({ status: "starting", file });
      const begin = position ?? resumePosition(file);
      const opened = await openPlaybackSession(
        {
          media_file_id: mediaFileId,
          container: delivery,
          device_profile: detectDeviceProfile(takesFiles),
          seek_position: begin,
          ...(burnt === null ? {} : { subtitle_track: burnt }),
          ...(nightMode && { night_mode: true }),
        },
        { readState, onRenewed: renewed },
      );
      if (gone.signal.aborted) return opened.close();
      session.current = opened;
      show(opened.playback, begin);
    };
    const show = (playback: Playback, startPosition: number): void => {
      if (file !== null) setState({ status: "ready", file, playback, startPosition });
    };

    const renewed = (playback: Playback): void =>
      setState((before) => {
        if (before.status !== "ready") return before;
        // The same content plays on; other content begins where the film is.
        const isSame = before.playback.manifest_url === playback.manifest_url;
        const here = readState()?.position ?? before.startPosition;
        return { ...before, playback, startPosition: isSame ? before.startPosition : here };
      });

    setState((before) => ({ status: "starting", file: before.file }));
    open().catch((error: unknown) => {
      if (!gone.signal.aborted && !isAbort(error)) setState({ status: "failed", file, error });
    });
    return () => {
      gone.abort();
      session.current?.close();
      session.current = null;
    };
  }, [mediaFileId, delivery, takesFiles, burnt, nightMode, attempt, position, readState]);

  return { state, session };
}

export function resumePosition(file: MediaFile): number {
  const position = file.resume_position ?? 0;
  const isWatched = file.duration !== null && position > file.duration * endedFraction;
  return position < shortestResumeSeconds || isWatched ? 0 : position;
}
