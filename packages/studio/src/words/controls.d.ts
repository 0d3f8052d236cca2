// The messages of controls, compiled by scripts/studio-words.mjs.
export declare const close: () => string;
export declare const dismiss: () => string;
