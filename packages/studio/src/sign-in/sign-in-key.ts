// The place of the sign-in in the cache of answers.

/** The key of the answer. */
export const signInKey = ["sign-in"] as const;
