import { useEffect, useEffectEvent, useRef } from "react";
import { MediaRow } from "./media-row.tsx";
import type { MediaFiles } from "./use-media-files.ts";

/** Rows, and more of them before the end comes into sight. */
export function MediaList(props: { readonly list: MediaFiles; readonly onMore: () => void }) {
  const { files, hasMore, isLoading } = props.list;
  const end = useRef<HTMLDivElement>(null);
  const onMore = useEffectEvent(props.onMore);
  const length = files?.length ?? 0;

  useEffect(() => {
    const element = end.current;
    if (element === null || !hasMore) return undefined;
    // Observed anew after each page: when that was too short to push the end out of sight, the next comes at once.
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) onMore();
      },
      { rootMargin: "1200px 0px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasMore, length]);

  return (
    <>
      <ul className="media-list" aria-busy={isLoading} data-testid="list">
        {files?.map((file) => (
          <MediaRow key={file.id} file={file} />
        ))}
      </ul>
      <div ref={end} className="list-end" aria-hidden="true">
        {hasMore && isLoading ? <div className="spinner small" /> : null}
      </div>
    </>
  );
}
