// Reads the owner's names for models, for clients that only know a closed list of them.

import { JimengError, findModel } from "@jimeng/sdk";

const namePattern = /^[\w.-]{1,100}$/;

/** Reads `gpt-image-1=jimeng-5.0, sora-2=jimeng-video-3.0` as model ids by alias in lower case. */
export function parseModelAliases(setting: string, text: string): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const entry of text.split(/[,\n]/)) {
    if (entry.trim() === "") continue;
    const [alias = "", id = "", ...more] = entry.split("=").map((part) => part.trim());
    if (!namePattern.test(alias) || id === "" || more.length > 0) {
      throw refuse(setting, "must be pairs such as gpt-image-1=jimeng-5.0, comma separated");
    }
    const name = alias.toLowerCase();
    if (aliases.has(name)) throw refuse(setting, `names ${alias} twice`);
    if (findModel(name) !== undefined) throw refuse(setting, `renames ${alias}, which is a model`);
    const model = findModel(id);
    if (model === undefined) {
      throw refuse(setting, `gives ${alias} to ${id}, which is no model: see jimeng models`);
    }
    aliases.set(name, model.id);
  }
  return aliases;
}

function refuse(setting: string, problem: string): JimengError {
  return new JimengError("invalid_request", `${setting} ${problem}.`, { param: setting });
}
