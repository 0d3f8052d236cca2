// Takes the frame that a video shows, as a picture.

/** Returns the frame as a PNG file. Throws when the video shows none yet. */
export async function captureFrame(video: HTMLVideoElement, name: string): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The video shows no frame yet.");
  return new File([blob], name, { type: "image/png" });
}
