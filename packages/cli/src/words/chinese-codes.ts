// What the codes of the gateway's errors and warnings mean, in Chinese. The gateway itself says it in English only.

import type { GatewayErrorCode } from "@jimeng/gateway/api";

/** What an error code means, and what to do. */
interface Meaning {
  message: string;
  fix: string;
}

const tryLater = "稍后再试。";

/** Every error code in Chinese; the compiler refuses a code without a line. */
export const chineseErrors: Record<GatewayErrorCode, Meaning> = {
  invalid_request: { message: "请求或设置有误", fix: "请照此修改后再试。" },
  model_not_found: { message: "没有这个模型", fix: "用 `jimeng models` 查看可用的模型。" },
  unauthorized: { message: "密钥不对，或没有提供密钥", fix: "请检查 JIMENG_API_KEY。" },
  forbidden: { message: "网关不允许这个请求", fix: "请检查网关的地址和权限设置。" },
  session_invalid: { message: "session 已失效", fix: "请在站点重新登录，换上新的 sessionid。" },
  insufficient_credits: {
    message: "账号积分不足",
    fix: "先领取或购买积分，或换一个账号；用 `jimeng credits` 查看余额。",
  },
  content_rejected: { message: "内容未通过站点审核", fix: "请修改提示词或素材后再试。" },
  rate_limited: { message: "请求过于频繁", fix: tryLater },
  concurrency_limited: { message: "账号同时进行的任务已达上限", fix: "等已有任务完成后再试。" },
  region_unavailable: { message: "站点不向这个地区提供服务", fix: "请换一个地区的账号。" },
  permission_denied: { message: "账号没有这项权限", fix: "请换一个模型或账号；有些模型需要会员。" },
  model_unavailable: { message: "这个账号用不了这个模型", fix: "用 `jimeng models` 换一个模型。" },
  risk_controlled: {
    message: "站点的风控拒绝了请求",
    fix: "不要反复重试；请到站点查看账号，再运行 `jimeng account check`。",
  },
  upstream_unavailable: { message: "站点暂时无法使用", fix: tryLater },
  connection_failed: {
    message: "无法连接",
    fix: "请检查网络和地址，或用 `jimeng serve` 启动网关。",
  },
  timeout: { message: "等待超时", fix: tryLater },
  unexpected_response: { message: "站点的回应无法识别", fix: "稍后再试；如果一直如此，请反馈。" },
  generation_failed: { message: "生成失败", fix: "可修改请求后再试。" },
  generation_timeout: {
    message: "生成超过了期限",
    fix: "它可能仍会完成：稍后用 `jimeng jobs recheck` 再查询一次。",
  },
  outcome_unknown: {
    message: "不确定任务是否已提交",
    fix: "重新提交之前，先用 `jimeng jobs recheck` 再查询一次。",
  },
  not_found: { message: "没有找到", fix: "请检查 id。" },
  cancelled: { message: "已取消", fix: "需要时请重新提交。" },
  conflict: { message: "与当前状态冲突", fix: "请先查看任务或网关的状态。" },
  idempotency_key_reused: {
    message: "这个 Idempotency-Key 已用于另一个请求",
    fix: "请为新的请求换一个值。",
  },
  payload_too_large: { message: "内容太大", fix: "请减小文件或请求的体积。" },
  unsupported_media_type: { message: "不支持这种内容格式", fix: "请换一种格式。" },
  budget_exceeded: {
    message: "预计花费超过积分上限，或价格未知",
    fix: "请提高 --max-credits 或 JIMENG_MAX_CREDITS_PER_JOB，或减少请求的内容；没有提交任何任务。",
  },
  reference_unusable: {
    message: "素材无法使用",
    fix: "请换一个文件，或先转换格式；没有扣除积分。",
  },
  upload_failed: { message: "素材上传失败", fix: "稍后再试；没有扣除积分。" },
  upstream_error: { message: "站点返回了错误", fix: "稍后再试；如果一直如此，请反馈。" },
  overloaded: { message: "网关排队的任务太多", fix: tryLater },
  storage_unavailable: { message: "网关的磁盘无法写入", fix: "请腾出空间，或检查数据目录的权限。" },
  internal: { message: "程序内部错误", fix: "请查看网关的日志，并反馈。" },
};

/** The codes of warnings in Chinese; a code that is not here is shown in the gateway's own words. */
export const chineseWarnings: Readonly<Record<string, string>> = {
  size_substituted: "尺寸换成了最接近的",
  size_differs: "实际尺寸与要求的不同",
  ratio_ignored: "比例不起作用，由首帧决定",
  output_format_unavailable: "图片无法转换成要求的格式，按保存时的格式返回",
  quality_unavailable: "模型没有这种画质，使用默认值",
  parameter_ignored: "这个参数在这里不起作用",
  unknown_parameter: "不认识这个参数，已忽略",
  prompt_extended: "提示词后面附加了说明张数的文字",
  count_rounded_up: "模型每次固定生成若干张，都会扣费",
  seed_varied: "分多次提交，种子逐次加一",
  fewer_images: "图片比要求的少",
  extra_images: "图片比要求的多",
  preview_quality: "只取到预览画质的视频",
  unusual_format: "结果的格式不常见，原样保存",
  incomplete_file: "结果的文件不完整，收到的部分已保存，可重新获取",
  type_differs: "文件的实际类型与声明的不同",
  cancel_too_late: "取消之前已经生成完毕",
  imported: "由站点的历史记录导入",
  experimental_model: "这个模型尚未验证过",
  experimental_tool: "这个工具在该地区尚未验证过",
  rechecked: "重新查询后找到了结果",
  balance_low: "账号积分少于预计花费",
  budget_low: "密钥的预算快用完了",
};
