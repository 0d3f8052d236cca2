// The messages of tools, compiled by scripts/studio-words.mjs.
export declare const hd: () => string;
export declare const smartHd: () => string;
export declare const outpaint: () => string;
export declare const detailFix: () => string;
export declare const frameInterpolation: () => string;
