// What is loaded with the first reference: one file for the browser.

export { CameraDialog } from "./camera-dialog.tsx";
export { LibraryPicker } from "./library-picker.tsx";
export { MentionList } from "./mention-list.tsx";
export { ReferenceWays } from "./reference-ways.tsx";
export { ReferencesStrip } from "./references-strip.tsx";
export { takeDropped, takeFiles, takeStored } from "./take-files.ts";
