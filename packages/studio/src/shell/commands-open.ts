// Whether the list of commands is shown.

import { createStore } from "../data/store.ts";

/** True while the list is shown. */
export const commandsOpen = createStore(false);
