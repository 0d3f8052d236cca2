// Starts the page: colours and language first, then what is shown, then the stream of events.

import { createElement } from "react";
import { createRoot } from "react-dom/client";

import "./app.css";
import { App } from "./app.tsx";
import { applyTheme } from "./controls/theme.ts";
import { resume } from "./create/make.ts";
import { followEvents, resetAll } from "./data/events.ts";
import { keepFresh, queryClient } from "./data/query-client.ts";
import { onWake } from "./data/wake.ts";
import { showLanguage } from "./shell/language.ts";
import { watchForNewerPage } from "./shell/newer-page.ts";
import { loadErrorWords } from "./words/errors.ts";

applyTheme(document.documentElement);
showLanguage();
void loadErrorWords();
const element = document.getElementById("app");
if (element !== null) createRoot(element).render(createElement(App));

// A key that is held down presses a button again and again, which may be one that costs something.
addEventListener("keydown", (event) => {
  if (event.repeat && event.key === "Enter" && event.target instanceof HTMLButtonElement)
    event.preventDefault();
});
keepFresh(queryClient);
onWake(resetAll);
void followEvents(new AbortController().signal);
watchForNewerPage();
void resume();
