// A video with loop, speed and single frames; a frame of it becomes a reference.

import type { LibraryAssetObject } from "@jimeng/gateway/api";
import { Camera, ChevronLeft, ChevronRight, Repeat } from "lucide-react";
import { useRef, useState } from "react";

import { Button, IconButton } from "../../controls/button.tsx";
import { useShortcuts } from "../../controls/shortcuts.ts";
import { ownUrl, thumbnailUrl } from "../../data/base.ts";
import { tellFailure } from "../../library/act.ts";
import { formatClock, formatNumber } from "../../words/format.ts";
import * as words from "../../words/viewer.js";
import { captureFrame } from "./capture-frame.ts";

const speeds = [0.25, 0.5, 1, 1.5, 2];
// The site makes 24 frames a second.
const frameSeconds = 1 / 24;

/** The video of a result. */
export function VideoStage({
  asset,
  title,
  onFrame,
}: {
  asset: LibraryAssetObject;
  title: string;
  /** Told of a frame that is to be used, as the first frame of a video or as a reference. */
  onFrame: (file: File, role: "first" | "reference") => void;
}) {
  const element = useRef<HTMLVideoElement>(null);
  const [isLooped, setLooped] = useState(true);
  const [speed, setSpeed] = useState(1);
  const [at, setAt] = useState(0);

  const step = (frames: number): void => {
    const video = element.current;
    // Until the video is known there is no frame to step to.
    if (video === null || Number.isNaN(video.duration)) return;
    video.pause();
    video.currentTime = Math.max(
      0,
      Math.min(video.duration, video.currentTime + frames * frameSeconds),
    );
  };
  const capture = (role: "first" | "reference"): void => {
    const video = element.current;
    if (video === null) return;
    captureFrame(video, `${asset.id}-${video.currentTime.toFixed(2)}s.png`).then(
      (file) => onFrame(file, role),
      tellFailure,
    );
  };
  useShortcuts(
    {
      Space: (event) => {
        const video = element.current;
        if (event.target instanceof HTMLButtonElement || video === null) return;
        event.preventDefault();
        if (video.paused) void video.play().catch(tellFailure);
        else video.pause();
      },
      ",": () => step(-1),
      ".": () => step(1),
    },
    { inDialog: true },
  );
  return (
    <div className="absolute inset-0 flex flex-col">
      <video
        ref={element}
        key={asset.id}
        src={ownUrl(asset.url)}
        poster={thumbnailUrl(asset.url)}
        controls
        loop={isLooped}
        playsInline
        aria-label={title}
        className="min-h-0 w-full grow object-contain"
        onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
        onLoadedMetadata={({ currentTarget }) => {
          currentTarget.playbackRate = speed;
        }}
      />
      <VideoBar
        at={at}
        isLooped={isLooped}
        speed={speed}
        onStep={step}
        onLoop={() => setLooped(!isLooped)}
        onSpeed={(chosen) => {
          setSpeed(chosen);
          if (element.current !== null) element.current.playbackRate = chosen;
        }}
        onCapture={capture}
      />
    </div>
  );
}

function VideoBar({
  at,
  isLooped,
  speed,
  onStep,
  onLoop,
  onSpeed,
  onCapture,
}: {
  at: number;
  isLooped: boolean;
  speed: number;
  onStep: (frames: number) => void;
  onLoop: () => void;
  onSpeed: (speed: number) => void;
  onCapture: (role: "first" | "reference") => void;
}) {
  return (
    <div className="flex flex-wrap items-center justify-center gap-1 p-1.5">
      <IconButton label={words.frameBack()} onClick={() => onStep(-1)}>
        <ChevronLeft size={18} aria-hidden />
      </IconButton>
      <span className="min-w-14 text-center tabular-nums">
        {formatClock(Math.floor(at))}
        {(at % 1).toFixed(2).slice(1)}
      </span>
      <IconButton label={words.frameForward()} onClick={() => onStep(1)}>
        <ChevronRight size={18} aria-hidden />
      </IconButton>
      <IconButton
        label={words.loop()}
        aria-pressed={isLooped}
        className={isLooped ? "bg-accent-soft text-accent" : ""}
        onClick={onLoop}
      >
        <Repeat size={18} aria-hidden />
      </IconButton>
      <label>
        <span className="sr-only">{words.speed()}</span>
        <select
          className="field"
          value={speed}
          onChange={({ currentTarget }) => onSpeed(Number(currentTarget.value))}
        >
          {speeds.map((each) => (
            <option key={each} value={each}>
              {formatNumber(each)}×
            </option>
          ))}
        </select>
      </label>
      <Button onClick={() => onCapture("first")}>
        <Camera size={16} aria-hidden />
        {words.frameAsFirst()}
      </Button>
      <Button onClick={() => onCapture("reference")}>{words.frameAsReference()}</Button>
    </div>
  );
}
