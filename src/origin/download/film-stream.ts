import { ViewraError } from "../../errors/viewra-error.ts";
import { readMediaFragment } from "../../iso/media-fragment.ts";
import { createPlainMovie } from "../../iso/movie/plain-movie.ts";
import type { ChosenTrack } from "./chosen-tracks.ts";
import {
  bytesOf,
  groupCount,
  groupNames,
  initNames,
  type FilmLayout,
  type OpenObject,
} from "./film-layout.ts";

/** Reads a part of a film file whose segments are all stored. */
export async function* readLayout(
  layout: FilmLayout,
  open: OpenObject,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  for (const part of layout.parts(start, end)) {
    if ("bytes" in part) yield part.bytes;
    else yield bytesOfPart(await open(part.name), part.start, part.end);
  }
}

async function bytesOfPart(
  object: Awaited<ReturnType<OpenObject>>,
  start: number,
  end: number,
): Promise<Uint8Array> {
  return new Uint8Array(await object.body(start, end).arrayBuffer());
}

/** Tells the same file while its segments are made: each group once all of its segments are there, and no sooner than it is taken. */
export async function* tellFilm(
  tracks: readonly ChosenTrack[],
  openMade: OpenObject,
): AsyncGenerator<Uint8Array> {
  const read = async (name: string): Promise<Uint8Array> => bytesOf(await openMade(name));
  const movie = createPlainMovie(await Promise.all(initNames(tracks).map(read)));
  yield movie.head;
  for (let n = 1; n <= groupCount(tracks); n++) {
    const segments = await Promise.all(
      groupNames(tracks, n).map(async (name) => (name === null ? null : read(name))),
    );
    const { header, pieces } = movie.addGroup(
      segments.map((bytes) => bytes && readMediaFragment(bytes)),
    );
    yield header;
    for (const { track, start, end } of pieces) {
      const bytes = segments[track];
      if (bytes) yield bytes.subarray(start, end);
    }
  }
  yield movie.end();
}

/**
 * A body that takes a piece of the source when somebody takes one of it, and no sooner. `first` was taken already. The source is
 * told when nobody takes any more, and why where it failed: all that a client can be told then is that it has not got all.
 */
export function bodyOf(
  source: AsyncGenerator<Uint8Array>,
  first: readonly Uint8Array[],
  onGone: (failure?: unknown) => void,
): ReadableStream<Uint8Array> {
  const waiting = [...first];
  return new ReadableStream(
    {
      async pull(controller) {
        const next = waiting.shift();
        if (next !== undefined) return controller.enqueue(next);
        try {
          const taken = await source.next();
          if (taken.done === true) controller.close();
          else controller.enqueue(taken.value);
        } catch (thrown) {
          // Of two tracks that were waited for, the other one is wanted no more.
          onGone(thrown);
          // With a reason, Bun would print that on standard error, in a form of its own.
          controller.error();
        }
      },
      async cancel() {
        onGone();
        await source.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** How often somebody who waits for a segment asks again: each time it waited its turn for as long as one may. */
const mostTries = 10;
/** At most so long between two tries, where it is told to come back later. */
const longestPauseSeconds = 5;

/** Opens an object once it was made. */
export function openerThatMakes(
  open: OpenObject,
  ensure: (name: string) => Promise<void>,
): OpenObject {
  return async (name) => {
    for (let tries = 1; ; tries++) {
      try {
        return await open(name);
      } catch (thrown) {
        if (!isNotReady(thrown) || tries > mostTries) throw thrown;
      }
      await ensure(name).catch(async (thrown: unknown) => {
        if (!isNotReady(thrown)) throw thrown;
        await pause(Math.min(thrown.retryAfterSeconds ?? 0, longestPauseSeconds));
      });
    }
  };
}

function isNotReady(thrown: unknown): thrown is ViewraError {
  return thrown instanceof ViewraError && thrown.code === "OBJECT_NOT_READY";
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}
