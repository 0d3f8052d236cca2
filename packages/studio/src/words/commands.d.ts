// The messages of commands, compiled by scripts/studio-words.mjs.
export declare const commands: () => string;
export declare const newPrompt: () => string;
export declare const goTo: (inputs: { room: string | number }) => string;
export declare const waitingJobs: () => string;
export declare const runningJobs: () => string;
export declare const failedJobs: () => string;
export declare const themeAuto: () => string;
export declare const themeLight: () => string;
export declare const themeDark: () => string;
export declare const inLanguage: (inputs: { language: string | number }) => string;
export declare const showKeys: () => string;
