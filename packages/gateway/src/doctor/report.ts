// Puts what an examination found into words, and all of it into a report.

import type { DoctorCheck, DoctorReport } from "../api/gateway.ts";
import type { ConfiguredAccounts } from "../accounts/sessions/configured-accounts.ts";
import type { AnswerLanguage } from "../http/answers/language.ts";
import { examine } from "./examine.ts";
import type { ExamineOptions } from "./examine.ts";
import type { Finding } from "./finding.ts";
import { chinese } from "./words/chinese.ts";
import { english } from "./words/english.ts";

type Sentence = string | ((...facts: string[]) => string);

const languages = { en: english, zh: chinese };

/** Returns a finding with its words. */
export function toCheck(finding: Finding, language: AnswerLanguage): DoctorCheck {
  const { check, status, code, facts } = finding;
  const { checks, found, fixes } = languages[language];
  const fix: Sentence | undefined = (fixes as Partial<Record<string, Sentence>>)[code];
  return {
    check,
    title: checks[check],
    status,
    code,
    facts: [...facts],
    message: fill(found[code], facts),
    fix: fix === undefined ? null : fill(fix, facts),
  };
}

function fill(sentence: Sentence, facts: readonly string[]): string {
  return typeof sentence === "string" ? sentence : sentence(...facts);
}

/** Returns the report of findings: the worst status, and each of them with its words. */
export function toReport(findings: readonly Finding[], language: AnswerLanguage): DoctorReport {
  const statuses = new Set(findings.map(({ status }) => status));
  const worst = statuses.has("fail") ? "fail" : statuses.has("warn") ? "warn" : "ok";
  return {
    object: "doctor",
    status: worst,
    checks: findings.map((finding) => toCheck(finding, language)),
  };
}

/** Returns a function that reports on a running gateway; those who ask while one examination runs share it. */
export function createReports(
  {
    config,
    connect,
    configuredAccounts,
  }: Pick<ExamineOptions, "config" | "connect"> & {
    configuredAccounts: Pick<ConfiguredAccounts, "sessions">;
  },
  runningUrl: () => string | undefined,
): (language: AnswerLanguage) => Promise<DoctorReport> {
  const isSimulated = config.mode === "simulator";
  let running: Promise<Finding[]> | undefined;
  async function collect(): Promise<Finding[]> {
    const findings: Finding[] = [];
    const folder = config.dataDir;
    const current = { ...config, sessions: configuredAccounts.sessions() };
    const options = { config: current, folder, isSimulated, runningUrl: runningUrl(), connect };
    for await (const finding of examine(options)) findings.push(finding);
    return findings;
  }
  return async (language) => {
    running ??= collect().finally(() => (running = undefined));
    return toReport(await running, language);
  };
}
