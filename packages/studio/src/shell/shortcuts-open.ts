// Whether the list of all keys is shown.

import { createStore } from "../data/store.ts";

/** True while the list is shown. */
export const shortcutsOpen = createStore(false);
