// Tests the upload of large files in parts: order, repetition, cuts, CRCs.

import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

import { beforeAll, describe, expect, test } from "vitest";

import { partBytes } from "./routes/upload-parts.ts";
import { makeMp4 } from "./testing/drafts.ts";
import { fixture, ManualTime, shapeOf, startForTests } from "./testing/simulator.ts";
import { Uploader } from "./testing/uploads.ts";

const simulator = await startForTests({ clock: new ManualTime(), timing: { jitter: false } });

const toHex = (bytes: Buffer) => crc32(bytes).toString(16).padStart(8, "0");

let file: Buffer;
let parts: Buffer[];
beforeAll(async () => {
  // A box that readers skip makes a small video large.
  const video = await makeMp4(simulator);
  const free = Buffer.concat([Buffer.alloc(8), randomBytes(2 * partBytes)]);
  free.writeUInt32BE(free.length, 0);
  free.write("free", 4, "latin1");
  file = Buffer.concat([video, free]);
  parts = [0, 1, 2].map((index) => file.subarray(index * partBytes, (index + 1) * partBytes));
});

interface Open {
  uploader: Uploader;
  node: any;
  send(query: Record<string, string>, body?: Buffer | string, crc?: string): Promise<any>;
}

async function open(): Promise<Open> {
  const uploader = await Uploader.create(simulator.url, 1);
  const apply: any = await uploader.applyMedia(file.length);
  const [node] = apply.body.Result.InnerUploadAddress.UploadNodes;
  const [store] = node.StoreInfos;
  return {
    uploader,
    node,
    send: async (query, body, crc) => {
      const url = `${simulator.url}/upload/v1/${store.StoreUri}?${new URLSearchParams(query)}`;
      const headers: Record<string, string> = { authorization: store.Auth };
      if (crc !== undefined) headers["content-crc32"] = crc;
      const response = await fetch(url, { method: "POST", headers, body: toBody(body) });
      return response.json();
    },
  };
}

function toBody(body: Buffer | string | undefined): string | Uint8Array<ArrayBuffer> | undefined {
  return typeof body === "string" || body === undefined ? body : new Uint8Array(body);
}

const begin = { uploadmode: "part", phase: "init" };
const partQuery = (uploadid: string, number: number) => ({
  uploadid,
  part_number: String(number),
  phase: "transfer",
});
const finish = (uploadid: string) => ({ uploadmode: "part", phase: "finish", uploadid });
const listOf = (all: Buffer[]) => all.map((part, index) => `${index + 1}:${toHex(part)}`).join(",");

async function sendParts({ send }: Open, id: string, numbers: number[]): Promise<void> {
  for (const number of numbers) {
    const part = parts[number - 1]!;
    expect((await send(partQuery(id, number), part, toHex(part))).code).toBe(2000);
  }
}

describe("a file in parts", () => {
  test("is begun, sent and ended with the shapes of the page, and committed as a whole", async () => {
    const upload = await open();
    const begun = await upload.send(begin);
    expect(shapeOf(begun)).toEqual(shapeOf(fixture("multipart_init_ok").body));
    const id = begun.data.uploadid;
    const [first] = parts;
    const sent = await upload.send(partQuery(id, 1), first, toHex(first!));
    expect(shapeOf(sent)).toEqual(shapeOf(fixture("multipart_part_ok").body));
    await sendParts(upload, id, [2, 3]);
    const ended = await upload.send(finish(id), listOf(parts));
    expect(ended).toEqual(fixture("multipart_finish_ok").body);
    const commit: any = await upload.uploader.commitMedia(upload.node.SessionKey);
    expect(commit.body.Result.Results[0]).toMatchObject({
      Vid: upload.node.Vid,
      VideoMeta: { Size: file.length, FileType: "video" },
    });
    const names = simulator.requests().map((request) => request.endpoint);
    for (const name of ["upload_init", "upload_part", "upload_finish"]) {
      expect(names).toContain(name);
    }
  });

  test("goes by the id that apply gave, without a begin", async () => {
    const upload = await open();
    const id = upload.node.StoreInfos[0].UploadID;
    await sendParts(upload, id, [1, 2, 3]);
    expect((await upload.send(finish(id), listOf(parts))).code).toBe(2000);
  });

  test("may come in another order, with a part twice, and its end may be repeated", async () => {
    const upload = await open();
    const id = (await upload.send(begin)).data.uploadid;
    await sendParts(upload, id, [3, 1, 1]);
    expect((await upload.send(finish(id), listOf(parts))).code).not.toBe(2000);
    await sendParts(upload, id, [2]);
    expect((await upload.send(finish(id), listOf(parts))).code).toBe(2000);
    expect((await upload.send(finish(id), listOf(parts))).code).toBe(2000);
    const commit: any = await upload.uploader.commitMedia(upload.node.SessionKey);
    expect(commit.body.Result.Results[0].VideoMeta.Size).toBe(file.length);
  });

  test("goes on after a cut, and a fault hits the part that it names", async () => {
    const upload = await open();
    const id = (await upload.send(begin)).data.uploadid;
    simulator.addFault({ endpoint: "upload_part", kind: "drop_before", after: 1 });
    await sendParts(upload, id, [1]);
    await expect(sendParts(upload, id, [2])).rejects.toThrow();
    await sendParts(upload, id, [2, 3]);
    expect((await upload.send(finish(id), listOf(parts))).code).toBe(2000);
  });

  test("is refused with a wrong id, number, offset, size, CRC or list", async () => {
    const upload = await open();
    const { send } = upload;
    const id = (await send(begin)).data.uploadid;
    const [first, second] = parts as [Buffer, Buffer];
    const crc = toHex(first);
    expect((await send(partQuery("other", 1), first, crc)).code).not.toBe(2000);
    expect((await send(partQuery(id, 0), first, crc)).code).not.toBe(2000);
    expect((await send(partQuery(id, 4), first, crc)).code).not.toBe(2000);
    const offset = { ...partQuery(id, 2), part_offset: "1" };
    expect((await send(offset, second, toHex(second))).code).not.toBe(2000);
    const short = first.subarray(1);
    expect((await send(partQuery(id, 1), short, toHex(short))).code).not.toBe(2000);
    expect((await send(partQuery(id, 1), first, "00000001")).code).not.toBe(2000);
    await sendParts(upload, id, [1, 2, 3]);
    expect((await send({ ...finish(id), uploadmode: "" }, listOf(parts))).code).not.toBe(2000);
    expect((await send(finish(id), listOf(parts.slice(1)))).code).not.toBe(2000);
    expect((await send(finish(id), listOf(parts).replace("1:", "9:"))).code).not.toBe(2000);
    expect((await send(finish(id), listOf(parts))).code).toBe(2000);
  });
});
