import { parseNaming, type FileNames } from "../../src/db/file-names.ts";

/** What a file is called of which nothing but the title is known. */
export function plainNames(title: string): FileNames {
  return {
    ...{ key: "plain", title, sortTitle: title, searchWords: "", naming: parseNaming(null) },
    ...{ albumFolder: null, filmKey: null, series: null, episodeFrom: null, episodeTo: null },
  };
}
