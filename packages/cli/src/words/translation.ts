// The shape that every language shares.

/** The same sentences in another language: the compiler refuses one that is missing or takes other facts. */
export type Translation<Sentences> = {
  readonly [Name in keyof Sentences]: Sentences[Name] extends (...facts: infer Facts) => string
    ? (...facts: Facts) => string
    : Sentences[Name] extends string
      ? string
      : Translation<Sentences[Name]>;
};
