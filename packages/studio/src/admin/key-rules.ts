// The form of a key and the body that it becomes: an empty field is no limit.

import type { KeyChangesInput, KeyObject } from "@jimeng/gateway/api";

type KeyScope = KeyObject["scopes"][number];

/** The scopes in the order in which they are offered. */
export const scopes: readonly KeyScope[] = ["read", "generate", "account", "admin"];

/** The fields that hold a whole number or a number of credits. */
export const limitNames = [
  "daily_credits",
  "monthly_credits",
  "requests_per_minute",
  "parallel_jobs",
] as const;
export type LimitName = (typeof limitNames)[number];

/** What the form of a key holds; texts as they are typed. */
export type KeyForm = Record<LimitName, string> & {
  name: string;
  scopes: readonly KeyScope[];
  models: string;
  /** A day such as 2026-12-31. */
  expires: string;
  disabled: boolean;
};

const secondsPerDay = 86_400;
const msPerSecond = 1000;

/** The form of a new key. */
export const emptyForm: KeyForm = {
  name: "",
  scopes: ["read", "generate"],
  daily_credits: "",
  monthly_credits: "",
  requests_per_minute: "",
  parallel_jobs: "",
  models: "",
  expires: "",
  disabled: false,
};

/** Returns the form of a key. */
export function toForm(key: KeyObject): KeyForm {
  const limits = Object.fromEntries(limitNames.map((name) => [name, String(key[name] ?? "")]));
  return {
    ...(limits as Record<LimitName, string>),
    name: key.name ?? "",
    scopes: key.scopes,
    models: (key.models ?? []).join(", "),
    // The last day on which it works.
    expires: key.expires_at === null ? "" : toDay(key.expires_at - 1),
    disabled: key.disabled,
  };
}

/** Returns the body of a form. */
export function toBody(form: KeyForm): KeyChangesInput & { name: string } {
  const limits = Object.fromEntries(
    limitNames.map((name) => [name, form[name].trim() === "" ? null : Number(form[name])]),
  );
  const models = toWords(form.models);
  return {
    ...limits,
    name: form.name.trim(),
    scopes: [...form.scopes],
    models: models.length === 0 ? null : models,
    expires_at: form.expires === "" ? null : toUnixSeconds(form.expires) + secondsPerDay,
    disabled: form.disabled,
  };
}

/** Tells whether a form may be sent. */
export function isComplete(form: KeyForm): boolean {
  const isNumber = (text: string): boolean => /^\s*\d*\s*$/.test(text);
  return (
    form.name.trim() !== "" &&
    form.scopes.length > 0 &&
    limitNames.every((name) => isNumber(form[name]))
  );
}

/** Splits a text at its commas. */
export function toWords(text: string): string[] {
  return text
    .split(/[,，\s]+/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function toDay(unixSeconds: number): string {
  return new Date(unixSeconds * msPerSecond).toISOString().slice(0, "2026-12-31".length);
}

function toUnixSeconds(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / msPerSecond;
}
