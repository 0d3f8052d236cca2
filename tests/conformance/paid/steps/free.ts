// The free steps: reads of the account before the question, uploads and checks, and reads of what was made.
import { type Generation, JimengError, models, type Operation } from "@jimeng/sdk";
import { compareRegistry, mergeRegistry } from "@jimeng/sdk/registry";
import { steps as plannedReads } from "../../read-only/plan.ts";
import { NotRun, type Materials, type MaterialStore, type Site, type Step } from "../step.ts";

/** The reads that come before the question: session, balance, movements, models, own list. */
export const readSteps: readonly Step[] = plannedReads.map(({ requests, run }) => ({
  name: requests.map(({ name }) => name).join(" and "),
  part: "reads",
  what: requests.map(({ what }) => what).join("; "),
  async run(site) {
    if (requests.some(({ name }) => name === "image-models")) return readModels(site);
    await run(site.jimeng);
  },
}));

/** Reads the lists of models, compares them with the built-in table, and has the walk use them. */
async function readModels({ jimeng, differs, note }: Site): Promise<void> {
  const lists = await jimeng.models.read();
  for (const { kind, isComplete, models: read } of lists) {
    if (isComplete) continue;
    const what = `the sdk could read only ${read.length} models of the list`;
    differs({ page: "common-config.md", path: `${kind} models`, what });
  }
  for (const { change, modelKey, resolution, builtIn, live } of compareRegistry(models, lists)) {
    const path = resolution === null ? modelKey : `${modelKey} at ${resolution}`;
    // Lists depend on the account and the day: what the sdk's own table has otherwise is no difference of the API.
    const what = {
      appeared: "is new",
      gone: "is gone",
      benefit_changed: `costs by ${live}, not ${builtIn}`,
    };
    note(`${path} ${what[change]}`);
  }
  const merged = mergeRegistry(models, lists);
  jimeng.models.use(() => merged);
}

/** Steps that upload the walk's own files and have them checked. */
export const uploadSteps: readonly Step[] = [
  {
    name: "upload-picture",
    part: "uploads",
    what: "a picture, with the site's content check",
    async run(site) {
      const { picture } = await site.files();
      site.materials.set(
        "picture",
        await site.jimeng.uploads.create(picture, { contentCheck: true }),
      );
    },
  },
  {
    name: "upload-video",
    part: "uploads",
    what: "a film of a few seconds",
    kind: "video",
    async run(site) {
      const { video } = await site.files();
      const options = { kind: "video", name: "clip.mp4" } as const;
      site.materials.set("video", await site.jimeng.uploads.create(video, options));
    },
  },
  {
    name: "upload-parts",
    part: "uploads",
    what: "a film of 6 MiB, in parts",
    kind: "video",
    async run(site) {
      const { largeVideo } = await site.files();
      await site.jimeng.uploads.create(largeVideo, { kind: "video", name: "large.mp4" });
    },
  },
  {
    name: "upload-sound",
    part: "uploads",
    what: "a sound",
    kind: "audio",
    async run(site) {
      const { sound } = await site.files();
      const options = { kind: "audio", name: "sound.mp3" } as const;
      site.materials.set("sound", await site.jimeng.uploads.create(sound, options));
    },
  },
  {
    name: "audit",
    part: "uploads",
    what: "the free check of the three materials",
    async run(site) {
      const { materials, jimeng } = site;
      const model = jimeng.generations
        .models()
        .find(
          ({ modes, modelKeys }) =>
            modes.includes("omni_reference") && modelKeys[site.region] !== undefined,
        );
      if (model === undefined) throw new NotRun("no model of the region takes such materials");
      const three = [
        await materials.get("picture"),
        await materials.get("video"),
        await materials.get("sound"),
      ];
      const decisions = await jimeng.generations.audit(model.id, three);
      site.note(`decisions: ${decisions.join(", ")}`);
    },
  },
];

/** Makes the store; a material that no step brought is uploaded by the first who needs it. */
export function createMaterialStore(site: () => Site): MaterialStore {
  const known: Partial<Materials> = {};
  const uploads: Partial<{ [Name in keyof Materials]: () => Promise<Materials[Name]> }> = {
    picture: async () => site().jimeng.uploads.create((await site().files()).picture),
    video: async () =>
      site().jimeng.uploads.create((await site().files()).video, { kind: "video", name: "c.mp4" }),
    sound: async () =>
      site().jimeng.uploads.create((await site().files()).sound, { kind: "audio", name: "s.mp3" }),
  };
  const sources: Partial<Record<keyof Materials, string>> = {
    madePicture: "image-text",
    madeVideo: "video-text",
    voice: "voices",
  };
  return {
    has: (name) => known[name] !== undefined,
    set(name, value) {
      known[name] = value;
    },
    async get(name) {
      const value = known[name] ?? (await uploads[name]?.());
      if (value === undefined) throw new NotRun(`it needs what ${sources[name]} brings`);
      known[name] = value;
      return value;
    },
  };
}

