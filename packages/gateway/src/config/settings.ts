// The one table of settings: name, values, default and description of every environment variable. The configuration,
// the README's tables and .env.example are derived from it.

import { regions } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";
import * as z from "zod";

import type { Definition, Words } from "./definition.ts";
import { accessSettings } from "./settings/access.ts";
import { requestsSettings } from "./settings/requests.ts";
import { workSettings } from "./settings/work.ts";
import { upstreamCallsSettings } from "./settings/upstream-calls.ts";
import { storesSettings } from "./settings/stores.ts";

/** The settings whose names are fixed, in the order people read them. */
const definitions = {
  ...accessSettings,
  ...requestsSettings,
  ...workSettings,
  ...upstreamCallsSettings,
  ...storesSettings,
} as const;

/** Checks the settings whose names are fixed; the URLs and app ids of the upstream are read by upstream.ts. */
export const environmentSchema = z.object(
  Object.fromEntries(Object.entries(definitions).map(([name, { schema }]) => [name, schema])) as {
    [Name in keyof typeof definitions]: (typeof definitions)[Name]["schema"];
  },
);

/** The settings that may also stand in a file of their own. */
export const fileSettings: ReadonlySet<string> = new Set(
  Object.entries<Definition>(definitions)
    .filter(([, { mayBeFile }]) => mayBeFile)
    .map(([name]) => name),
);

/** The groups of regions that share their hosts' settings, with a region whose defaults they show. */
export const upstreamClusters = [
  { name: "CN", region: "cn", sites: { en: "即梦 (cn)", zh: "即梦（cn）" } },
  { name: "US", region: "us", sites: { en: "Dreamina us", zh: "Dreamina us" } },
  { name: "SG", region: "sg", sites: { en: "Dreamina hk, jp and sg", zh: "Dreamina hk、jp、sg" } },
] as const satisfies readonly { name: string; region: Region; sites: Words }[];

/** The kinds of hosts that have a setting of their own, by the name of the sdk's option. */
export const upstreamHosts = {
  commerce: { name: "COMMERCE", what: { en: "credits", zh: "积分接口" } },
  passport: { name: "PASSPORT", what: { en: "account information", zh: "账号信息接口" } },
  imagex: { name: "IMAGEX", what: { en: "image uploads", zh: "图片上传" } },
  vod: { name: "VOD", what: { en: "video and audio uploads", zh: "视频和音频上传" } },
} as const;

/** A setting as people read it. */
export interface Setting {
  name: string;
  /** Empty when there is none. */
  default: Words;
  description: Words;
}

const none: Words = { en: "", zh: "" };

function describe(name: string, definition: Definition): Setting[] {
  const setting: Setting = {
    name,
    default: definition.shownDefault ?? toShown(definition.schema.parse(undefined)),
    description: definition.description,
  };
  if (definition.mayBeFile !== true) return [setting];
  const description = { en: `A file that holds ${name}.`, zh: `存放 ${name} 的文件。` };
  return [setting, { name: `${name}_FILE`, default: none, description }];
}

function toShown(value: unknown): Words {
  const isNumber = typeof value === "number" || typeof value === "boolean";
  const shown = typeof value === "string" ? value : isNumber ? `${value}` : "";
  return { en: shown, zh: shown };
}

function describeCluster({ name, region, sites }: (typeof upstreamClusters)[number]): Setting[] {
  const own: Words = { en: "the site's own", zh: "站点自己的" };
  const { hosts, aid } = regions[region];
  return [
    {
      name: `JIMENG_${name}_BASE_URL`,
      default: { en: hosts.mweb, zh: hosts.mweb },
      description: {
        en: `Base URL of ${sites.en}: https, or http on loopback; a loopback address also becomes the default of this site's other URLs.`,
        zh: `${sites.zh} 的基础 URL：https，或回环地址上的 http；设为回环地址时，该站点的其他 URL 也默认用它。`,
      },
    },
    ...Object.values(upstreamHosts).map(({ name: kind, what }) => ({
      name: `JIMENG_${name}_${kind}_URL`,
      default: own,
      description: {
        en: `Base URL for ${what.en} of ${sites.en}.`,
        zh: `${sites.zh} ${what.zh}的基础 URL。`,
      },
    })),
    {
      name: `JIMENG_${name}_AID`,
      default: toShown(aid),
      description: { en: `App id sent to ${sites.en}.`, zh: `发往 ${sites.zh} 的应用 id。` },
    },
  ];
}

/** Every setting, in the order people read them. */
export const settings: readonly Setting[] = [
  ...Object.entries<Definition>(definitions).flatMap(([name, definition]) =>
    describe(name, definition),
  ),
  ...["BASE_URL", "AID"].map((suffix) => ({
    name: `JIMENG_${suffix}`,
    default: none,
    description: { en: `The same as JIMENG_CN_${suffix}.`, zh: `等同于 JIMENG_CN_${suffix}。` },
  })),
  ...upstreamClusters.flatMap(describeCluster),
];
