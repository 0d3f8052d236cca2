// Answers the content checks of uploaded images (commit-upload.md, last part).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { Refusal } from "../envelope.ts";

const proxySchema = z.looseObject({
  scene: z.string().min(1),
  options: z.looseObject({ ip_check: z.boolean().optional() }).optional(),
  req_key: z.string().min(1),
  file_list: z.array(z.looseObject({ file_uri: z.string().min(1) })).min(1),
  req_params: z.looseObject({}).optional(),
});

const imageMaterial = 1;
const passed = 1;

const materialSchema = z.looseObject({
  scene: z.int(),
  model_key: z.string().optional(),
  material_list: z
    .array(z.looseObject({ uri: z.string().min(1), material_type: z.literal(imageMaterial) }))
    .min(1),
});

const auditSchema = z.looseObject({ uri_list: z.array(z.string().min(1)).min(1) });

function requireReadable({ world, account }: Call, uris: string[]): void {
  for (const uri of uris) {
    if (world.uploads.findCommitted(account.fingerprint, uri) === undefined) {
      // The audit could not read the object (fixture audit_download_failed).
      throw new Refusal("3020", "download file failed", { reason: "not a committed upload" });
    }
  }
}

/** The check that clients run after an upload: ret 0, 2003 refused, 3020 unreadable. */
export const algoProxyEndpoint: Endpoint = {
  name: "algo_proxy",
  path: "/mweb/v1/algo_proxy",
  envelope: "mweb",
  handle: (call) => {
    const { file_list: files } = checkBody(proxySchema, call.body);
    requireReadable(
      call,
      files.map((file) => file.file_uri),
    );
    return {};
  },
};

/** The check submit_audit_job, whose body is known only as a list of URIs [S]. */
export const auditJobEndpoint: Endpoint = {
  name: "submit_audit_job",
  path: "/mweb/v1/imagex/submit_audit_job",
  envelope: "mweb",
  handle: (call) => {
    requireReadable(call, checkBody(auditSchema, call.body, "uri_list is missing").uri_list);
    return {};
  },
};

/** The newer check of single materials: ret 0 whatever it decides, 1 pass or 2 reject for each (commit-upload.md [S]). */
export const materialAuditEndpoint: Endpoint = {
  name: "material_audit",
  path: "/mweb/v1/execute_generate_audit",
  envelope: "mweb",
  handle: (call) => {
    const { material_list: materials } = checkBody(materialSchema, call.body);
    const uris = materials.map((material) => material.uri);
    requireReadable(call, uris);
    return { result_list: uris.map((uri) => ({ uri, audit_decision: passed })) };
  },
};
