// The types of a walk: its steps, what a step works with, and what came of it.
import type {
  Generation,
  GenerationKind,
  GenerationRequest,
  Jimeng,
  JimengOptions,
  ModelMode,
  Product,
  Region,
  UploadedAudio,
  UploadedImage,
  UploadedVideo,
} from "@jimeng/sdk";
import type { Files } from "./materials.ts";
import type { Price, Wanted } from "./prices.ts";
import type { Exchange, Recorder } from "./recorder.ts";

/** The parts of a walk that can be chosen, in their order. */
export const parts = ["uploads", "images", "videos", "tools", "sound", "history", "claim"] as const;

/** One part of a walk; `reads` comes before the question and always. */
export type Part = "reads" | (typeof parts)[number];

/** What a request may refer to: files of the walk at the site, and what the walk made. */
export interface Materials {
  picture: UploadedImage;
  video: UploadedVideo;
  sound: UploadedAudio;
  madePicture: Product;
  madeVideo: Product;
  voice: string;
}

/** What a step starts. */
export interface Start {
  /** What it refers to. */
  needs: readonly (keyof Materials)[];
  /** What the model must be able to do; absent where a tool needs no model. */
  mode?: ModelMode;
  /** Whether it should cost something, so that what comes back can be seen. */
  isPriced?: boolean;
  /** Builds the request; with a mode, its model and size are chosen for it. */
  build(materials: Materials): Wanted | GenerationRequest;
}

/** One step: what it does, and what it starts if anything. */
export interface Step {
  name: string;
  part: Part;
  /** What it does, in words. */
  what: string;
  /** The kind of what it makes or reads; default image. */
  kind?: GenerationKind;
  start?: Start;
  /** Whether the step belongs to a region. */
  isOffered?(region: Region): boolean;
  run(site: Site, request: GenerationRequest | undefined): Promise<void>;
}

/** A step with its request and price. */
export interface PlannedStep {
  step: Step;
  /** Builds the request that is sent, model and size included; undefined for a free step. */
  build: ((materials: Materials) => GenerationRequest) | undefined;
  price: Price | undefined;
  /** Model, size and number, in words. */
  description: string;
  /** Whether its part was chosen. */
  isChosen: boolean;
  /** Why the step is not run; undefined where it is. */
  unavailable: string | undefined;
}

/** Something that is not as docs/upstream says. */
export interface Difference {
  /** A page of docs/upstream. */
  page: string;
  /** The path of a field, or the rule in words. */
  path: string;
  what: string;
}

/** The verdict about one step. */
export type Verdict = "ok" | "differs" | "refused" | "failed" | "in doubt" | "not run";

/** One start that was posted. */
export interface PostedStart {
  step: string;
  /** Null for speech, which has none. */
  submitId: string | null;
  historyId: string | null;
  price: Price;
  /** Balances before it, right after the answer, and after its end; null where one could not be read. */
  balances: { before: number | null; afterStart: number | null; afterEnd: number | null };
  /** Whether the site may have taken it: `no` is a refusal. */
  taken: "yes" | "no" | "unknown";
}

/** What a step works with. */
export interface Site {
  jimeng: Jimeng;
  region: Region;
  recorder: Recorder;
  clock: NonNullable<JimengOptions["clock"]>;
  /** Aborted when the owner interrupts: waits end, a post that was sent does not. */
  interrupted: AbortSignal;
  /** Milliseconds between polls; default the sdk's. */
  pollIntervalMs: number | undefined;
  /** Milliseconds that one generation is waited for. */
  deadlineMs: number;
  files(): Promise<Files>;
  /** Returns what the walk has; throws where the step before it did not bring it. */
  materials: MaterialStore;
  /** The generations that the walk made, by step. */
  made: Map<string, Generation>;
  /** Tells something about the step that is no difference. */
  note(text: string): void;
  differs(difference: Difference): void;
  /** Tells how many credits a claim brought. */
  granted(credits: number): void;
  /** Writes a start down before it is posted; the record is changed as more is known. */
  beginStart(submitId: string | null): PostedStart;
  /** Writes down what became known of a start. */
  writeDown(start: PostedStart): void;
  /** Saves the bytes of a result; returns its name in the folder. */
  save(name: string, bytes: Uint8Array): string;
  download(url: string): Promise<Uint8Array>;
}

/** The materials by name; each is made once, by whoever needs it first. */
export interface MaterialStore {
  get<Name extends keyof Materials>(name: Name): Promise<Materials[Name]>;
  set<Name extends keyof Materials>(name: Name, value: Materials[Name]): void;
  has(name: keyof Materials): boolean;
}

/** Thrown by a step that cannot run because another one brought nothing. */
export class NotRun extends Error {
  override readonly name = "NotRun";
}

/** Thrown by a step whose start the site may or may not have taken. */
export class InDoubt extends Error {
  override readonly name = "InDoubt";
}

/** What came of one step. */
export interface Outcome {
  planned: PlannedStep;
  exchanges: Exchange[];
  notes: string[];
  differences: Difference[];
  /** Why it was not run, failed or was refused; empty when it went through. */
  problem: { verdict: Exclude<Verdict, "ok" | "differs">; why: string } | undefined;
  started: PostedStart | undefined;
  /** Names of the files that hold its results. */
  files: string[];
}
