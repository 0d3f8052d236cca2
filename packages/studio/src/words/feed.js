// Compiled from messages/feed.en.json and messages/feed.zh.json by scripts/studio-words.mjs.
import { getLocale, plural } from "./locale.ts";

const en_feed_feed = () => {
	return (`What was made`)
};
const zh_feed_feed = () => {
	return (`生成记录`)
};
export const feed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_feed(inputs)
	return en_feed_feed(inputs)
});
const en_feed_jobs = () => {
	return (`Jobs`)
};
const zh_feed_jobs = () => {
	return (`任务`)
};
export const jobs = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_jobs(inputs)
	return en_feed_jobs(inputs)
});
const en_feed_queued = () => {
	return (`Waiting`)
};
const zh_feed_queued = () => {
	return (`排队中`)
};
export const queued = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_queued(inputs)
	return en_feed_queued(inputs)
});
const en_feed_in_progress = () => {
	return (`In progress`)
};
const zh_feed_in_progress = () => {
	return (`进行中`)
};
export const inProgress = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_in_progress(inputs)
	return en_feed_in_progress(inputs)
});
const en_feed_completed = () => {
	return (`Done`)
};
const zh_feed_completed = () => {
	return (`已完成`)
};
export const completed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_completed(inputs)
	return en_feed_completed(inputs)
});
const en_feed_failed = () => {
	return (`Failed`)
};
const zh_feed_failed = () => {
	return (`失败`)
};
export const failed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_failed(inputs)
	return en_feed_failed(inputs)
});
const en_feed_cancelled = () => {
	return (`Cancelled`)
};
const zh_feed_cancelled = () => {
	return (`已取消`)
};
export const cancelled = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_cancelled(inputs)
	return en_feed_cancelled(inputs)
});
const en_feed_cancelling = () => {
	return (`Cancelling…`)
};
const zh_feed_cancelling = () => {
	return (`取消中…`)
};
export const cancelling = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_cancelling(inputs)
	return en_feed_cancelling(inputs)
});
const en_feed_uploading = () => {
	return (`Uploading references`)
};
const zh_feed_uploading = () => {
	return (`上传参考`)
};
export const uploading = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_uploading(inputs)
	return en_feed_uploading(inputs)
});
const en_feed_submitting = () => {
	return (`Sending to the site`)
};
const zh_feed_submitting = () => {
	return (`提交到站点`)
};
export const submitting = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_submitting(inputs)
	return en_feed_submitting(inputs)
});
const en_feed_generating = () => {
	return (`Generating`)
};
const zh_feed_generating = () => {
	return (`生成中`)
};
export const generating = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_generating(inputs)
	return en_feed_generating(inputs)
});
const en_feed_saving = () => {
	return (`Fetching the result`)
};
const zh_feed_saving = () => {
	return (`取回结果`)
};
export const saving = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_saving(inputs)
	return en_feed_saving(inputs)
});
const en_feed_queue_place = (i) => {
	return (`place ${i?.position} of ${i?.length} in the site's queue`)
};
const zh_feed_queue_place = (i) => {
	return (`站点队列第 ${i?.position} / ${i?.length} 位`)
};
export const queuePlace = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_queue_place(inputs)
	return en_feed_queue_place(inputs)
});
const en_feed_left = (i) => {
	return (`about ${i?.time} left`)
};
const zh_feed_left = (i) => {
	return (`约剩 ${i?.time}`)
};
export const left = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_left(inputs)
	return en_feed_left(inputs)
});
const en_feed_elapsed = (i) => {
	return (`${i?.time} so far`)
};
const zh_feed_elapsed = (i) => {
	return (`已用 ${i?.time}`)
};
export const elapsed = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_elapsed(inputs)
	return en_feed_elapsed(inputs)
});
const en_feed_took = (i) => {
	return (`took ${i?.time}`)
};
const zh_feed_took = (i) => {
	return (`用时 ${i?.time}`)
};
export const took = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_took(inputs)
	return en_feed_took(inputs)
});
const en_feed_charged = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} credit charged`);
	return (`${i?.count} credits charged`)
};
const zh_feed_charged = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`已扣 ${i?.count} 积分`)
};
export const charged = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_charged(inputs)
	return en_feed_charged(inputs)
});
const en_feed_charged_unknown = () => {
	return (`not known yet whether it was charged`)
};
const zh_feed_charged_unknown = () => {
	return (`暂不清楚是否扣费`)
};
export const chargedUnknown = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_charged_unknown(inputs)
	return en_feed_charged_unknown(inputs)
});
const en_feed_charged_yes = () => {
	return (`charged`)
};
const zh_feed_charged_yes = () => {
	return (`已扣费`)
};
export const chargedYes = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_charged_yes(inputs)
	return en_feed_charged_yes(inputs)
});
const en_feed_not_charged = () => {
	return (`not charged`)
};
const zh_feed_not_charged = () => {
	return (`未扣费`)
};
export const notCharged = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_not_charged(inputs)
	return en_feed_not_charged(inputs)
});
const en_feed_refunded = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} credit refunded`);
	return (`${i?.count} credits refunded`)
};
const zh_feed_refunded = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`已退还 ${i?.count} 积分`)
};
export const refunded = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_refunded(inputs)
	return en_feed_refunded(inputs)
});
const en_feed_expected = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} credit expected`);
	return (`${i?.count} credits expected`)
};
const zh_feed_expected = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`预计 ${i?.count} 积分`)
};
export const expected = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_expected(inputs)
	return en_feed_expected(inputs)
});
const en_feed_cost_pending = () => {
	return (`cost is told later`)
};
const zh_feed_cost_pending = () => {
	return (`费用稍后确认`)
};
export const costPending = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_cost_pending(inputs)
	return en_feed_cost_pending(inputs)
});
const en_feed_free = () => {
	return (`free`)
};
const zh_feed_free = () => {
	return (`免费`)
};
export const free = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_free(inputs)
	return en_feed_free(inputs)
});
const en_feed_was_charged = () => {
	return (`Was I charged?`)
};
const zh_feed_was_charged = () => {
	return (`扣费了吗？`)
};
export const wasCharged = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_was_charged(inputs)
	return en_feed_was_charged(inputs)
});
const en_feed_what_happened = () => {
	return (`What happened`)
};
const zh_feed_what_happened = () => {
	return (`发生了什么`)
};
export const whatHappened = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_what_happened(inputs)
	return en_feed_what_happened(inputs)
});
const en_feed_what_to_do = () => {
	return (`What to do`)
};
const zh_feed_what_to_do = () => {
	return (`怎么办`)
};
export const whatToDo = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_what_to_do(inputs)
	return en_feed_what_to_do(inputs)
});
const en_feed_cancel = () => {
	return (`Cancel`)
};
const zh_feed_cancel = () => {
	return (`取消`)
};
export const cancel = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_cancel(inputs)
	return en_feed_cancel(inputs)
});
const en_feed_retry = () => {
	return (`Make again`)
};
const zh_feed_retry = () => {
	return (`再次生成`)
};
export const retry = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_retry(inputs)
	return en_feed_retry(inputs)
});
const en_feed_retry_forced = () => {
	return (`Make again anyway`)
};
const zh_feed_retry_forced = () => {
	return (`仍然再次生成`)
};
export const retryForced = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_retry_forced(inputs)
	return en_feed_retry_forced(inputs)
});
const en_feed_retry_may_pay = () => {
	return (`The first one may still be charged.`)
};
const zh_feed_retry_may_pay = () => {
	return (`前一次仍可能扣费。`)
};
export const retryMayPay = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_retry_may_pay(inputs)
	return en_feed_retry_may_pay(inputs)
});
const en_feed_recheck = () => {
	return (`Look again`)
};
const zh_feed_recheck = () => {
	return (`重新查询`)
};
export const recheck = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_recheck(inputs)
	return en_feed_recheck(inputs)
});
const en_feed_reuse = () => {
	return (`Reuse`)
};
const zh_feed_reuse = () => {
	return (`复用`)
};
export const reuse = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_reuse(inputs)
	return en_feed_reuse(inputs)
});
const en_feed_reuse_tip = () => {
	return (`Take prompt and choices into the composer`)
};
const zh_feed_reuse_tip = () => {
	return (`把提示词和选项放进创作区`)
};
export const reuseTip = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_reuse_tip(inputs)
	return en_feed_reuse_tip(inputs)
});
const en_feed_details = () => {
	return (`Details`)
};
const zh_feed_details = () => {
	return (`详情`)
};
export const details = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_details(inputs)
	return en_feed_details(inputs)
});
const en_feed_copy_as = () => {
	return (`Copy as`)
};
const zh_feed_copy_as = () => {
	return (`复制为`)
};
export const copyAs = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_copy_as(inputs)
	return en_feed_copy_as(inputs)
});
const en_feed_copied = () => {
	return (`Copied`)
};
const zh_feed_copied = () => {
	return (`已复制`)
};
export const copied = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_copied(inputs)
	return en_feed_copied(inputs)
});
const en_feed_copy = () => {
	return (`Copy`)
};
const zh_feed_copy = () => {
	return (`复制`)
};
export const copy = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_copy(inputs)
	return en_feed_copy(inputs)
});
const en_feed_copy_failed = () => {
	return (`The browser did not let the page copy.`)
};
const zh_feed_copy_failed = () => {
	return (`浏览器不允许复制。`)
};
export const copyFailed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_copy_failed(inputs)
	return en_feed_copy_failed(inputs)
});
const en_feed_ids = () => {
	return (`Ids`)
};
const zh_feed_ids = () => {
	return (`编号`)
};
export const ids = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_ids(inputs)
	return en_feed_ids(inputs)
});
const en_feed_job = () => {
	return (`Job`)
};
const zh_feed_job = () => {
	return (`任务`)
};
export const job = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_job(inputs)
	return en_feed_job(inputs)
});
const en_feed_submit_id = () => {
	return (`Submit id`)
};
const zh_feed_submit_id = () => {
	return (`提交编号`)
};
export const submitId = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_submit_id(inputs)
	return en_feed_submit_id(inputs)
});
const en_feed_history_id = () => {
	return (`History id`)
};
const zh_feed_history_id = () => {
	return (`历史编号`)
};
export const historyId = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_history_id(inputs)
	return en_feed_history_id(inputs)
});
const en_feed_log_id = () => {
	return (`Log id`)
};
const zh_feed_log_id = () => {
	return (`日志编号`)
};
export const logId = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_log_id(inputs)
	return en_feed_log_id(inputs)
});
const en_feed_request_id = () => {
	return (`Request id`)
};
const zh_feed_request_id = () => {
	return (`请求编号`)
};
export const requestId = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_request_id(inputs)
	return en_feed_request_id(inputs)
});
const en_feed_prompt = () => {
	return (`Prompt`)
};
const zh_feed_prompt = () => {
	return (`提示词`)
};
export const prompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_prompt(inputs)
	return en_feed_prompt(inputs)
});
const en_feed_negative_prompt = () => {
	return (`Leave out`)
};
const zh_feed_negative_prompt = () => {
	return (`排除内容`)
};
export const negativePrompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_negative_prompt(inputs)
	return en_feed_negative_prompt(inputs)
});
const en_feed_model = () => {
	return (`Model`)
};
const zh_feed_model = () => {
	return (`模型`)
};
export const model = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_model(inputs)
	return en_feed_model(inputs)
});
const en_feed_account = () => {
	return (`Account`)
};
const zh_feed_account = () => {
	return (`账号`)
};
export const account = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_account(inputs)
	return en_feed_account(inputs)
});
const en_feed_size = () => {
	return (`Size`)
};
const zh_feed_size = () => {
	return (`尺寸`)
};
export const size = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_size(inputs)
	return en_feed_size(inputs)
});
const en_feed_seed = () => {
	return (`Seed`)
};
const zh_feed_seed = () => {
	return (`种子`)
};
export const seed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_seed(inputs)
	return en_feed_seed(inputs)
});
const en_feed_duration = () => {
	return (`Duration`)
};
const zh_feed_duration = () => {
	return (`时长`)
};
export const duration = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_duration(inputs)
	return en_feed_duration(inputs)
});
const en_feed_seconds = (i) => {
	return (`${i?.count} s`)
};
const zh_feed_seconds = (i) => {
	return (`${i?.count} 秒`)
};
export const seconds = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_seconds(inputs)
	return en_feed_seconds(inputs)
});
const en_feed_cost = () => {
	return (`Cost`)
};
const zh_feed_cost = () => {
	return (`费用`)
};
export const cost = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_cost(inputs)
	return en_feed_cost(inputs)
});
const en_feed_made = () => {
	return (`Made`)
};
const zh_feed_made = () => {
	return (`创建时间`)
};
export const made = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_made(inputs)
	return en_feed_made(inputs)
});
const en_feed_status = () => {
	return (`Status`)
};
const zh_feed_status = () => {
	return (`状态`)
};
export const status = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_status(inputs)
	return en_feed_status(inputs)
});
const en_feed_kind = () => {
	return (`Kind`)
};
const zh_feed_kind = () => {
	return (`类型`)
};
export const kind = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_kind(inputs)
	return en_feed_kind(inputs)
});
const en_feed_image = () => {
	return (`Image`)
};
const zh_feed_image = () => {
	return (`图片`)
};
export const image = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_image(inputs)
	return en_feed_image(inputs)
});
const en_feed_video = () => {
	return (`Video`)
};
const zh_feed_video = () => {
	return (`视频`)
};
export const video = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_video(inputs)
	return en_feed_video(inputs)
});
const en_feed_audio = () => {
	return (`Sound`)
};
const zh_feed_audio = () => {
	return (`音频`)
};
export const audio = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_audio(inputs)
	return en_feed_audio(inputs)
});
const en_feed_all = () => {
	return (`All`)
};
const zh_feed_all = () => {
	return (`全部`)
};
export const all = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_all(inputs)
	return en_feed_all(inputs)
});
const en_feed_pictures = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} picture`);
	return (`${i?.count} pictures`)
};
const zh_feed_pictures = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`${i?.count} 张图片`)
};
export const pictures = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_pictures(inputs)
	return en_feed_pictures(inputs)
});
const en_feed_warnings = () => {
	return (`Notes`)
};
const zh_feed_warnings = () => {
	return (`提示`)
};
export const warnings = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_warnings(inputs)
	return en_feed_warnings(inputs)
});
const en_feed_no_jobs = () => {
	return (`No jobs yet.`)
};
const zh_feed_no_jobs = () => {
	return (`还没有任务。`)
};
export const noJobs = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_no_jobs(inputs)
	return en_feed_no_jobs(inputs)
});
const en_feed_no_jobs_filter = () => {
	return (`No job fits these filters.`)
};
const zh_feed_no_jobs_filter = () => {
	return (`没有符合筛选条件的任务。`)
};
export const noJobsFilter = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_no_jobs_filter(inputs)
	return en_feed_no_jobs_filter(inputs)
});
const en_feed_clear_filters = () => {
	return (`Clear the filters`)
};
const zh_feed_clear_filters = () => {
	return (`清除筛选`)
};
export const clearFilters = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_clear_filters(inputs)
	return en_feed_clear_filters(inputs)
});
const en_feed_load_failed = (i) => {
	return (`The jobs could not be read: ${i?.reason}`)
};
const zh_feed_load_failed = (i) => {
	return (`任务读取失败：${i?.reason}`)
};
export const loadFailed = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_load_failed(inputs)
	return en_feed_load_failed(inputs)
});
const en_feed_again = () => {
	return (`Try again`)
};
const zh_feed_again = () => {
	return (`重试`)
};
export const again = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_again(inputs)
	return en_feed_again(inputs)
});
const en_feed_no_such_job = () => {
	return (`There is no such job, or it belongs to another key.`)
};
const zh_feed_no_such_job = () => {
	return (`没有这个任务，或它属于其他密钥。`)
};
export const noSuchJob = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_no_such_job(inputs)
	return en_feed_no_such_job(inputs)
});
const en_feed_acted = (i) => {
	return (`Not done: ${i?.reason}`)
};
const zh_feed_acted = (i) => {
	return (`操作未完成：${i?.reason}`)
};
export const acted = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_acted(inputs)
	return en_feed_acted(inputs)
});
const en_feed_close = () => {
	return (`Close`)
};
const zh_feed_close = () => {
	return (`关闭`)
};
export const close = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_close(inputs)
	return en_feed_close(inputs)
});
const en_feed_open_picture = (i) => {
	return (`Open: ${i?.prompt}`)
};
const zh_feed_open_picture = (i) => {
	return (`打开：${i?.prompt}`)
};
export const openPicture = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_open_picture(inputs)
	return en_feed_open_picture(inputs)
});
const en_feed_open_video = (i) => {
	return (`Play: ${i?.prompt}`)
};
const zh_feed_open_video = (i) => {
	return (`播放：${i?.prompt}`)
};
export const openVideo = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_open_video(inputs)
	return en_feed_open_video(inputs)
});
const en_feed_live = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} job running, ${i?.done} done`);
	return (`${i?.count} jobs running, ${i?.done} done`)
};
const zh_feed_live = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`${i?.count} 个任务进行中，${i?.done} 个已完成`)
};
export const live = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_live(inputs)
	return en_feed_live(inputs)
});
const en_feed_deleted = () => {
	return (`Deleted`)
};
const zh_feed_deleted = () => {
	return (`已删除`)
};
export const deleted = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_deleted(inputs)
	return en_feed_deleted(inputs)
});
const en_feed_incomplete = () => {
	return (`The file is damaged; “Look again” fetches it anew.`)
};
const zh_feed_incomplete = () => {
	return (`文件已损坏，点“重新查询”可重新获取。`)
};
export const incomplete = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_incomplete(inputs)
	return en_feed_incomplete(inputs)
});
const en_feed_waiting = (i) => {
	return (`Waiting: ${i?.reason}`)
};
const zh_feed_waiting = (i) => {
	return (`等待中：${i?.reason}`)
};
export const waiting = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_waiting(inputs)
	return en_feed_waiting(inputs)
});
const en_feed_tool = () => {
	return (`Tool`)
};
const zh_feed_tool = () => {
	return (`工具`)
};
export const tool = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_feed_tool(inputs)
	return en_feed_tool(inputs)
});
