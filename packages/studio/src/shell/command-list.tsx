// Ctrl+K: everything that the page can do at once, found by its name.

import { useRef, useState } from "react";
import { useLocation } from "wouter";

import { Dialog } from "../controls/dialog.tsx";
import { chooseTheme, themes } from "../controls/theme.ts";
import { useOpenComposer } from "../create/open-composer.ts";
import { locales } from "../words/locale.ts";
import * as words from "../words/commands.js";
import { commandsOpen } from "./commands-open.ts";
import { chooseLocale } from "./language.ts";
import { rooms } from "./rooms.ts";
import { shortcutsOpen } from "./shortcuts-open.ts";

interface Command {
  name: string;
  run: () => void;
}

function useCommands(): Command[] {
  const [, go] = useLocation();
  const openComposer = useOpenComposer();
  const themeNames = { auto: words.themeAuto, light: words.themeLight, dark: words.themeDark };
  const localeNames = { en: "English", zh: "中文" };
  return [
    { name: words.newPrompt(), run: openComposer },
    ...rooms.map(({ path, name }) => ({ name: words.goTo({ room: name() }), run: () => go(path) })),
    ...(["queued", "in_progress", "failed"] as const).map((status) => ({
      name: { queued: words.waitingJobs, in_progress: words.runningJobs, failed: words.failedJobs }[
        status
      ](),
      run: () => go(`/jobs?status=${status}`),
    })),
    ...themes.map((theme) => ({ name: themeNames[theme](), run: () => chooseTheme(theme) })),
    ...locales.map((each) => ({
      name: words.inLanguage({ language: localeNames[each] }),
      run: () => chooseLocale(each),
    })),
    { name: words.showKeys(), run: () => shortcutsOpen.set(true) },
  ];
}

/** The list. */
export function CommandList() {
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const commands = useCommands().filter(({ name }) =>
    name.toLowerCase().includes(search.trim().toLowerCase()),
  );
  const close = (): void => commandsOpen.set(false);
  const run = (command: Command | undefined): void => {
    close();
    command?.run();
  };
  const move = (to: number): void => {
    const at = Math.max(0, Math.min(to, commands.length - 1));
    setChosen(at);
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  };
  return (
    <Dialog title={words.commands()} onClose={close} className="mt-[10vh] w-[30rem]">
      <input
        type="search"
        role="combobox"
        aria-expanded="true"
        aria-controls="command-list"
        aria-activedescendant={`command-${chosen}`}
        aria-label={words.commands()}
        className="field mb-2 w-full"
        autoFocus
        value={search}
        onInput={({ currentTarget }) => {
          setSearch(currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") move(chosen + 1);
          else if (event.key === "ArrowUp") move(chosen - 1);
          else if (event.key === "Enter") run(commands[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <div
        ref={list}
        id="command-list"
        role="listbox"
        aria-label={words.commands()}
        className="max-h-[50dvh] overflow-auto"
      >
        {commands.map((command, at) => (
          <div
            key={command.name}
            id={`command-${at}`}
            role="option"
            aria-selected={at === chosen}
            onClick={() => run(command)}
            className={`target flex cursor-pointer items-center rounded-md px-2 ${at === chosen ? "bg-accent-soft" : "hover:bg-hover"}`}
          >
            {command.name}
          </div>
        ))}
      </div>
    </Dialog>
  );
}
