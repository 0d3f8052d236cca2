// Opens saved files with the programs that the desktop uses for them: `--open`.

import { spawn } from "node:child_process";

/** Returns the command that opens a file on a platform. */
export function openCommand(platform: NodeJS.Platform, file: string): [string, string[]] {
  if (platform === "darwin") return ["open", [file]];
  // The first quoted word of `start` would be the title of a window.
  if (platform === "win32") return ["cmd", ["/c", "start", "", file]];
  return ["xdg-open", [file]];
}

/** Opens files without waiting for the programs; returns those for which there is no program. */
export async function openFiles(files: readonly string[]): Promise<string[]> {
  const opened = await Promise.all(files.map(open));
  return files.filter((_, index) => !opened[index]);
}

function open(file: string): Promise<boolean> {
  const [command, words] = openCommand(process.platform, file);
  return new Promise((resolve) => {
    const child = spawn(command, words, { stdio: "ignore", detached: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
