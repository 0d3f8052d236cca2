// Takes the frame that a video shows, as a picture.

import * as words from "../../words/viewer.js";

/** Returns the frame as a PNG file, once the video shows one. Throws where it cannot be played. */
export async function captureFrame(video: HTMLVideoElement, name: string): Promise<File> {
  await untilShown(video);
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error(words.noFrame());
  return new File([blob], name, { type: "image/png" });
}

/** Waits until the video has a frame to show, and for the one that it was set to. */
async function untilShown(video: HTMLVideoElement): Promise<void> {
  while (video.error === null && (video.seeking || video.readyState < video.HAVE_CURRENT_DATA)) {
    await new Promise<void>((resolve) => {
      for (const type of ["loadeddata", "seeked", "error"])
        video.addEventListener(type, () => resolve(), { once: true });
    });
  }
  if (video.error !== null) throw new Error(words.noFrame());
}
