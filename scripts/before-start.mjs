// What `npm start` does before it starts: the command's bundle and the studio are made anew where their sources have
// changed, both at once.
import { updateBundle } from "./command-bundle.mjs";
import { updateStudio } from "./studio-build.mjs";

await Promise.all([updateBundle(), updateStudio()]);
