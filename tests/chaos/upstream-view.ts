// Reading what the upstream really holds, through the sdk and not through the gateway: the results of each submit id.
import { type GenerationOutput, Jimeng } from "@jimeng/sdk";

const idsPerLook = 50;

/** Gives the results that the upstream holds for each submit id of one session's account. */
export async function readOutputs(
  simulatorUrl: string,
  session: string,
  submitIds: string[],
): Promise<Map<string, GenerationOutput[]>> {
  const client = new Jimeng({
    session,
    baseUrls: {
      mweb: simulatorUrl,
      commerce: simulatorUrl,
      passport: simulatorUrl,
      imagex: simulatorUrl,
      vod: simulatorUrl,
    },
  });
  const outputs = new Map<string, GenerationOutput[]>();
  for (let at = 0; at < submitIds.length; at += idsPerLook) {
    const found = await client.generations.find(submitIds.slice(at, at + idsPerLook), {});
    for (const [submitId, generation] of found) outputs.set(submitId, generation.outputs);
  }
  return outputs;
}

/** Gives the part of a result's URL that names the file and stays the same however often it is signed anew. */
export function nameOfResult(url: string): string {
  const { pathname } = new URL(url);
  const picture = /^\/(.+)~tplv/.exec(pathname)?.[1];
  const video = /\/([^/]+)\/$/.exec(pathname)?.[1];
  return picture ?? video ?? pathname;
}
