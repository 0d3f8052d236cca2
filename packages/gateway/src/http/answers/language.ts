// Chooses the language of the answers that are written for people, such as the page at `/`, by the Accept-Language header.

/** A language of such answers. */
export type AnswerLanguage = "en" | "zh";

/** Returns the language of the first accepted one that answers have; English without one. */
export function chooseLanguage(acceptLanguage: string | undefined): AnswerLanguage {
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.trim().toLowerCase().split(";");
      const quality = parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find(Boolean);
      return { tag: tag.trim(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
    .find(({ tag }) => /^(en|zh)\b/.test(tag));
  return wanted?.tag.startsWith("zh") === true ? "zh" : "en";
}
