// What the codes of the gateway's errors mean, in Chinese, for somebody at the page. The gateway itself says it in English
// only. Loaded where the page is in Chinese.

import type { GatewayErrorCode } from "@jimeng/gateway/api";

/** What a code means, and what to do. */
export type Meaning = readonly [message: string, fix: string];

const later = "请稍后再试。";

/** Every error code; the compiler refuses a code without a line. */
export const chineseErrors: Record<GatewayErrorCode, Meaning> = {
  invalid_request: ["请求有误", "请修改后再试。"],
  model_not_found: ["没有这个模型", "请换一个模型。"],
  unauthorized: ["密钥不对，或已失效", "请重新登录。"],
  forbidden: ["当前密钥没有这项权限", "请向网关的主人申请。"],
  session_invalid: ["账号的登录已失效", "请在账号页更新登录信息。"],
  insufficient_credits: ["账号积分不足", "请领取或购买积分，或换一个账号。"],
  content_rejected: ["内容未通过站点审核", "请修改提示词或参考后再试。"],
  rate_limited: ["请求过于频繁", later],
  concurrency_limited: ["账号同时进行的任务已达上限", "等已有任务完成后再试。"],
  region_unavailable: ["站点不向这个地区提供服务", "请换一个地区的账号。"],
  permission_denied: ["账号没有这项权限", "请换一个模型或账号；有些模型需要会员。"],
  model_unavailable: ["这个账号用不了这个模型", "请换一个模型。"],
  risk_controlled: ["站点的风控拒绝了请求", "不要反复重试；请先到站点查看账号。"],
  upstream_unavailable: ["站点暂时无法使用", later],
  connection_failed: ["无法连接", "请检查网络。"],
  timeout: ["等待超时", later],
  unexpected_response: ["站点的回应无法识别", later],
  generation_failed: ["生成失败", "可修改请求后再试。"],
  generation_timeout: ["生成超过了期限", "它可能仍会完成，可稍后重新查询。"],
  outcome_unknown: ["不确定任务是否已提交", "再次生成之前，请先重新查询。"],
  not_found: ["没有找到", "它可能已被删除，或属于其他密钥。"],
  cancelled: ["已取消", "需要时可再次生成。"],
  conflict: ["与当前状态冲突", "请先查看任务的状态。"],
  idempotency_key_reused: ["同一个键已用于另一个请求", "请重新提交。"],
  payload_too_large: ["内容太大", "请减小文件的体积。"],
  unsupported_media_type: ["不支持这种文件格式", "请换一种格式。"],
  budget_exceeded: ["超过了积分预算", "请减少数量，或调整密钥的预算；没有提交任何任务。"],
  reference_unusable: ["参考无法使用", "请换一个文件，或先转换格式。"],
  upload_failed: ["参考上传失败", later],
  upstream_error: ["站点返回了错误", later],
  overloaded: ["网关暂时繁忙", later],
  storage_unavailable: ["网关的磁盘无法写入", "请腾出空间，或检查数据目录的权限。"],
  internal: ["网关内部错误", "请查看网关的日志。"],
};
