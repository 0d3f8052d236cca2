// The choices of this browser: language, colours, single keys.

import { Settings2 } from "lucide-react";
import { Link } from "wouter";

import { Popover } from "../controls/popover.tsx";
import { setSingleKeys, singleKeys } from "../controls/shortcuts.ts";
import { chooseTheme, theme, themes } from "../controls/theme.ts";
import type { Theme } from "../controls/theme.ts";
import { useStore } from "../data/store.ts";
import { getLocale, locales } from "../words/locale.ts";
import * as words from "../words/shell.js";
import type { Room } from "./rooms.ts";
import { chooseLocale } from "./language.ts";
import { shortcutsOpen } from "./shortcuts-open.ts";

const localeNames = { en: "English", zh: "中文" } as const;

function themeName(choice: Theme): string {
  return { auto: words.themeAuto, light: words.themeLight, dark: words.themeDark }[choice]();
}

/** The button that opens the choices; on a phone also rooms that its bar has no place for. */
export function Preferences({ rooms = [] }: { rooms?: readonly Room[] }) {
  return (
    <Popover
      button={<Settings2 size={20} aria-hidden />}
      label={words.preferences()}
      className="text-soft"
      boxClassName="w-60"
    >
      {(close) => (
        <div className="flex flex-col gap-3 p-1">
          {rooms.map(({ path, name, icon: Icon }) => (
            <Link
              key={path}
              href={path}
              onClick={close}
              className="target flex items-center gap-2 rounded-md px-2 hover:bg-hover"
            >
              <Icon size={18} aria-hidden />
              {name()}
            </Link>
          ))}
          <Choice
            name="locale"
            title={words.language()}
            options={locales.map((locale) => [locale, localeNames[locale]])}
            chosen={getLocale()}
            onChoose={chooseLocale}
          />
          <ThemeChoice />
          <SingleKeys />
          <button
            type="button"
            className="target rounded-md px-2 text-left hover:bg-hover"
            onClick={() => {
              close();
              shortcutsOpen.set(true);
            }}
          >
            {words.shortcuts()} <kbd className="float-right font-mono text-soft">?</kbd>
          </button>
        </div>
      )}
    </Popover>
  );
}

function ThemeChoice() {
  return (
    <Choice
      name="theme"
      title={words.colours()}
      options={themes.map((each) => [each, themeName(each)])}
      chosen={useStore(theme)}
      onChoose={chooseTheme}
    />
  );
}

function SingleKeys() {
  return (
    <label className="target flex items-center gap-2 px-2">
      <input
        type="checkbox"
        checked={useStore(singleKeys)}
        onChange={({ currentTarget }) => setSingleKeys(currentTarget.checked)}
        className="size-4 accent-accent"
      />
      {words.singleKeys()}
    </label>
  );
}

function Choice<Value extends string>({
  name,
  title,
  options,
  chosen,
  onChoose,
}: {
  name: string;
  title: string;
  options: readonly (readonly [Value, string])[];
  chosen: Value;
  onChoose: (value: Value) => void;
}) {
  return (
    <fieldset className="px-2">
      <legend className="mb-1 text-xs text-soft">{title}</legend>
      <div className="flex gap-1 rounded-md bg-sunken p-0.5">
        {options.map(([value, text]) => (
          <label
            key={value}
            className="target flex flex-1 items-center justify-center rounded-sm px-1 has-checked:bg-raised has-checked:shadow-low has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
