// Compiled from messages/viewer.en.json and messages/viewer.zh.json by scripts/studio-words.mjs.
import { getLocale, plural } from "./locale.ts";

const en_viewer_viewer = () => {
	return (`Viewer`)
};
const zh_viewer_viewer = () => {
	return (`查看`)
};
export const viewer = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_viewer(inputs)
	return en_viewer_viewer(inputs)
});
const en_viewer_close = () => {
	return (`Close`)
};
const zh_viewer_close = () => {
	return (`关闭`)
};
export const close = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_close(inputs)
	return en_viewer_close(inputs)
});
const en_viewer_previous = () => {
	return (`Previous`)
};
const zh_viewer_previous = () => {
	return (`上一个`)
};
export const previous = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_previous(inputs)
	return en_viewer_previous(inputs)
});
const en_viewer_next = () => {
	return (`Next`)
};
const zh_viewer_next = () => {
	return (`下一个`)
};
export const next = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_next(inputs)
	return en_viewer_next(inputs)
});
const en_viewer_filmstrip = () => {
	return (`Results around it`)
};
const zh_viewer_filmstrip = () => {
	return (`前后的作品`)
};
export const filmstrip = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_filmstrip(inputs)
	return en_viewer_filmstrip(inputs)
});
const en_viewer_details = () => {
	return (`Details`)
};
const zh_viewer_details = () => {
	return (`详情`)
};
export const details = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_details(inputs)
	return en_viewer_details(inputs)
});
const en_viewer_result_without_prompt = () => {
	return (`A result without a prompt`)
};
const zh_viewer_result_without_prompt = () => {
	return (`没有提示词的作品`)
};
export const resultWithoutPrompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_result_without_prompt(inputs)
	return en_viewer_result_without_prompt(inputs)
});
const en_viewer_no_such_result = () => {
	return (`There is no such result, or it was deleted for good.`)
};
const zh_viewer_no_such_result = () => {
	return (`没有这个作品，或已彻底删除。`)
};
export const noSuchResult = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_no_such_result(inputs)
	return en_viewer_no_such_result(inputs)
});
const en_viewer_in_trash = () => {
	return (`This result is in the trash.`)
};
const zh_viewer_in_trash = () => {
	return (`这个作品在回收站里。`)
};
export const inTrash = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_in_trash(inputs)
	return en_viewer_in_trash(inputs)
});
const en_viewer_restore = () => {
	return (`Restore`)
};
const zh_viewer_restore = () => {
	return (`恢复`)
};
export const restore = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_restore(inputs)
	return en_viewer_restore(inputs)
});
const en_viewer_zoom_in = () => {
	return (`Zoom in`)
};
const zh_viewer_zoom_in = () => {
	return (`放大`)
};
export const zoomIn = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_zoom_in(inputs)
	return en_viewer_zoom_in(inputs)
});
const en_viewer_zoom_out = () => {
	return (`Zoom out`)
};
const zh_viewer_zoom_out = () => {
	return (`缩小`)
};
export const zoomOut = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_zoom_out(inputs)
	return en_viewer_zoom_out(inputs)
});
const en_viewer_actual_size = () => {
	return (`Actual size`)
};
const zh_viewer_actual_size = () => {
	return (`实际大小`)
};
export const actualSize = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_actual_size(inputs)
	return en_viewer_actual_size(inputs)
});
const en_viewer_fit = () => {
	return (`Whole picture`)
};
const zh_viewer_fit = () => {
	return (`显示整张`)
};
export const fit = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_fit(inputs)
	return en_viewer_fit(inputs)
});
const en_viewer_frame_back = () => {
	return (`One frame back`)
};
const zh_viewer_frame_back = () => {
	return (`上一帧`)
};
export const frameBack = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_frame_back(inputs)
	return en_viewer_frame_back(inputs)
});
const en_viewer_frame_forward = () => {
	return (`One frame forward`)
};
const zh_viewer_frame_forward = () => {
	return (`下一帧`)
};
export const frameForward = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_frame_forward(inputs)
	return en_viewer_frame_forward(inputs)
});
const en_viewer_loop = () => {
	return (`Loop`)
};
const zh_viewer_loop = () => {
	return (`循环`)
};
export const loop = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_loop(inputs)
	return en_viewer_loop(inputs)
});
const en_viewer_speed = () => {
	return (`Speed`)
};
const zh_viewer_speed = () => {
	return (`速度`)
};
export const speed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_speed(inputs)
	return en_viewer_speed(inputs)
});
const en_viewer_frame_as_first = () => {
	return (`This frame as first frame`)
};
const zh_viewer_frame_as_first = () => {
	return (`用这一帧作首帧`)
};
export const frameAsFirst = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_frame_as_first(inputs)
	return en_viewer_frame_as_first(inputs)
});
const en_viewer_frame_as_reference = () => {
	return (`This frame as reference`)
};
const zh_viewer_frame_as_reference = () => {
	return (`用这一帧作参考`)
};
export const frameAsReference = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_frame_as_reference(inputs)
	return en_viewer_frame_as_reference(inputs)
});
const en_viewer_prompt = () => {
	return (`Prompt`)
};
const zh_viewer_prompt = () => {
	return (`提示词`)
};
export const prompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_prompt(inputs)
	return en_viewer_prompt(inputs)
});
const en_viewer_copy_prompt = () => {
	return (`Copy the prompt`)
};
const zh_viewer_copy_prompt = () => {
	return (`复制提示词`)
};
export const copyPrompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_copy_prompt(inputs)
	return en_viewer_copy_prompt(inputs)
});
const en_viewer_copied = () => {
	return (`Copied.`)
};
const zh_viewer_copied = () => {
	return (`已复制。`)
};
export const copied = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_copied(inputs)
	return en_viewer_copied(inputs)
});
const en_viewer_without = (i) => {
	return (`Without: ${i?.text}`)
};
const zh_viewer_without = (i) => {
	return (`不要：${i?.text}`)
};
export const without = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_without(inputs)
	return en_viewer_without(inputs)
});
const en_viewer_model = () => {
	return (`Model`)
};
const zh_viewer_model = () => {
	return (`模型`)
};
export const model = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_model(inputs)
	return en_viewer_model(inputs)
});
const en_viewer_tool = () => {
	return (`Tool`)
};
const zh_viewer_tool = () => {
	return (`工具`)
};
export const tool = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_tool(inputs)
	return en_viewer_tool(inputs)
});
const en_viewer_seed = () => {
	return (`Seed`)
};
const zh_viewer_seed = () => {
	return (`种子`)
};
export const seed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_seed(inputs)
	return en_viewer_seed(inputs)
});
const en_viewer_size = () => {
	return (`Size`)
};
const zh_viewer_size = () => {
	return (`尺寸`)
};
export const size = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_size(inputs)
	return en_viewer_size(inputs)
});
const en_viewer_resolution = () => {
	return (`Resolution`)
};
const zh_viewer_resolution = () => {
	return (`分辨率`)
};
export const resolution = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_resolution(inputs)
	return en_viewer_resolution(inputs)
});
const en_viewer_ratio = () => {
	return (`Ratio`)
};
const zh_viewer_ratio = () => {
	return (`比例`)
};
export const ratio = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_ratio(inputs)
	return en_viewer_ratio(inputs)
});
const en_viewer_duration = () => {
	return (`Duration`)
};
const zh_viewer_duration = () => {
	return (`时长`)
};
export const duration = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_duration(inputs)
	return en_viewer_duration(inputs)
});
const en_viewer_file_size = () => {
	return (`File`)
};
const zh_viewer_file_size = () => {
	return (`文件`)
};
export const fileSize = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_file_size(inputs)
	return en_viewer_file_size(inputs)
});
const en_viewer_made = () => {
	return (`Made`)
};
const zh_viewer_made = () => {
	return (`生成时间`)
};
export const made = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_made(inputs)
	return en_viewer_made(inputs)
});
const en_viewer_account = () => {
	return (`Account`)
};
const zh_viewer_account = () => {
	return (`账号`)
};
export const account = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_account(inputs)
	return en_viewer_account(inputs)
});
const en_viewer_cost = () => {
	return (`Cost`)
};
const zh_viewer_cost = () => {
	return (`花费`)
};
export const cost = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_cost(inputs)
	return en_viewer_cost(inputs)
});
const en_viewer_ids = () => {
	return (`Ids`)
};
const zh_viewer_ids = () => {
	return (`编号`)
};
export const ids = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_ids(inputs)
	return en_viewer_ids(inputs)
});
const en_viewer_result = () => {
	return (`result`)
};
const zh_viewer_result = () => {
	return (`作品`)
};
export const result = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_result(inputs)
	return en_viewer_result(inputs)
});
const en_viewer_job = () => {
	return (`job`)
};
const zh_viewer_job = () => {
	return (`任务`)
};
export const job = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_job(inputs)
	return en_viewer_job(inputs)
});
const en_viewer_charged = (i) => {
	return (`${i?.credits} credits`)
};
const zh_viewer_charged = (i) => {
	return (`${i?.credits} 积分`)
};
export const charged = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_charged(inputs)
	return en_viewer_charged(inputs)
});
const en_viewer_charged_together = (i) => {
	return (`${i?.credits} credits for all ${i?.count} results of its job`)
};
const zh_viewer_charged_together = (i) => {
	return (`${i?.credits} 积分（该任务全部 ${i?.count} 个作品）`)
};
export const chargedTogether = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_charged_together(inputs)
	return en_viewer_charged_together(inputs)
});
const en_viewer_not_charged = () => {
	return (`nothing charged`)
};
const zh_viewer_not_charged = () => {
	return (`未扣费`)
};
export const notCharged = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_not_charged(inputs)
	return en_viewer_not_charged(inputs)
});
const en_viewer_cost_unknown = () => {
	return (`not known yet`)
};
const zh_viewer_cost_unknown = () => {
	return (`尚不清楚`)
};
export const costUnknown = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_cost_unknown(inputs)
	return en_viewer_cost_unknown(inputs)
});
const en_viewer_cost_expected = (i) => {
	return (`about ${i?.credits} credits, not charged yet`)
};
const zh_viewer_cost_expected = (i) => {
	return (`约 ${i?.credits} 积分，尚未扣费`)
};
export const costExpected = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_cost_expected(inputs)
	return en_viewer_cost_expected(inputs)
});
const en_viewer_made_from = () => {
	return (`Made from`)
};
const zh_viewer_made_from = () => {
	return (`来源`)
};
export const madeFrom = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_made_from(inputs)
	return en_viewer_made_from(inputs)
});
const en_viewer_led_to = () => {
	return (`Led to`)
};
const zh_viewer_led_to = () => {
	return (`由它生成`)
};
export const ledTo = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_led_to(inputs)
	return en_viewer_led_to(inputs)
});
const en_viewer_tags = () => {
	return (`Tags`)
};
const zh_viewer_tags = () => {
	return (`标签`)
};
export const tags = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_tags(inputs)
	return en_viewer_tags(inputs)
});
const en_viewer_add_tag = () => {
	return (`Add a tag`)
};
const zh_viewer_add_tag = () => {
	return (`添加标签`)
};
export const addTag = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_add_tag(inputs)
	return en_viewer_add_tag(inputs)
});
const en_viewer_remove_tag = (i) => {
	return (`Take the tag ${i?.tag} away`)
};
const zh_viewer_remove_tag = (i) => {
	return (`移除标签 ${i?.tag}`)
};
export const removeTag = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_remove_tag(inputs)
	return en_viewer_remove_tag(inputs)
});
const en_viewer_price_unknown = () => {
	return (`Make (price unknown)`)
};
const zh_viewer_price_unknown = () => {
	return (`生成（价格未知）`)
};
export const priceUnknown = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_price_unknown(inputs)
	return en_viewer_price_unknown(inputs)
});
const en_viewer_free = () => {
	return (`Free`)
};
const zh_viewer_free = () => {
	return (`免费`)
};
export const free = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_free(inputs)
	return en_viewer_free(inputs)
});
const en_viewer_credits = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.number} credit`);
	return (`${i?.number} credits`)
};
const zh_viewer_credits = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`${i?.number} 积分`)
};
export const credits = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_credits(inputs)
	return en_viewer_credits(inputs)
});
const en_viewer_started_toast = () => {
	return (`Started.`)
};
const zh_viewer_started_toast = () => {
	return (`已开始。`)
};
export const startedToast = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_started_toast(inputs)
	return en_viewer_started_toast(inputs)
});
const en_viewer_see_jobs = () => {
	return (`See it`)
};
const zh_viewer_see_jobs = () => {
	return (`去看看`)
};
export const seeJobs = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_see_jobs(inputs)
	return en_viewer_see_jobs(inputs)
});
const en_viewer_tools = () => {
	return (`Tools`)
};
const zh_viewer_tools = () => {
	return (`工具`)
};
export const tools = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_tools(inputs)
	return en_viewer_tools(inputs)
});
const en_viewer_interpolate = () => {
	return (`60 frames a second`)
};
const zh_viewer_interpolate = () => {
	return (`60 帧`)
};
export const interpolate = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_interpolate(inputs)
	return en_viewer_interpolate(inputs)
});
const en_viewer_interpolate_about = () => {
	return (`Smoother movement`)
};
const zh_viewer_interpolate_about = () => {
	return (`动作更流畅`)
};
export const interpolateAbout = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_interpolate_about(inputs)
	return en_viewer_interpolate_about(inputs)
});
const en_viewer_upscale = () => {
	return (`Upscale`)
};
const zh_viewer_upscale = () => {
	return (`超清`)
};
export const upscale = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_upscale(inputs)
	return en_viewer_upscale(inputs)
});
const en_viewer_upscale_about = () => {
	return (`Larger, as it is`)
};
const zh_viewer_upscale_about = () => {
	return (`放大，内容不变`)
};
export const upscaleAbout = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_upscale_about(inputs)
	return en_viewer_upscale_about(inputs)
});
const en_viewer_smart_upscale = () => {
	return (`Upscale with new details`)
};
const zh_viewer_smart_upscale = () => {
	return (`智能超清`)
};
export const smartUpscale = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_smart_upscale(inputs)
	return en_viewer_smart_upscale(inputs)
});
const en_viewer_smart_upscale_about = () => {
	return (`Larger, with details made anew`)
};
const zh_viewer_smart_upscale_about = () => {
	return (`放大并补充细节`)
};
export const smartUpscaleAbout = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_smart_upscale_about(inputs)
	return en_viewer_smart_upscale_about(inputs)
});
const en_viewer_outpaint = () => {
	return (`Outpaint`)
};
const zh_viewer_outpaint = () => {
	return (`扩图`)
};
export const outpaint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_outpaint(inputs)
	return en_viewer_outpaint(inputs)
});
const en_viewer_outpaint_about = () => {
	return (`More around the picture`)
};
const zh_viewer_outpaint_about = () => {
	return (`向画面四周扩展`)
};
export const outpaintAbout = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_outpaint_about(inputs)
	return en_viewer_outpaint_about(inputs)
});
const en_viewer_all_sides = () => {
	return (`all sides`)
};
const zh_viewer_all_sides = () => {
	return (`四周`)
};
export const allSides = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_all_sides(inputs)
	return en_viewer_all_sides(inputs)
});
const en_viewer_refine = () => {
	return (`Repair details`)
};
const zh_viewer_refine = () => {
	return (`细节修复`)
};
export const refine = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_refine(inputs)
	return en_viewer_refine(inputs)
});
const en_viewer_refine_about = () => {
	return (`Faces, hands, small things`)
};
const zh_viewer_refine_about = () => {
	return (`修复人脸、手部等细节`)
};
export const refineAbout = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_refine_about(inputs)
	return en_viewer_refine_about(inputs)
});
const en_viewer_remix = () => {
	return (`Remix`)
};
const zh_viewer_remix = () => {
	return (`改一改`)
};
export const remix = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_remix(inputs)
	return en_viewer_remix(inputs)
});
const en_viewer_make_remix = () => {
	return (`Make the remix`)
};
const zh_viewer_make_remix = () => {
	return (`生成`)
};
export const makeRemix = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_make_remix(inputs)
	return en_viewer_make_remix(inputs)
});
const en_viewer_keep_seed = (i) => {
	return (`Keep the seed ${i?.seed}`)
};
const zh_viewer_keep_seed = (i) => {
	return (`保留种子 ${i?.seed}`)
};
export const keepSeed = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_keep_seed(inputs)
	return en_viewer_keep_seed(inputs)
});
const en_viewer_stays_the_same = (i) => {
	return (`Stays the same: ${i?.list}`)
};
const zh_viewer_stays_the_same = (i) => {
	return (`保持不变：${i?.list}`)
};
export const staysTheSame = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_stays_the_same(inputs)
	return en_viewer_stays_the_same(inputs)
});
const en_viewer_nothing_changed = () => {
	return (`Change something in the prompt: the difference shows here.`)
};
const zh_viewer_nothing_changed = () => {
	return (`修改提示词，这里会显示差别。`)
};
export const nothingChanged = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_nothing_changed(inputs)
	return en_viewer_nothing_changed(inputs)
});
const en_viewer_difference = () => {
	return (`The difference`)
};
const zh_viewer_difference = () => {
	return (`差别`)
};
export const difference = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_difference(inputs)
	return en_viewer_difference(inputs)
});
const en_viewer_comparison = () => {
	return (`Comparison`)
};
const zh_viewer_comparison = () => {
	return (`对比`)
};
export const comparison = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_comparison(inputs)
	return en_viewer_comparison(inputs)
});
const en_viewer_slider = () => {
	return (`Slider`)
};
const zh_viewer_slider = () => {
	return (`滑块对比`)
};
export const slider = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_slider(inputs)
	return en_viewer_slider(inputs)
});
const en_viewer_side_by_side = () => {
	return (`Side by side`)
};
const zh_viewer_side_by_side = () => {
	return (`并排对比`)
};
export const sideBySide = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_side_by_side(inputs)
	return en_viewer_side_by_side(inputs)
});
const en_viewer_reuse = () => {
	return (`Use again`)
};
const zh_viewer_reuse = () => {
	return (`再次使用`)
};
export const reuse = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_reuse(inputs)
	return en_viewer_reuse(inputs)
});
const en_viewer_reuse_prompt = () => {
	return (`Use the prompt`)
};
const zh_viewer_reuse_prompt = () => {
	return (`使用提示词`)
};
export const reusePrompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_reuse_prompt(inputs)
	return en_viewer_reuse_prompt(inputs)
});
const en_viewer_reuse_all = () => {
	return (`Use everything`)
};
const zh_viewer_reuse_all = () => {
	return (`使用全部参数`)
};
export const reuseAll = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_reuse_all(inputs)
	return en_viewer_reuse_all(inputs)
});
const en_viewer_use_as_reference = () => {
	return (`Use as reference`)
};
const zh_viewer_use_as_reference = () => {
	return (`用作参考图`)
};
export const useAsReference = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_use_as_reference(inputs)
	return en_viewer_use_as_reference(inputs)
});
const en_viewer_use_as_first = () => {
	return (`Use as first frame of a video`)
};
const zh_viewer_use_as_first = () => {
	return (`用作视频首帧`)
};
export const useAsFirst = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_use_as_first(inputs)
	return en_viewer_use_as_first(inputs)
});
const en_viewer_download = () => {
	return (`Download`)
};
const zh_viewer_download = () => {
	return (`下载`)
};
export const download = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_download(inputs)
	return en_viewer_download(inputs)
});
const en_viewer_star = () => {
	return (`Star`)
};
const zh_viewer_star = () => {
	return (`加星标`)
};
export const star = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_star(inputs)
	return en_viewer_star(inputs)
});
const en_viewer_unstar = () => {
	return (`Take the star away`)
};
const zh_viewer_unstar = () => {
	return (`取消星标`)
};
export const unstar = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_unstar(inputs)
	return en_viewer_unstar(inputs)
});
const en_viewer_move_to_trash = () => {
	return (`Move to the trash`)
};
const zh_viewer_move_to_trash = () => {
	return (`移入回收站`)
};
export const moveToTrash = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_viewer_move_to_trash(inputs)
	return en_viewer_move_to_trash(inputs)
});
