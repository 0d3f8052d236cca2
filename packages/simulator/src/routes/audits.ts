// Answers the content checks of uploaded images (commit-upload.md, last part).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Call, Endpoint } from "../endpoint.ts";
import { Refusal } from "../envelope.ts";
import { effectOf } from "../faults/faults.ts";

const proxySchema = z.looseObject({
  scene: z.string().min(1),
  options: z.looseObject({ ip_check: z.boolean().optional() }).optional(),
  req_key: z.string().min(1),
  file_list: z.array(z.looseObject({ file_uri: z.string().min(1) })).min(1),
  req_params: z.looseObject({}).optional(),
});

/** The decision that lets a material pass (generate-audit.md). */
const passed = 1;

const handle = z.string().min(1);

/** A material: an image by its URI, a video or sound by its vid, a subject by its data id (generate-audit.md). */
const material = z.discriminatedUnion("material_type", [
  z.looseObject({ material_type: z.literal(1), uri: handle }),
  z.looseObject({ material_type: z.literal(2), vid: handle }),
  z.looseObject({ material_type: z.literal(3), vid: handle }),
  z.looseObject({ material_type: z.literal(4), subject_data_id: handle }),
]);

type Material = z.infer<typeof material>;

const materialSchema = z.looseObject({
  scene: z.int(),
  model_key: z.string().optional(),
  material_list: z.array(material).min(1),
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

/** Tells whether the audit can read a material. Subjects are not simulated, so none of them is there. */
function isReadable({ world, account, findPicture }: Call, one: Material): boolean {
  if (one.material_type === 4) return false;
  if (one.material_type === 1) return findPicture(one.uri) !== undefined;
  const upload = world.uploads.findCommitted(account.fingerprint, one.vid);
  return upload?.facts?.kind === (one.material_type === 2 ? "video" : "audio");
}

/** Returns the decision that a fault gives a material, else that it passed. */
function decide(call: Call, index: number): number {
  const forced = effectOf(call.effects, "audit");
  return forced?.index === undefined || forced.index === index
    ? (forced?.decision ?? passed)
    : passed;
}

/** The check of materials before a start: synchronous and free, with a decision for each (generate-audit.md). */
export const materialAuditEndpoint: Endpoint = {
  name: "material_audit",
  path: "/mweb/v1/execute_generate_audit",
  envelope: "mweb",
  handle: (call) => {
    const { material_list: materials } = checkBody(materialSchema, call.body);
    if (!materials.every((one) => isReadable(call, one))) {
      throw new Refusal("3020", "download file failed", { reason: "not a committed upload" });
    }
    return {
      result_list: materials.map((_one, index) => ({ audit_decision: decide(call, index) })),
    };
  },
};
