// The page on which a person drops a file, and how its requests are answered, whatever server they come by.

import { createHash } from "node:crypto";

import { GatewayError } from "@jimeng/gateway/api/client";

import { withReceivedFile } from "./received-file.ts";
import type { SentFile } from "./received-file.ts";
import type { UploadPages } from "./upload-pages.ts";

/** An answer to a browser. */
export interface PageAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const script = `
const pick = document.querySelector("input"), note = document.querySelector("output");
async function send(file) {
  if (!file) return;
  note.textContent = "… " + file.name;
  const answer = await fetch(location.href, { method: "POST", body: file, headers: { "content-type": "application/octet-stream", "x-file-name": encodeURIComponent(file.name) } });
  note.textContent = (await answer.json()).message;
  if (answer.ok) pick.disabled = true;
}
pick.addEventListener("change", () => send(pick.files[0]));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => { event.preventDefault(); send(event.dataTransfer.files[0]); });
`;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>jimeng: add a reference</title>
<style>:root{color-scheme:light dark}body{font:16px system-ui;max-width:34rem;margin:15vh auto;padding:0 1rem}output{display:block;margin-top:1rem;min-height:1.5em}</style>
<main>
<h1>Add a reference 添加参考素材</h1>
<p><label>Drop a picture, video or sound here, or choose one. 把图片、视频或音频拖到这里，或选择文件：
<input type="file" accept="image/*,video/*,audio/*"></label></p>
<output aria-live="polite"></output>
</main>
<script>${script}</script>
</html>
`;

const headers: Record<string, string> = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "content-security-policy": [
    "default-src 'none'",
    `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
};

const gone = "This page was used or is older than ten minutes. 此页面已使用或已过期。";

/** Answers with the page, or that it is no more. */
export function showPage(pages: UploadPages, id: string): PageAnswer {
  if (pages.isOpen(id)) return { status: 200, headers, body: page };
  return {
    status: 410,
    headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
    body: gone,
  };
}

/** Takes the file that a person dropped. */
export async function takeFile(
  pages: UploadPages,
  id: string,
  sent: SentFile,
): Promise<PageAnswer> {
  // Nothing is read for an address that waits for no file.
  if (!pages.isOpen(id)) return toJson(410, gone);
  try {
    const isTaken = await withReceivedFile(sent, ({ blob, name }) => pages.take(id, blob, name));
    return isTaken
      ? toJson(200, "Done. Go back to the conversation. 已添加，请回到对话。")
      : toJson(410, gone);
  } catch (error) {
    const message = error instanceof GatewayError ? error.message : "The upload failed. 上传失败。";
    return toJson(400, message);
  }
}

function toJson(status: number, message: string): PageAnswer {
  const json = { ...headers, "content-type": "application/json; charset=utf-8" };
  return { status, headers: json, body: JSON.stringify({ message }) };
}
