// The tools in the order in which they are listed.

import { addReference } from "./add-reference.ts";
import { previewAsset, saveAssetTool, showImage } from "./assets.ts";
import { editAsset } from "./edit-asset.ts";
import { estimate } from "./estimate.ts";
import { generateImage } from "./generate-image.ts";
import { generateVideo } from "./generate-video.ts";
import { cancelJob, getJob, waitForJob } from "./jobs.ts";
import { getCredits, listJobs, listModels } from "./lists.ts";
import type { Tool } from "./tool.ts";

/** All tools. */
export const tools: readonly Tool[] = [
  generateImage,
  generateVideo,
  waitForJob,
  getJob,
  cancelJob,
  listJobs,
  listModels,
  getCredits,
  estimate,
  editAsset,
  showImage,
  saveAssetTool,
  addReference,
  previewAsset,
];
