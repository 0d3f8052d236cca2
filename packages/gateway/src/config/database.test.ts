// Tests what DATABASE_URL demands, and that no message ever holds the value.

import { describe, expect, test } from "vitest";

import { loadConfig } from "./config.ts";

const url = "postgres://jimeng:not-a-real-password@db.invalid:5432/jimeng";
const secret = "obviously-fake-secret";

describe("DATABASE_URL", () => {
  test("is taken with a secret that all nodes share", () => {
    const config = loadConfig({ DATABASE_URL: url, JIMENG_SECRET_KEY: secret });
    expect(config.databaseUrl).toBe(url);
    expect(loadConfig({}).databaseUrl).toBeNull();
  });

  test("names JIMENG_SECRET_KEY when there is none", () => {
    expect(() => loadConfig({ DATABASE_URL: url })).toThrowError(/^JIMENG_SECRET_KEY is missing/);
  });

  test("is refused for other databases, and never repeated", () => {
    for (const wrong of ["mysql://root:not-a-real-password@db.invalid/x", "not-a-real-password"]) {
      const load = () => loadConfig({ DATABASE_URL: wrong, JIMENG_SECRET_KEY: secret });
      expect(load).toThrowError(/^DATABASE_URL must be postgres:/);
      expect(load).not.toThrowError(/not-a-real-password/);
    }
  });

  test("is refused for the simulator, whose jobs never lie beside real ones", () => {
    const simulator = { url: "http://127.0.0.1:1", session: "simulated" };
    expect(() =>
      loadConfig({ DATABASE_URL: url, JIMENG_SECRET_KEY: secret }, { simulator }),
    ).toThrowError(/^DATABASE_URL is for real accounts/);
  });
});
