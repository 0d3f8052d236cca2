// Compiled from messages/create.en.json and messages/create.zh.json by scripts/studio-words.mjs.
import { getLocale, plural } from "./locale.ts";

const en_create_composer = () => {
	return (`Composer`)
};
const zh_create_composer = () => {
	return (`创作区`)
};
export const composer = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_composer(inputs)
	return en_create_composer(inputs)
});
const en_create_kind = () => {
	return (`What to make`)
};
const zh_create_kind = () => {
	return (`生成类型`)
};
export const kind = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_kind(inputs)
	return en_create_kind(inputs)
});
const en_create_image = () => {
	return (`Image`)
};
const zh_create_image = () => {
	return (`图片`)
};
export const image = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_image(inputs)
	return en_create_image(inputs)
});
const en_create_video = () => {
	return (`Video`)
};
const zh_create_video = () => {
	return (`视频`)
};
export const video = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_video(inputs)
	return en_create_video(inputs)
});
const en_create_audio = () => {
	return (`Music`)
};
const zh_create_audio = () => {
	return (`音乐`)
};
export const audio = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_audio(inputs)
	return en_create_audio(inputs)
});
const en_create_prompt = () => {
	return (`Prompt`)
};
const zh_create_prompt = () => {
	return (`提示词`)
};
export const prompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_prompt(inputs)
	return en_create_prompt(inputs)
});
const en_create_prompt_hint = () => {
	return (`Describe what you want to see…`)
};
const zh_create_prompt_hint = () => {
	return (`描述你想看到的画面…`)
};
export const promptHint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_prompt_hint(inputs)
	return en_create_prompt_hint(inputs)
});
const en_create_prompt_hint_video = () => {
	return (`Describe the scene and what happens in it…`)
};
const zh_create_prompt_hint_video = () => {
	return (`描述场景和其中发生的事…`)
};
export const promptHintVideo = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_prompt_hint_video(inputs)
	return en_create_prompt_hint_video(inputs)
});
const en_create_prompt_hint_audio = () => {
	return (`Describe the music…`)
};
const zh_create_prompt_hint_audio = () => {
	return (`描述你想听到的音乐…`)
};
export const promptHintAudio = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_prompt_hint_audio(inputs)
	return en_create_prompt_hint_audio(inputs)
});
const en_create_prompt_hint_batch = () => {
	return (`One prompt on each line; choices as in a red or blue car: a (red|blue) car with curly brackets`)
};
const zh_create_prompt_hint_batch = () => {
	return (`每行一条提示词；花括号里用竖线分隔多个选项`)
};
export const promptHintBatch = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_prompt_hint_batch(inputs)
	return en_create_prompt_hint_batch(inputs)
});
const en_create_characters = (i) => {
	return (`${i?.count} characters`)
};
const zh_create_characters = (i) => {
	return (`${i?.count} 字`)
};
export const characters = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_characters(inputs)
	return en_create_characters(inputs)
});
const en_create_model = () => {
	return (`Model`)
};
const zh_create_model = () => {
	return (`模型`)
};
export const model = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_model(inputs)
	return en_create_model(inputs)
});
const en_create_automatic = () => {
	return (`Automatic`)
};
const zh_create_automatic = () => {
	return (`自动`)
};
export const automatic = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_automatic(inputs)
	return en_create_automatic(inputs)
});
const en_create_search_models = () => {
	return (`Search models`)
};
const zh_create_search_models = () => {
	return (`搜索模型`)
};
export const searchModels = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_search_models(inputs)
	return en_create_search_models(inputs)
});
const en_create_no_account_has = () => {
	return (`No account here has this model`)
};
const zh_create_no_account_has = () => {
	return (`没有账号可用此模型`)
};
export const noAccountHas = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_no_account_has(inputs)
	return en_create_no_account_has(inputs)
});
const en_create_retired = () => {
	return (`Retired`)
};
const zh_create_retired = () => {
	return (`已下线`)
};
export const retired = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_retired(inputs)
	return en_create_retired(inputs)
});
const en_create_experimental = () => {
	return (`Experimental`)
};
const zh_create_experimental = () => {
	return (`实验性`)
};
export const experimental = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_experimental(inputs)
	return en_create_experimental(inputs)
});
const en_create_up_to_references = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} reference`);
	return (`up to ${i?.count} references`)
};
const zh_create_up_to_references = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`最多 ${i?.count} 张参考`)
};
export const upToReferences = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_up_to_references(inputs)
	return en_create_up_to_references(inputs)
});
const en_create_no_references = () => {
	return (`no references`)
};
const zh_create_no_references = () => {
	return (`不支持参考图`)
};
export const noReferences = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_no_references(inputs)
	return en_create_no_references(inputs)
});
const en_create_ratio = () => {
	return (`Ratio`)
};
const zh_create_ratio = () => {
	return (`比例`)
};
export const ratio = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_ratio(inputs)
	return en_create_ratio(inputs)
});
const en_create_resolution = () => {
	return (`Resolution`)
};
const zh_create_resolution = () => {
	return (`分辨率`)
};
export const resolution = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_resolution(inputs)
	return en_create_resolution(inputs)
});
const en_create_count = () => {
	return (`Count`)
};
const zh_create_count = () => {
	return (`数量`)
};
export const count = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_count(inputs)
	return en_create_count(inputs)
});
const en_create_duration = () => {
	return (`Duration`)
};
const zh_create_duration = () => {
	return (`时长`)
};
export const duration = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_duration(inputs)
	return en_create_duration(inputs)
});
const en_create_seconds = (i) => {
	return (`${i?.count} s`)
};
const zh_create_seconds = (i) => {
	return (`${i?.count} 秒`)
};
export const seconds = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_seconds(inputs)
	return en_create_seconds(inputs)
});
const en_create_seed = () => {
	return (`Seed`)
};
const zh_create_seed = () => {
	return (`种子`)
};
export const seed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_seed(inputs)
	return en_create_seed(inputs)
});
const en_create_seed_hint = () => {
	return (`Random each time`)
};
const zh_create_seed_hint = () => {
	return (`每次随机`)
};
export const seedHint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_seed_hint(inputs)
	return en_create_seed_hint(inputs)
});
const en_create_lock_seed = () => {
	return (`Keep this seed`)
};
const zh_create_lock_seed = () => {
	return (`固定此种子`)
};
export const lockSeed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_lock_seed(inputs)
	return en_create_lock_seed(inputs)
});
const en_create_negative_prompt = () => {
	return (`Leave out`)
};
const zh_create_negative_prompt = () => {
	return (`排除内容`)
};
export const negativePrompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_negative_prompt(inputs)
	return en_create_negative_prompt(inputs)
});
const en_create_negative_hint = () => {
	return (`What should not be in the picture`)
};
const zh_create_negative_hint = () => {
	return (`画面中不要出现的东西`)
};
export const negativeHint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_negative_hint(inputs)
	return en_create_negative_hint(inputs)
});
const en_create_more = () => {
	return (`Seed and more`)
};
const zh_create_more = () => {
	return (`种子等选项`)
};
export const more = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_more(inputs)
	return en_create_more(inputs)
});
const en_create_batch = () => {
	return (`Batch`)
};
const zh_create_batch = () => {
	return (`批量`)
};
export const batch = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_batch(inputs)
	return en_create_batch(inputs)
});
const en_create_batch_hint = () => {
	return (`One prompt on each line, and choices in curly brackets`)
};
const zh_create_batch_hint = () => {
	return (`每行一条提示词，花括号内为多选项`)
};
export const batchHint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_batch_hint(inputs)
	return en_create_batch_hint(inputs)
});
const en_create_prompts = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} prompt`);
	return (`${i?.count} prompts`)
};
const zh_create_prompts = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`${i?.count} 条提示词`)
};
export const prompts = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_prompts(inputs)
	return en_create_prompts(inputs)
});
const en_create_make = () => {
	return (`Make`)
};
const zh_create_make = () => {
	return (`生成`)
};
export const make = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_make(inputs)
	return en_create_make(inputs)
});
const en_create_making = () => {
	return (`Sending…`)
};
const zh_create_making = () => {
	return (`提交中…`)
};
export const making = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_making(inputs)
	return en_create_making(inputs)
});
const en_create_credits = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} credit`);
	return (`${i?.count} credits`)
};
const zh_create_credits = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`${i?.count} 积分`)
};
export const credits = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_credits(inputs)
	return en_create_credits(inputs)
});
const en_create_credits_of = (i) => {
	return (`${i?.price} of ${i?.balance} credits`)
};
const zh_create_credits_of = (i) => {
	return (`${i?.price} / ${i?.balance} 积分`)
};
export const creditsOf = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_credits_of(inputs)
	return en_create_credits_of(inputs)
});
const en_create_credits_free = () => {
	return (`free`)
};
const zh_create_credits_free = () => {
	return (`免费`)
};
export const creditsFree = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_credits_free(inputs)
	return en_create_credits_free(inputs)
});
const en_create_price_unknown = () => {
	return (`price not known yet`)
};
const zh_create_price_unknown = () => {
	return (`暂无价格信息`)
};
export const priceUnknown = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_price_unknown(inputs)
	return en_create_price_unknown(inputs)
});
const en_create_about_time = (i) => {
	return (`about ${i?.time}`)
};
const zh_create_about_time = (i) => {
	return (`约 ${i?.time}`)
};
export const aboutTime = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_about_time(inputs)
	return en_create_about_time(inputs)
});
const en_create_add_reference = () => {
	return (`Add a reference`)
};
const zh_create_add_reference = () => {
	return (`添加参考`)
};
export const addReference = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_add_reference(inputs)
	return en_create_add_reference(inputs)
});
const en_create_from_file = () => {
	return (`Choose files`)
};
const zh_create_from_file = () => {
	return (`选择文件`)
};
export const fromFile = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_from_file(inputs)
	return en_create_from_file(inputs)
});
const en_create_from_camera = () => {
	return (`Take a picture`)
};
const zh_create_from_camera = () => {
	return (`拍照`)
};
export const fromCamera = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_from_camera(inputs)
	return en_create_from_camera(inputs)
});
const en_create_from_url = () => {
	return (`From an address`)
};
const zh_create_from_url = () => {
	return (`通过网址`)
};
export const fromUrl = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_from_url(inputs)
	return en_create_from_url(inputs)
});
const en_create_from_url_hint = () => {
	return (`https://…`)
};
const zh_create_from_url_hint = () => {
	return (`https://…`)
};
export const fromUrlHint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_from_url_hint(inputs)
	return en_create_from_url_hint(inputs)
});
const en_create_add = () => {
	return (`Add`)
};
const zh_create_add = () => {
	return (`添加`)
};
export const add = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_add(inputs)
	return en_create_add(inputs)
});
const en_create_from_library_hint = () => {
	return (`In the library, press u on a picture.`)
};
const zh_create_from_library_hint = () => {
	return (`在图库中选中图片后按 u 键。`)
};
export const fromLibraryHint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_from_library_hint(inputs)
	return en_create_from_library_hint(inputs)
});
const en_create_drop_here = () => {
	return (`Drop pictures here`)
};
const zh_create_drop_here = () => {
	return (`把图片拖到这里`)
};
export const dropHere = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_drop_here(inputs)
	return en_create_drop_here(inputs)
});
const en_create_remove = (i) => {
	return (`Remove ${i?.name}`)
};
const zh_create_remove = (i) => {
	return (`移除 ${i?.name}`)
};
export const remove = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_remove(inputs)
	return en_create_remove(inputs)
});
const en_create_move_left = (i) => {
	return (`Move ${i?.name} forward`)
};
const zh_create_move_left = (i) => {
	return (`前移 ${i?.name}`)
};
export const moveLeft = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_move_left(inputs)
	return en_create_move_left(inputs)
});
const en_create_move_right = (i) => {
	return (`Move ${i?.name} back`)
};
const zh_create_move_right = (i) => {
	return (`后移 ${i?.name}`)
};
export const moveRight = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_move_right(inputs)
	return en_create_move_right(inputs)
});
const en_create_retry_upload = () => {
	return (`Try again`)
};
const zh_create_retry_upload = () => {
	return (`重试`)
};
export const retryUpload = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_retry_upload(inputs)
	return en_create_retry_upload(inputs)
});
const en_create_role = (i) => {
	return (`Role of ${i?.name}`)
};
const zh_create_role = (i) => {
	return (`${i?.name} 的用途`)
};
export const role = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_role(inputs)
	return en_create_role(inputs)
});
const en_create_role_reference = () => {
	return (`Reference`)
};
const zh_create_role_reference = () => {
	return (`参考`)
};
export const roleReference = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_role_reference(inputs)
	return en_create_role_reference(inputs)
});
const en_create_role_first = () => {
	return (`First frame`)
};
const zh_create_role_first = () => {
	return (`首帧`)
};
export const roleFirst = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_role_first(inputs)
	return en_create_role_first(inputs)
});
const en_create_role_last = () => {
	return (`Last frame`)
};
const zh_create_role_last = () => {
	return (`尾帧`)
};
export const roleLast = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_role_last(inputs)
	return en_create_role_last(inputs)
});
const en_create_role_keyframe = () => {
	return (`Keyframe`)
};
const zh_create_role_keyframe = () => {
	return (`关键帧`)
};
export const roleKeyframe = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_role_keyframe(inputs)
	return en_create_role_keyframe(inputs)
});
const en_create_keyframe_seconds = (i) => {
	return (`Second of ${i?.name}`)
};
const zh_create_keyframe_seconds = (i) => {
	return (`${i?.name} 所在秒数`)
};
export const keyframeSeconds = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_keyframe_seconds(inputs)
	return en_create_keyframe_seconds(inputs)
});
const en_create_upload_failed = (i) => {
	return (`${i?.name}: ${i?.reason}`)
};
const zh_create_upload_failed = (i) => {
	return (`${i?.name}：${i?.reason}`)
};
export const uploadFailed = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_upload_failed(inputs)
	return en_create_upload_failed(inputs)
});
const en_create_not_media = (i) => {
	return (`${i?.name} is no picture, video or sound.`)
};
const zh_create_not_media = (i) => {
	return (`${i?.name} 不是图片、视频或音频。`)
};
export const notMedia = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_not_media(inputs)
	return en_create_not_media(inputs)
});
const en_create_empty_file = (i) => {
	return (`${i?.name} is empty.`)
};
const zh_create_empty_file = (i) => {
	return (`${i?.name} 是空文件。`)
};
export const emptyFile = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_empty_file(inputs)
	return en_create_empty_file(inputs)
});
const en_create_too_many_files = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`At most ${i?.count} file at once; the rest was left out.`);
	return (`At most ${i?.count} files at once; the rest was left out.`)
};
const zh_create_too_many_files = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`一次最多添加 ${i?.count} 个文件，其余已忽略。`)
};
export const tooManyFiles = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_too_many_files(inputs)
	return en_create_too_many_files(inputs)
});
const en_create_problem_empty = () => {
	return (`Write a prompt first.`)
};
const zh_create_problem_empty = () => {
	return (`请先写提示词。`)
};
export const problemEmpty = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_empty(inputs)
	return en_create_problem_empty(inputs)
});
const en_create_problem_long = (i) => {
	return (`The prompt has ${i?.length} characters; this model takes ${i?.most}.`)
};
const zh_create_problem_long = (i) => {
	return (`提示词共 ${i?.length} 字，此模型最多 ${i?.most} 字。`)
};
export const problemLong = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_long(inputs)
	return en_create_problem_long(inputs)
});
const en_create_problem_too_many_references = (i) => {
	return (`${i?.count} references; this model takes ${i?.most}.`)
};
const zh_create_problem_too_many_references = (i) => {
	return (`共 ${i?.count} 个参考，此模型最多 ${i?.most} 个。`)
};
export const problemTooManyReferences = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_too_many_references(inputs)
	return en_create_problem_too_many_references(inputs)
});
const en_create_problem_no_references = () => {
	return (`This model takes no references.`)
};
const zh_create_problem_no_references = () => {
	return (`此模型不支持参考图。`)
};
export const problemNoReferences = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_no_references(inputs)
	return en_create_problem_no_references(inputs)
});
const en_create_problem_role = (i) => {
	return (`This model has no “${i?.role}”.`)
};
const zh_create_problem_role = (i) => {
	return (`此模型不支持“${i?.role}”。`)
};
export const problemRole = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_role(inputs)
	return en_create_problem_role(inputs)
});
const en_create_problem_kind = () => {
	return (`This model takes pictures only.`)
};
const zh_create_problem_kind = () => {
	return (`此模型只支持图片参考。`)
};
export const problemKind = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_kind(inputs)
	return en_create_problem_kind(inputs)
});
const en_create_problem_mixed = () => {
	return (`First and last frames do not go together with other references.`)
};
const zh_create_problem_mixed = () => {
	return (`首尾帧不能与其他参考同时使用。`)
};
export const problemMixed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_mixed(inputs)
	return en_create_problem_mixed(inputs)
});
const en_create_problem_last = () => {
	return (`A last frame needs a first one.`)
};
const zh_create_problem_last = () => {
	return (`使用尾帧时需要首帧。`)
};
export const problemLast = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_last(inputs)
	return en_create_problem_last(inputs)
});
const en_create_problem_uploading = () => {
	return (`References are still being uploaded.`)
};
const zh_create_problem_uploading = () => {
	return (`参考文件还在上传。`)
};
export const problemUploading = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_uploading(inputs)
	return en_create_problem_uploading(inputs)
});
const en_create_problem_prompts = (i) => {
	return (`${i?.count} prompts; a batch takes ${i?.most}.`)
};
const zh_create_problem_prompts = (i) => {
	return (`共 ${i?.count} 条提示词，批量最多 ${i?.most} 条。`)
};
export const problemPrompts = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_problem_prompts(inputs)
	return en_create_problem_prompts(inputs)
});
const en_create_away = () => {
	return (`The gateway is away; this waits for it.`)
};
const zh_create_away = () => {
	return (`网关暂时无响应，恢复后即可提交。`)
};
export const away = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_away(inputs)
	return en_create_away(inputs)
});
const en_create_no_scope = () => {
	return (`Your key may look, but not make anything.`)
};
const zh_create_no_scope = () => {
	return (`当前密钥只能查看，不能生成。`)
};
export const noScope = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_no_scope(inputs)
	return en_create_no_scope(inputs)
});
const en_create_changed = (i) => {
	return (`Changed for this model: ${i?.changes}`)
};
const zh_create_changed = (i) => {
	return (`已按此模型调整：${i?.changes}`)
};
export const changed = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_changed(inputs)
	return en_create_changed(inputs)
});
const en_create_changed_to = (i) => {
	return (`${i?.field} ${i?.from} → ${i?.to}`)
};
const zh_create_changed_to = (i) => {
	return (`${i?.field} ${i?.from} → ${i?.to}`)
};
export const changedTo = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_changed_to(inputs)
	return en_create_changed_to(inputs)
});
const en_create_auto = () => {
	return (`automatic`)
};
const zh_create_auto = () => {
	return (`自动`)
};
export const auto = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_auto(inputs)
	return en_create_auto(inputs)
});
const en_create_failed = (i) => {
	return (`Not made: ${i?.reason}`)
};
const zh_create_failed = (i) => {
	return (`未能生成：${i?.reason}`)
};
export const failed = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_failed(inputs)
	return en_create_failed(inputs)
});
const en_create_not_charged = () => {
	return (`Nothing was charged.`)
};
const zh_create_not_charged = () => {
	return (`没有扣费。`)
};
export const notCharged = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_not_charged(inputs)
	return en_create_not_charged(inputs)
});
const en_create_empty_title = () => {
	return (`What would you like to see?`)
};
const zh_create_empty_title = () => {
	return (`想看到什么？`)
};
export const emptyTitle = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_empty_title(inputs)
	return en_create_empty_title(inputs)
});
const en_create_example1 = () => {
	return (`A lighthouse on a cliff in a storm, oil painting`)
};
const zh_create_example1 = () => {
	return (`暴风雨中悬崖上的灯塔，油画`)
};
export const example1 = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_example1(inputs)
	return en_create_example1(inputs)
});
const en_create_example2 = () => {
	return (`A fox asleep in tall grass, morning fog, 35 mm photo`)
};
const zh_create_example2 = () => {
	return (`晨雾中一只狐狸在高草里熟睡，35 毫米胶片`)
};
export const example2 = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_example2(inputs)
	return en_create_example2(inputs)
});
const en_create_example3 = () => {
	return (`Isometric cutaway of a tiny ramen shop at night`)
};
const zh_create_example3 = () => {
	return (`夜晚小拉面店的等距剖面图`)
};
export const example3 = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_example3(inputs)
	return en_create_example3(inputs)
});
const en_create_try_one = () => {
	return (`Try one of these`)
};
const zh_create_try_one = () => {
	return (`试试这些`)
};
export const tryOne = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_try_one(inputs)
	return en_create_try_one(inputs)
});
const en_create_clear = () => {
	return (`Clear the draft`)
};
const zh_create_clear = () => {
	return (`清空草稿`)
};
export const clear = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_clear(inputs)
	return en_create_clear(inputs)
});
const en_create_done = () => {
	return (`Done`)
};
const zh_create_done = () => {
	return (`完成`)
};
export const done = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_create_done(inputs)
	return en_create_done(inputs)
});
