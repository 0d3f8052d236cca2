// The documentation of the routes of uploaded files and of stored results.

import type { OperationTexts } from "../operation-text.ts";

const assetId = "asset_0199c2f03b7e7c51a9d20f1e5b8c6d47";
const media = ["image/png", "image/jpeg", "image/webp", "video/mp4", "audio/mpeg"] as const;

/** Files and results. */
export const fileTexts: OperationTexts = {
  "POST /v1/files": {
    id: "uploadFile",
    description:
      "Keeps a reference for any number of requests: a form with the field `file`, or the bytes as the body.",
    formFiles: ["file"],
    rawTypes: ["image/*", "video/*", "audio/*", "application/octet-stream"],
    failures: ["state"],
  },
  "POST /v1/upload-links": {
    id: "createUploadLink",
    description:
      "Makes a page on which a person gives one file for this key, without the key: its address is good for ten minutes, on every node. `url` is in this answer only.",
    failures: ["state"],
  },
  "GET /v1/upload-links/{id}": {
    id: "retrieveUploadLink",
    description: "Whether the file of such a page was given, and its id.",
  },
  "GET /upload": {
    id: "showUploadPage",
    description:
      "The page of an upload link. With the token of its address as x-upload-token: whether it is open, else 404.",
    contentTypes: { "200": ["text/html"] },
  },
  "POST /upload": {
    id: "giveFile",
    description:
      "Keeps the one file of an upload link for its key: the bytes as the body, the link's token as x-upload-token, the name, percent encoded, as x-file-name.",
    rawTypes: ["application/octet-stream"],
    failures: ["state"],
  },
  "GET /v1/files": { id: "listFiles", description: "Lists uploaded files, page by page." },
  "GET /v1/files/{id}": { id: "retrieveFile", description: "Tells what an uploaded file is." },
  "GET /v1/files/{id}/content": {
    id: "downloadFile",
    description: "The bytes of an uploaded file, whole or in ranges.",
    contentTypes: { "200": media, "206": media },
  },
  "DELETE /v1/files/{id}": {
    id: "deleteFile",
    description: "Deletes an uploaded file that no unfinished job needs.",
    failures: ["state"],
  },
  "GET /v1/assets": {
    id: "listAssets",
    description:
      "Lists stored results, newest first, by kind, model, key, account, star, tag and time. `q` finds those whose prompt has all its words: a word finds longer ones that begin with it, and Chinese is found by single characters and by any two that stand together. `trashed=true` lists the trash.",
  },
  "GET /v1/assets/timeline": {
    id: "countAssets",
    description:
      "Counts stored results by day, with the same filters; days without any are left out.",
  },
  "GET /v1/assets/thumbnails": {
    id: "listThumbnails",
    description:
      "Gives the thumbnails of up to 100 pictures at once, in base64: a wall of 60 pictures takes one request in the place of 60. Those that are not made yet are left out, as are videos and sounds; `GET /v1/assets/{id}?variant=thumbnail` makes them.",
  },
  "PATCH /v1/assets": {
    id: "updateAssets",
    description:
      "Stars up to 1000 results, adds and removes tags, or moves them into the trash and back; what is left out stays. `missing` names the ids that the caller does not have.",
    bodies: {
      star: { ids: [assetId], starred: true },
      tag: { ids: [assetId], add_tags: ["cover"] },
      trash: { ids: [assetId], trashed: true },
    },
  },
  "PATCH /v1/assets/{id}": {
    id: "updateAsset",
    description: "Stars a result, or sets its tags; what is left out stays.",
    bodies: { star: { starred: true }, tags: { tags: ["cover", "best of"] } },
  },
  "DELETE /v1/assets/{id}": {
    id: "trashAsset",
    description:
      "Puts a result into the trash. Its URL then answers 404 with the reason, its job still names it, and after 30 days it is deleted for good.",
  },
  "POST /v1/assets/{id}/restore": {
    id: "restoreAsset",
    description: "Takes a result out of the trash; one that was deleted for good is 404.",
  },
  "POST /v1/assets/sweep": {
    id: "sweepAssets",
    description:
      "Tells what retention would remove now: what was in the trash for 30 days, what is older than `days`, and the oldest while all of it is larger than `gigabytes`. `dry_run: false` removes it. Limits that are left out are those of the settings; starred results stay.",
    bodies: { plan: { days: 90 }, remove: { days: 90, dry_run: false } },
  },
  "GET /v1/assets/{id}/metadata": {
    id: "retrieveAssetMetadata",
    description: "What a result was made from: prompt, seed, model, cost, the site's own ids.",
  },
  "GET /v1/assets/{id}": {
    id: "downloadAsset",
    description:
      "The bytes of a result, whole or in ranges, with an ETag; any ending may follow the id. A picture is also converted and resized.",
    contentTypes: { "200": media, "206": media },
  },
};
