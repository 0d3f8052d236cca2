// The least that a gateway can do, to measure ours against: it starts pictures, polls all of them in one request and
// answers with the upstream's own URLs. Nothing is stored, checked, fetched, repeated or logged.
import { hash, randomUUID } from "node:crypto";
import { Agent, type IncomingMessage, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";
import { canonicalQuery, signAws } from "../../packages/sdk/src/wire/uploads/aws-v4.ts";

type Token = Record<"access_key_id" | "secret_access_key" | "session_token" | "space_name", string>;
type Place = { SessionKey: string; StoreInfos: [{ StoreUri: string; Auth: string }] };
type Picture = { image: { large_images: [{ image_url: string }] } };
type Generation = { status: number; item_list: Picture[] };
type Reply<Data> = { ret: string; data: Data; Result: { UploadAddress: Place } };
type Headers = Record<string, string>;
type Body = string | Buffer | undefined;
const upstream = process.argv[2] ?? "";
const agent = new Agent({ keepAlive: true });
const pollEveryMs = 250;
const query = "aid=513695&device_platform=web&region=cn&da_version=3.3.28&web_version=7.5.0";
const finished = 50;
const waiting = new Map<string, (record: Generation) => void>();

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(path: string, body: Body, headers: Headers): Promise<Reply<unknown>> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    request(`${upstream}${path}`, { method, agent, headers }, (answer) => {
      read(answer).then((bytes) => resolve(JSON.parse(bytes.toString()) as Reply<unknown>), reject);
    })
      .on("error", reject)
      .end(body);
  });
}

async function call<Data>(path: string, body: unknown): Promise<Data> {
  const at = String(Math.floor(Date.now() / 1000));
  const sign = hash("md5", `9e2c|${path.slice(-7)}|7|8.4.0|${at}||11ac`);
  const versions = { appid: "513695", appvr: "8.4.0", pf: "7", "device-time": at, "sign-ver": "1" };
  const cookie = "sessionid=bench0fake0session0bare";
  const headers = { "content-type": "application/json", cookie, ...versions, sign };
  const answer = await send(`${path}?${query}`, JSON.stringify(body), headers);
  if (answer.ret !== "0") throw new Error(JSON.stringify(answer));
  return answer.data as Data;
}

const [model, min_version, id] = ["high_aes_general_v40", "3.0.2", randomUUID()];

function draftOf(prompt: string, count: number): string {
  const size = { type: "", id, height: 2048, width: 2048, resolution_type: "2k" };
  const core = { type: "", id, model, prompt, large_image_info: size, seed: 1, image_ratio: 1 };
  const option = { type: "", id, generate_all: false, gen_count: count };
  const made = { generate: { type: "", id, core_param: core }, gen_option: option };
  const part = { id, type: "image_base_component", min_version, generate_type: "generate" };
  const component = { ...part, metadata: { id }, abilities: { type: "", id, ...made } };
  const draft = { type: "draft", id, min_version, version: "3.3.28", main_component_id: id };
  return JSON.stringify({ ...draft, is_from_tsn: true, component_list: [component] });
}

async function generate(prompt: string, count: number): Promise<string> {
  const submitId = randomUUID();
  const record = new Promise<Generation>((resolve) => waiting.set(submitId, resolve));
  await call("/mweb/v1/aigc_draft/generate", {
    extend: { root_model: model },
    submit_id: submitId,
    draft_content: draftOf(prompt, count),
    http_common_info: { aid: 513695 },
  });
  const urls = (await record).item_list.map(({ image }) => image.large_images[0].image_url);
  return JSON.stringify({ data: urls.map((url) => ({ url })), submit_id: submitId });
}

async function poll(): Promise<void> {
  if (waiting.size === 0) return;
  const asked = { submit_ids: [...waiting.keys()] };
  const found = await call<Record<string, Generation>>("/mweb/v1/get_history_by_ids", asked);
  for (const [id, record] of Object.entries(found)) {
    if (record.status !== finished) continue;
    waiting.get(id)?.(record);
    waiting.delete(id);
  }
}

async function upload(picture: Buffer): Promise<void> {
  const token = await call<Token>("/mweb/v1/get_upload_token", { scene: 2 });
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = token;
  const credentials = { accessKeyId, secretAccessKey, sessionToken: token.session_token };
  const scope = { credentials, service: "imagex", region: "cn-north-1", now: Date.now() } as const;
  const act = async (Action: string, body: string | undefined, more: Headers): Promise<Place> => {
    const asked = { Action, Version: "2018-08-01", ServiceId: token.space_name, ...more };
    const method = body === undefined ? "GET" : "POST";
    const signed = await signAws({ method, query: asked, body, ...scope });
    return (await send(`/?${canonicalQuery(asked)}`, body, signed)).Result.UploadAddress;
  };
  const place = await act("ApplyImageUpload", undefined, { FileSize: String(picture.length) });
  const [{ StoreUri, Auth }] = place.StoreInfos;
  const headers = { authorization: Auth, "content-crc32": crc32(picture).toString(16) };
  await send(`/upload/v1/${StoreUri}`, picture, headers);
  await act("CommitImageUpload", JSON.stringify({ SessionKey: place.SessionKey }), {});
}

const server = createServer((asked, answer) => {
  void (async () => {
    const body = await read(asked);
    if (asked.url === "/v1/images/edits") {
      await upload(body.subarray(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf("\r\n--")));
      return answer.end(await generate("edit", 1));
    }
    const { prompt, n } = JSON.parse(body.toString()) as { prompt: string; n: number };
    return answer.end(await generate(prompt, n));
  })().catch((error: unknown) => answer.writeHead(500).end(String(error)));
});
setInterval(() => void poll(), pollEveryMs);
server.listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
