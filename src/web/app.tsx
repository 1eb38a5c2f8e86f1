import { lazy, Suspense, useState } from "react";
import { useRoute } from "./hash-route.ts";
import { LibraryPage } from "./library-page.tsx";

/** The player and its engines are most of the bytes: they come when somebody watches. */
const WatchPage = lazy(() => import("./watch-page.tsx"));

export function App() {
  const route = useRoute();
  const isLibrary = route.name === "library";
  const [wasLibraryShown, setLibraryShown] = useState(isLibrary);
  if (isLibrary && !wasLibraryShown) setLibraryShown(true);
  return (
    <>
      {/* Stays while a title plays, so that coming back finds the list as it was. */}
      {wasLibraryShown ? <LibraryPage isShown={isLibrary} /> : null}
      {route.name === "watch" ? (
        <Suspense fallback={<main className="watch" aria-busy="true" />}>
          <WatchPage key={route.mediaFileId} mediaFileId={route.mediaFileId} />
        </Suspense>
      ) : null}
    </>
  );
}
