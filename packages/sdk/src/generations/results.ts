// The results of the calls that make something and wait for it.

import type {
  AudioOutput,
  ImageOutput,
  PreparedImageToolRequest,
  PreparedMusicRequest,
  PreparedRequest,
  PreparedVideoToolRequest,
  Generation,
  VideoOutput,
  Warning,
} from "../requests.ts";

/** A finished generation with its prepared request. */
export interface Finished<R extends PreparedRequest> {
  generation: Generation;
  request: R;
  /** The parts of the request that were not met exactly. */
  warnings: Warning[];
}

/** The result of a picture tool. */
export interface EditedImages extends Finished<PreparedImageToolRequest> {
  images: ImageOutput[];
}

/** The result of `videos.interpolate`. */
export interface InterpolatedVideo extends Finished<PreparedVideoToolRequest> {
  video: VideoOutput;
}

/** The result of `audio.music`. */
export interface GeneratedMusic extends Finished<PreparedMusicRequest> {
  /** The piece; its URL lives about an hour. */
  audio: AudioOutput;
}

/** The result of `audio.speech`. */
export interface Speech {
  /** An mp3 file, 24 kHz, mono. */
  bytes: Uint8Array;
  warnings: Warning[];
}