/** Steps that read what was made, and ask what the pages leave open. */
export const historySteps: readonly Step[] = [
  {
    name: "by-history-id",
    part: "history",
    what: "a record by its history id",
    async run(site) {
      const operation = await anyOperation(site);
      expectOne(site, await site.jimeng.generations.check([operation]), operation);
    },
  },
  {
    name: "by-submit-id",
    part: "history",
    what: "the same record by its submit id",
    async run(site) {
      const operation = await anyOperation(site);
      const { submitId, kind } = operation;
      const kinds = new Map([[submitId, kind]]);
      expectOne(site, await site.jimeng.generations.find([submitId], { kinds }), operation);
    },
  },
  {
    name: "unknown-id",
    part: "history",
    what: "a submit id that was never used",
    async run(site) {
      const found = await site.jimeng.generations.find([crypto.randomUUID()]);
      if (found.size > 0) {
        const what = "an id that was never used has a record";
        site.differs({ page: "history.md", path: "the rule of the ids", what });
      }
    },
  },
  {
    name: "both-lists",
    part: "history",
    what: "history id and submit id in one request (question 16)",
    async run(site) {
      const operation = await anyOperation(site);
      site.recorder.replaceNext("history", (body) => ({
        ...body,
        history_ids: [operation.historyId],
        submit_ids: [operation.submitId],
      }));
      await site.jimeng.generations.check([operation], { maxRetryCount: 0 });
    },
  },
  {
    name: "empty-lists",
    part: "history",
    what: "empty lists of ids (question 17)",
    async run(site) {
      const operation = await anyOperation(site);
      site.recorder.replaceNext("history", (body) => ({ ...body, history_ids: [] }));
      await answerOrRefusal(() => site.jimeng.generations.check([operation], { maxRetryCount: 0 }));
    },
  },
  {
    name: "queue",
    part: "history",
    what: "the place in the queue",
    async run(site) {
      await site.jimeng.generations.queue([await anyOperation(site)]);
    },
  },
  {
    name: "items",
    part: "history",
    what: "the items of a picture in full quality",
    async run(site) {
      const made = [...site.made.values()].find(
        ({ operation, outputs }) => operation.kind === "image" && outputs.length > 0,
      );
      if (made === undefined) throw new NotRun("no picture was made");
      await site.jimeng.generations.fullQuality(made);
    },
  },
  {
    name: "own-list",
    part: "history",
    what: "the first page of the account's list after the walk",
    async run(site) {
      const { generations } = await site.jimeng.generations.list({ limit: 20 });
      const made = [...site.made.values()].slice(-5).map(({ operation }) => operation.submitId);
      const listed = new Set(generations.map(({ operation }) => operation.submitId));
      const missing = made.filter((submitId) => !listed.has(submitId)).length;
      if (missing > 0) {
        const what = `${missing} of the last ${made.length} starts are not on its first page`;
        site.differs({ page: "history.md", path: "the account's own list", what });
      }
    },
  },
];

/** The step that claims the daily credits. */
export const claimStep: Step = {
  name: "claim",
  part: "claim",
  what: "the daily credits",
  async run(site) {
    site.recorder.permit("claim");
    const { granted, alreadyReceived } = await site.jimeng.credits.claim();
    site.granted(granted);
    site.note(alreadyReceived ? "they were received before" : `${granted} credits were granted`);
  },
};

/** Returns a generation of this walk, else the newest one of the account's list; its kind is what is read next. */
async function anyOperation(site: Site): Promise<Operation> {
  const operation = await findOperation(site);
  site.recorder.setKind(operation.kind);
  return operation;
}

async function findOperation(site: Site): Promise<Operation> {
  const made: Generation | undefined = [...site.made.values()].at(0);
  if (made !== undefined) return made.operation;
  const { generations } = await site.jimeng.generations.list({ limit: 20 });
  const newest = generations.at(0)?.operation;
  if (newest === undefined) throw new NotRun("the account has made nothing yet");
  return newest;
}

function expectOne(
  site: Site,
  found: ReadonlyMap<string, Generation>,
  { submitId }: Operation,
): void {
  if (found.has(submitId)) return;
  const what = "the record is absent, although it is on the account's list";
  site.differs({ page: "history.md", path: "the rule of the ids", what });
}

/** Makes a call whose refusal is an answer like any other: the recorder has kept it. */
async function answerOrRefusal(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!JimengError.isInstance(error) || error.detail.upstream?.ret === undefined) throw error;
  }
}
