// The type of the sentences of every language.

/** The same sentences in another language; a missing one, or one with other parameters, does not compile. */
export type Translation<Sentences> = {
  readonly [Name in keyof Sentences]: Sentences[Name] extends (...facts: infer Facts) => string
    ? (...facts: Facts) => string
    : Sentences[Name] extends string
      ? string
      : Translation<Sentences[Name]>;
};
