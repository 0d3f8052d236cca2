// Taking a picture with the camera of this machine as a reference.

import { useEffect, useRef, useState } from "react";

import { Button } from "../../controls/button.tsx";
import { Dialog } from "../../controls/dialog.tsx";
import { Note } from "../../controls/note.tsx";
import { captureFrame } from "../../viewer/stage/capture-frame.ts";
import * as words from "../../words/references.js";

/** The dialog; the camera is on only while it is shown. */
export function CameraDialog({
  onTake,
  onClose,
}: {
  onTake: (file: File) => void;
  onClose: () => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<"asking" | "on" | "refused">("asking");
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isOver = false;
    const stop = (): void => stream?.getTracks().forEach((track) => track.stop());
    async function begin(): Promise<void> {
      try {
        const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };
        stream = await navigator.mediaDevices.getUserMedia({ video: size });
        if (isOver) stop();
        else if (video.current !== null) video.current.srcObject = stream;
      } catch {
        // There is no camera, or the person said no: the browser does not tell which, to protect them.
        setState("refused");
      }
    }
    void begin();
    return () => {
      isOver = true;
      stop();
    };
  }, []);
  const take = async (): Promise<void> => {
    if (video.current === null) return;
    const time = new Date().toISOString().slice(0, 19).replaceAll(/\D/g, "");
    onTake(await captureFrame(video.current, `camera-${time}.png`));
  };
  return (
    <Dialog title={words.fromCamera()} onClose={onClose} className="w-[40rem]">
      <div className="flex flex-col gap-3">
        {state === "refused" ? (
          <Note tone="warn">{words.cameraRefused()}</Note>
        ) : (
          <video
            ref={video}
            autoPlay
            muted
            playsInline
            aria-label={words.cameraPicture()}
            onPlaying={() => setState("on")}
            className="aspect-video w-full rounded-md bg-sunken object-contain"
          />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.cancel()}</Button>
          <Button look="main" disabled={state !== "on"} onClick={() => void take()}>
            {words.takePicture()}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
