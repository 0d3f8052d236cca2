// The words of the page, in English and Chinese.

/** The texts of one language. */
export interface Words {
  language: string;
  title: string;
  waiting: string;
  statuses: Record<string, string>;
  phases: Record<string, string>;
  queue(position: number, length: number): string;
  timeLeft(seconds: number): string;
  cost(credits: number): string;
  estimated(credits: number): string;
  charged: Record<string, string>;
  picture(number: number): string;
  video(number: number): string;
  progress: string;
  cancel: string;
  reallyCancel: string;
  again: string;
  vary: string;
  asReference: string;
  open: string;
  start: string;
  confirm(credits: number | undefined): string;
  chosen: string;
  hostCannot: string;
  failed: string;
  noPreview: string;
}

const english: Words = {
  language: "en",
  title: "Jimeng",
  waiting: "Waiting for the job …",
  statuses: {
    queued: "Queued",
    in_progress: "In progress",
    completed: "Completed",
    failed: "Failed",
    cancelled: "Cancelled",
    needs_confirmation: "Not started",
    declined: "Not started",
  },
  phases: {
    uploading: "uploading references",
    submitting: "submitting",
    generating: "generating",
    saving: "saving",
  },
  queue: (position, length) => `place ${position} of ${length}`,
  timeLeft: (seconds) => `about ${seconds} s left`,
  cost: (credits) => `${credits} credits`,
  estimated: (credits) => `about ${credits} credits`,
  charged: { no: "Nothing was charged.", yes: "It was charged.", refunded: "It was refunded." },
  picture: (number) => `Picture ${number}`,
  video: (number) => `Video ${number}`,
  progress: "Progress",
  cancel: "Cancel",
  reallyCancel: "Cancel it now",
  again: "Again",
  vary: "Vary",
  asReference: "As reference",
  open: "Open",
  start: "Spend and start",
  confirm: (credits) =>
    credits === undefined
      ? "What this costs is not known. Start it?"
      : `This costs about ${credits} credits. Start it?`,
  chosen: "Chosen as reference",
  hostCannot: "This host does not let the page do that.",
  failed: "That did not work",
  noPreview: "No preview",
};

const chinese: Words = {
  language: "zh-CN",
  title: "即梦",
  waiting: "正在等待任务…",
  statuses: {
    queued: "排队中",
    in_progress: "生成中",
    completed: "已完成",
    failed: "失败",
    cancelled: "已取消",
    needs_confirmation: "尚未开始",
    declined: "尚未开始",
  },
  phases: {
    uploading: "上传参考",
    submitting: "提交",
    generating: "生成",
    saving: "保存",
  },
  queue: (position, length) => `第 ${position} 位，共 ${length} 个`,
  timeLeft: (seconds) => `约剩 ${seconds} 秒`,
  cost: (credits) => `${credits} 积分`,
  estimated: (credits) => `约 ${credits} 积分`,
  charged: { no: "没有扣费。", yes: "已扣费。", refunded: "已退还。" },
  picture: (number) => `图片 ${number}`,
  video: (number) => `视频 ${number}`,
  progress: "进度",
  cancel: "取消",
  reallyCancel: "确定取消",
  again: "再来一次",
  vary: "变化",
  asReference: "作为参考",
  open: "打开",
  start: "花费并开始",
  confirm: (credits) =>
    credits === undefined ? "费用未知，要开始吗？" : `约需 ${credits} 积分，要开始吗？`,
  chosen: "已选作参考",
  hostCannot: "当前宿主不允许此操作。",
  failed: "操作没有成功",
  noPreview: "没有预览",
};

/** Returns the words for a host's locale. */
export function wordsFor(locale: string | undefined): Words {
  return /^zh\b/i.test(locale ?? "") ? chinese : english;
}
