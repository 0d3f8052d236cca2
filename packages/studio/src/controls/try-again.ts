// Asks again for a picture that is not there yet: the poster of a video is made some seconds after the video.

const waitMs = 4000;
const mostTimes = 4;

/** Hides a picture that could not be read, and asks for it again a few times. */
export function tryAgain(picture: HTMLImageElement): void {
  const times = Number(picture.dataset["times"] ?? 0);
  picture.classList.add("invisible");
  if (times >= mostTimes) return;
  picture.dataset["times"] = String(times + 1);
  setTimeout(() => {
    if (!picture.isConnected) return;
    picture.addEventListener("load", () => picture.classList.remove("invisible"), { once: true });
    // The same address again: an answer of 404 is not kept.
    picture.src = String(picture.src);
  }, waitMs);
}
