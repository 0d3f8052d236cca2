// What opens above the row of choices: one file for the browser.

export { ModelList } from "./model-list.tsx";
export { MoreChoices } from "./more-choices.tsx";
export { RatioList } from "./ratio-list.tsx";
