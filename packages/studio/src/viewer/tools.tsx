// The site's tools for a result, each with its price.

import type { JobBodyInput, LibraryAssetObject } from "@jimeng/gateway/api";
import { useState } from "react";
import { useLocation } from "wouter";

import { Button, unlessRepeated } from "../controls/button.tsx";
import { tellFailure } from "../library/act.ts";
import * as names from "../words/tools.js";
import * as words from "../words/viewer.js";
import { priceText, useEstimate } from "./price.tsx";
import { startJob } from "./start-job.ts";
import { reasonText } from "../words/errors.ts";

const resolutions = ["2k", "4k", "8k"];
const ratios = ["1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"];

/** The tools. */
export function Tools({ asset }: { asset: LibraryAssetObject }) {
  if (asset.content_type.startsWith("video/"))
    return (
      <div className="flex flex-col gap-2 p-1">
        <ToolRow
          name={names.frameInterpolation()}
          about={words.interpolateAbout()}
          body={{ kind: "video", tool: "frame_interpolation", video: asset.id }}
        />
      </div>
    );
  return <PictureTools image={asset.id} />;
}

function PictureTools({ image }: { image: string }) {
  const [resolution, setResolution] = useState("2k");
  const [ratio, setRatio] = useState("");
  return (
    <div className="flex flex-col gap-2 p-1">
      <ToolRow
        name={names.hd()}
        about={words.upscaleAbout()}
        body={{ kind: "image", tool: "hd", image }}
      />
      <ToolRow
        name={names.smartHd()}
        about={words.smartUpscaleAbout()}
        body={{ kind: "image", tool: "smart_hd", image, resolution }}
      >
        <Choice
          label={words.resolution()}
          values={resolutions}
          value={resolution}
          onChange={setResolution}
        />
      </ToolRow>
      <ToolRow
        name={names.outpaint()}
        about={words.outpaintAbout()}
        body={{ kind: "image", tool: "outpaint", image, ...(ratio === "" ? {} : { ratio }) }}
      >
        <Choice
          label={words.ratio()}
          values={["", ...ratios]}
          value={ratio}
          onChange={setRatio}
          nameOf={(value) => (value === "" ? words.allSides() : value)}
        />
      </ToolRow>
      <ToolRow
        name={names.detailFix()}
        about={words.refineAbout()}
        body={{ kind: "image", tool: "detail_fix", image }}
      />
    </div>
  );
}

function Choice({
  label,
  values,
  value,
  onChange,
  nameOf = (each) => each,
}: {
  label: string;
  values: readonly string[];
  value: string;
  onChange: (value: string) => void;
  nameOf?: (value: string) => string;
}) {
  return (
    <select
      aria-label={label}
      className="field"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    >
      {values.map((each) => (
        <option key={each} value={each}>
          {nameOf(each)}
        </option>
      ))}
    </select>
  );
}

function ToolRow({
  name,
  about,
  body,
  children,
}: {
  name: string;
  about: string;
  body: JobBodyInput;
  children?: React.ReactNode;
}) {
  const [, go] = useLocation();
  const [isBusy, setBusy] = useState(false);
  const estimate = useEstimate(body);
  const refusal =
    estimate.error === null ? estimate.data?.refusal?.message : reasonText(estimate.error);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-32 flex-1">
        <div className="font-medium">{name}</div>
        <div className="text-xs text-soft">{refusal ?? about}</div>
      </div>
      <div className="ml-auto flex items-center gap-2">
        {children}
        <Button
          disabled={isBusy || refusal !== undefined}
          onClick={unlessRepeated(() => {
            setBusy(true);
            void startJob(body, () => go("/jobs"))
              .catch(tellFailure)
              .finally(() => setBusy(false));
          })}
        >
          {words.makeFor({ price: priceText(estimate.data) })}
        </Button>
      </div>
    </div>
  );
}
