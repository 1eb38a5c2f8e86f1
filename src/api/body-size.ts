import { bodyLimit } from "hono/body-limit";
import { ViewraError } from "../errors/viewra-error.ts";

const maxBodyBytes = 1_000_000;

/** Refuses bodies over 1 MB, also those that do not say how long they are. */
export const limitBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new ViewraError("REQUEST_TOO_LARGE", undefined, { details: { max_bytes: maxBodyBytes } });
  },
});
