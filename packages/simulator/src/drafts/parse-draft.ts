// Parses the `draft_content` text into a plan: frame, main component, rights to the model.

import { Refusal } from "../envelope.ts";
import { checkDraft, invalidDraft } from "./draft-check.ts";
import type { DraftContext, StartContext } from "./draft-check.ts";
import { draftSchema } from "./draft-schema.ts";
import type { DraftComponent } from "./draft-schema.ts";
import { parseExact, stringifyExact } from "./exact-json.ts";
import { planFrames, isFrameInterpolation } from "./frame-interpolation.ts";
import { planImage } from "./image-draft.ts";
import { planMusic } from "./music-draft.ts";
import { isPictureTool, planPictureTool } from "./picture-tools.ts";
import type { GenerationPlan, ParsedDraft } from "./plan.ts";
import { planVideo } from "./video-draft.ts";

function readDraft(draftContent: unknown): unknown {
  if (typeof draftContent !== "string") {
    // One client's real run: an object instead of a text is answered 1002 (errors.md).
    throw new Refusal("1002", "common error", { reason: "draft_content is not a string" });
  }
  try {
    return parseExact(draftContent);
  } catch {
    throw new Refusal("1002", "common error", { reason: "draft_content is not JSON" });
  }
}

function findMainComponent(components: DraftComponent[], mainId: string): DraftComponent {
  const main = components.find((component) => component.id === mainId);
  if (main === undefined) throw invalidDraft("main_component_id matches no component");
  return main;
}

interface DraftFrame {
  components: DraftComponent[];
  minFeatures: string[];
}

/** Plans what the main component asks for, by its type and what it names. */
function planOf(main: DraftComponent, frame: DraftFrame, context: DraftContext): GenerationPlan {
  switch (main.type) {
    case "image_base_component":
      return isPictureTool(main.generate_type)
        ? planPictureTool(main, main.generate_type, context)
        : planImage(main, context);
    case "video_base_component":
      return isFrameInterpolation(main)
        ? planFrames(main, frame.components, context)
        : planVideo(main, frame.minFeatures, context);
    case "audio_base_component":
      return planMusic(main, context);
    default:
      throw invalidDraft(`component type ${main.type} is not known`);
  }
}

/**
 * Parses `draft_content`. Refuses with 1002 what is no JSON text, with 1000 a wrong structure or type, with 3018 a
 * model that the region or account has no right to.
 */
export function parseDraft(draftContent: unknown, start: StartContext): ParsedDraft {
  const draft = checkDraft(draftSchema, readDraft(draftContent), "draft");
  const main = findMainComponent(draft.component_list, draft.main_component_id);
  const minVersion = draft.min_version ?? main.min_version ?? "3.0.2";
  const frame = { components: draft.component_list, minFeatures: draft.min_features ?? [] };
  const plan = planOf(main, frame, { ...start, minVersion });
  const echo = stringifyExact({
    ...draft,
    version: minVersion,
    component_list: draft.component_list.map((component) =>
      component === main ? { ...component, gen_type: plan.generateType } : component,
    ),
  });
  return { plan, echo, minVersion, minFeatures: frame.minFeatures };
}
