// Settings that keep uploads small in tests: pictures have so many MB, videos and sounds twice that.

/** Makes the settings for a limit of pictures in MB. */
export function smallUploads(megabytes = 1): Record<string, string> {
  return {
    JIMENG_MAX_IMAGE_UPLOAD_MB: String(megabytes),
    JIMENG_MAX_VIDEO_UPLOAD_MB: String(2 * megabytes),
    JIMENG_MAX_AUDIO_UPLOAD_MB: String(2 * megabytes),
  };
}
