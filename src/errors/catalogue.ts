/**
 * Every error a client or an operator can meet: its HTTP status and the sentence that stands for it
 * when the place that throws has nothing more exact to say.
 */
export const catalogue = {
  INVALID_REQUEST: { status: 400, message: "The request is not of the form this route takes" },
  REQUEST_TOO_LARGE: { status: 413, message: "The request is larger than this route takes" },
  CROSS_ORIGIN: { status: 403, message: "A page of another site may not ask for this" },
  HOST_NOT_ALLOWED: { status: 421, message: "This server does not answer to that name" },
  PATH_NOT_ALLOWED: { status: 403, message: "That folder may not become a library" },
  RANGE_NOT_SATISFIABLE: { status: 416, message: "The file has no such bytes" },
  INVALID_CONFIGURATION: { status: 500, message: "A setting has a value that cannot be used" },
  NOT_FOUND: { status: 404, message: "There is nothing under this address" },
  METHOD_NOT_ALLOWED: { status: 405, message: "This address does not take that method" },
  MEDIA_NOT_FOUND: { status: 404, message: "No such media file" },
  ALBUM_NOT_FOUND: { status: 404, message: "No such album" },
  SERIES_NOT_FOUND: { status: 404, message: "No such series" },
  ARTWORK_NOT_FOUND: { status: 404, message: "The media file has no such picture" },
  FONT_NOT_FOUND: { status: 404, message: "The media file brings no such font along" },
  SUBTITLES_NOT_FOUND: { status: 404, message: "The media file has no such subtitles" },
  MEDIA_MISSING: { status: 404, message: "The media file is no longer where it was" },
  MEDIA_CHANGED: { status: 409, message: "The media file changed on disk since it was scanned" },
  MEDIA_UNREADABLE: { status: 415, message: "The media file cannot be read" },
  MEDIA_UNSUPPORTED: { status: 415, message: "The media file holds nothing that can be played" },
  LIBRARY_NOT_FOUND: { status: 404, message: "No such library" },
  LIBRARY_UNKNOWN: { status: 409, message: "It cannot be told which films the libraries hold" },
  LIBRARY_EXISTS: { status: 409, message: "That folder is a library already" },
  SCAN_NOT_FOUND: { status: 404, message: "No such scan" },
  SESSION_NOT_FOUND: { status: 404, message: "No such playback session" },
  SESSION_LIMIT_REACHED: { status: 503, message: "As many sessions play as this server allows" },
  DELIVERY_IMPOSSIBLE: {
    status: 415,
    message: "The title cannot be delivered in the way that was asked for",
  },
  NO_OTHER_DELIVERY: { status: 409, message: "There is no other way to deliver this title" },
  CONTENT_NOT_FOUND: { status: 404, message: "No such content" },
  PLAN_UNSUPPORTED: {
    status: 404,
    message:
      "The content was made by another version of Viewra: what is stored of it is served, no more",
  },
  OBJECT_NOT_FOUND: { status: 404, message: "The content has no such object" },
  OBJECT_NOT_READY: { status: 404, message: "The object did not come into being in time" },
  PRECONDITION_FAILED: { status: 412, message: "The object is not the version that was asked for" },
  OBJECT_CORRUPT: { status: 500, message: "A stored object is not what was recorded" },
  TRANSCODING_UNAVAILABLE: { status: 503, message: "No encoder on this machine can do this" },
  ENCODE_FAILED: { status: 500, message: "FFmpeg did not produce the segment" },
  PACKAGE_FAILED: { status: 500, message: "Shaka Packager did not produce the segment" },
  VERIFY_FAILED: { status: 500, message: "A produced segment is not what the plan says" },
  PROBE_FAILED: { status: 415, message: "ffprobe could not describe the file" },
  PROCESS_TIMEOUT: { status: 504, message: "A program took longer than it may" },
  PROGRAM_MISSING: { status: 503, message: "A program that is needed was not found" },
  STORAGE_FULL: { status: 507, message: "There is no room left on the disk of the content store" },
  DATABASE_UNUSABLE: { status: 503, message: "The database cannot be used" },
  FOLDER_UNUSABLE: { status: 503, message: "A folder that is needed cannot be used" },
  ADDRESS_UNUSABLE: { status: 503, message: "The server cannot listen on its address" },
  ALREADY_RUNNING: { status: 503, message: "Another server uses the data folder" },
  CANCELLED: { status: 499, message: "The work was given up because nobody wants it any more" },
  SYSTEM_BUSY: {
    status: 503,
    message:
      "The system has no more file handles or memory for this at the moment; if that happens often, raise the limit of open files (ulimit -n)",
  },
  SHUTTING_DOWN: { status: 503, message: "The server is stopping" },
  INTERNAL: { status: 500, message: "Something went wrong inside the server" },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof catalogue;
