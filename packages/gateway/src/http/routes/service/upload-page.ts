// The page of an upload link: a person drops one file there, which is kept for the key that made the link. The link's token
// comes as a header, from the fragment of the page's address.

import { createHash } from "node:crypto";

import { JimengError } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { FastifyRequest } from "fastify";
import * as z from "zod";

import { referenceLifetimeMs } from "../../../references/files.ts";
import type { UploadLink } from "../../../keys/upload-links.ts";
import { createKeyCheck } from "../../auth.ts";
import { checkDeclaredSize, receiveBody } from "../../bodies/receive-body.ts";
import { drain } from "../../bodies/receiving.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

const tags = ["files"];
const tokenHeader = "x-upload-token";
const nameHeader = "x-file-name";

const script = `
const pick = document.querySelector("input"), note = document.querySelector("output");
const gone = "This page was used or is older than ten minutes. 此页面已使用或已过期。";
const headers = { "${tokenHeader}": location.hash.slice(1) };
function close(message) { note.textContent = message; pick.disabled = true; }
async function send(file) {
  if (!file || pick.disabled) return;
  pick.disabled = true;
  note.textContent = "… " + file.name;
  let message = "The upload failed. 上传失败。";
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: file, headers: { ...headers, "content-type": "application/octet-stream", "${nameHeader}": encodeURIComponent(file.name) } });
    if (answer.ok) return close("Done. Go back to the conversation. 已添加，请回到对话。");
    if (answer.status === 404) return close(gone);
    const { error } = await answer.json();
    message = error.message + (error.fix ? " " + error.fix : "");
  } catch {}
  note.textContent = message;
  pick.disabled = false;
}
pick.addEventListener("change", () => send(pick.files[0]));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => { event.preventDefault(); send(event.dataTransfer.files[0]); });
fetch(location.pathname, { headers }).then((answer) => { if (answer.status === 404) close(gone); }, () => undefined);
`;

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>jimeng: add a reference</title>
<style>:root{color-scheme:light dark}body{font:16px system-ui;max-width:34rem;margin:15vh auto;padding:0 1rem}input{display:block;margin-top:.5rem}output{display:block;margin-top:1rem;min-height:1.5em}</style>
<main>
<h1>Add a reference 添加参考素材</h1>
<p><label>Drop a picture, video or sound here, or choose one. 把图片、视频或音频拖到这里，或选择文件：
<input type="file" accept="image/*,video/*,audio/*"></label></p>
<output aria-live="polite"></output>
</main>
<script>${script}</script>
</html>
`;

const pageHeaders: Readonly<Record<string, string>> = {
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

/** Registers `/upload`. */
export function uploadPageRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { uploadMegabytes } = services.config;
    const isKeyInForce = createKeyCheck(services.config, services);
    await acceptFiles(app, { files: services.files, uploadMegabytes }, { forms: false });
    app.addContentTypeParser("application/octet-stream", (_request, payload, done) =>
      done(null, payload),
    );

    /** Returns the open link of a request. Throws `not_found` where there is none. */
    async function requireLink(request: FastifyRequest): Promise<UploadLink> {
      const token = request.headers[tokenHeader];
      const link = typeof token === "string" ? await services.uploadLinks.find(token) : undefined;
      if (link?.state === "open" && (await isKeyInForce(link.keyId))) return link;
      throw ended();
    }

    app.get(
      "/upload",
      {
        config: { scope: "public" },
        schema: { summary: "Show the page of an upload link", tags },
      },
      async (request, reply) => {
        if (request.headers[tokenHeader] !== undefined) await requireLink(request);
        return reply.headers(pageHeaders).send(page);
      },
    );

    app.post(
      "/upload",
      {
        config: { scope: "public" },
        schema: {
          summary: "Give the one file of an upload link",
          tags,
          response: { 200: z.object({ status: z.literal("done") }), ...errorResponses },
        },
      },
      async (request, reply) => {
        void reply.header("cache-control", "no-store");
        try {
          return await takeFile(services, request, await requireLink(request));
        } catch (error) {
          drain(request);
          throw error;
        }
      },
    );

    /** Keeps the file of a request for the key of its link. */
    async function takeFile(
      { uploadLinks, files, keys, keyUse, now }: Services,
      request: FastifyRequest,
      { id, keyId }: UploadLink,
    ): Promise<{ status: "done" }> {
      request.audit.keyId = keyId;
      const problem = checkDeclaredSize(request, uploadMegabytes);
      if (problem !== undefined) throw problem;
      const key = keyId === null ? undefined : await keys.get(keyId);
      if (key !== undefined) await keyUse.assertRoom(key);
      if (!(await uploadLinks.claim(id))) throw ended();
      try {
        const received = await receiveBody(services, request, nameOf(request));
        const expiresAt =
          keyId?.startsWith("session_") === true ? now() + referenceLifetimeMs : null;
        const file = await files.keep(received, { keyId, purpose: "user_data", expiresAt });
        request.audit.subject = file.id;
        if (await uploadLinks.finish(id, file.id)) return { status: "done" };
        await files.remove(file.id);
      } catch (error) {
        await uploadLinks.release(id);
        throw error;
      }
      throw ended();
    }
  };
}

function nameOf({ headers }: FastifyRequest): string {
  try {
    return decodeURIComponent(String(headers[nameHeader] ?? ""));
  } catch {
    return "";
  }
}

function ended(): JimengError {
  return new JimengError("not_found", "This page was used or is older than ten minutes.", {
    what: "file",
    fix: "Ask for a new page in the conversation.",
  });
}
