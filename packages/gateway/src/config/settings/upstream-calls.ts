// How the upstream is called: versions and proxies.

import { defaultVersions } from "@jimeng/sdk";

import { define } from "../definition.ts";
import { text, textOr, url, visibleText } from "../values.ts";

/** The definitions of these settings, in the order people read them. */
export const upstreamCallsSettings = {
  JIMENG_USER_AGENT: define(visibleText, "User-Agent sent upstream.", "发往上游的 User-Agent。", {
    shownDefault: { en: "the sdk's own name", zh: "SDK 自己的名字" },
  }),
  PLATFORM_CODE: define(
    textOr(defaultVersions.platformCode),
    "Platform code sent upstream.",
    "发往上游的平台代码。",
  ),
  VERSION_CODE: define(
    textOr(defaultVersions.appVersion),
    "Site version sent upstream (the site answers 3018 to the older 1.0.0).",
    "发往上游的站点版本（旧版本 1.0.0 会被上游以 3018 拒绝）。",
  ),
  WEB_VERSION: define(
    textOr(defaultVersions.webVersion),
    "Web version sent upstream.",
    "发往上游的网页版本。",
  ),
  DA_VERSION: define(
    textOr(defaultVersions.draftVersion),
    "Draft version sent upstream (the site answers 3018 to the older 3.3.2).",
    "发往上游的草稿版本（旧版本 3.3.2 会被上游以 3018 拒绝）。",
  ),
  AIGC_FEATURES: define(
    textOr(defaultVersions.aigcFeatures),
    "Feature list sent upstream.",
    "发往上游的功能列表。",
  ),
  HTTPS_PROXY: define(
    url,
    "Proxy for calls to the upstream and downloads of results (not for reference URLs).",
    "访问上游和下载结果时使用的代理（不用于参考素材的 URL）。",
  ),
  NO_PROXY: define(text, "Hosts that are called without the proxy.", "不经代理直接访问的主机。"),
} as const;
