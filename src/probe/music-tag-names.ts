/**
 * The names that taggers and FFmpeg's demuxers have for one thing, lower case, the best first: Vorbis comments and Matroska,
 * ID3v2 and MP4 as FFmpeg translates them, APE, ASF, and what MusicBrainz Picard writes where a container has no name of its own.
 */
export const tagNames = {
  title: ["title"],
  artist: ["artist", "author"],
  artists: ["artists", "wm/artists"],
  album: ["album", "wm/albumtitle"],
  albumArtist: ["album_artist", "albumartist", "album artist", "wm/albumartist"],
  albumArtists: ["albumartists", "album_artists"],
  composer: ["composer", "wm/composer"],
  genre: ["genre", "wm/genre"],
  track: ["track", "tracknumber", "part_number", "wm/tracknumber"],
  trackTotal: ["tracktotal", "totaltracks", "total_parts"],
  disc: ["disc", "discnumber", "wm/partofset", "tpa"],
  discTotal: ["disctotal", "totaldiscs"],
  date: [
    "date",
    "year",
    "tyer",
    "tdrc",
    "date_released",
    "date_recorded",
    "wm/year",
    "originaldate",
  ],
  compilation: ["compilation", "tcmp", "itunescompilation", "wm/iscompilation"],
  recording: ["musicbrainz_trackid", "musicbrainz track id", "musicbrainz/track id"],
  releaseTrack: [
    "musicbrainz_releasetrackid",
    "musicbrainz release track id",
    "musicbrainz/release track id",
  ],
  release: ["musicbrainz_albumid", "musicbrainz album id", "musicbrainz/album id"],
  releaseGroup: [
    "musicbrainz_releasegroupid",
    "musicbrainz release group id",
    "musicbrainz/release group id",
  ],
  artistId: ["musicbrainz_artistid", "musicbrainz artist id", "musicbrainz/artist id"],
  albumArtistId: [
    "musicbrainz_albumartistid",
    "musicbrainz album artist id",
    "musicbrainz/album artist id",
  ],
  gain: [
    ...["replaygain_track_gain", "replaygain_track_peak", "replaygain_album_gain"],
    ...["replaygain_album_peak", "r128_track_gain", "r128_album_gain", "itunnorm"],
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What ffprobe has to print of a file's and its stream's tags. */
export const musicTagNames: readonly string[] = Object.values(tagNames).flat();
