// Compiled from messages/library.en.json and messages/library.zh.json by scripts/studio-words.mjs.
import { getLocale, plural } from "./locale.ts";

const en_library_title = () => {
	return (`Library`)
};
const zh_library_title = () => {
	return (`作品库`)
};
export const title = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_title(inputs)
	return en_library_title(inputs)
});
const en_library_results_grid = () => {
	return (`Results`)
};
const zh_library_results_grid = () => {
	return (`作品`)
};
export const resultsGrid = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_results_grid(inputs)
	return en_library_results_grid(inputs)
});
const en_library_picture_of = (i) => {
	return (`Picture, ${i?.at}`)
};
const zh_library_picture_of = (i) => {
	return (`图片，${i?.at}`)
};
export const pictureOf = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_picture_of(inputs)
	return en_library_picture_of(inputs)
});
const en_library_video_of = (i) => {
	return (`Video, ${i?.at}`)
};
const zh_library_video_of = (i) => {
	return (`视频，${i?.at}`)
};
export const videoOf = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_video_of(inputs)
	return en_library_video_of(inputs)
});
const en_library_sound_of = (i) => {
	return (`Sound, ${i?.at}`)
};
const zh_library_sound_of = (i) => {
	return (`音频，${i?.at}`)
};
export const soundOf = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_sound_of(inputs)
	return en_library_sound_of(inputs)
});
const en_library_not_read_yet = () => {
	return (`Being read`)
};
const zh_library_not_read_yet = () => {
	return (`读取中`)
};
export const notReadYet = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_not_read_yet(inputs)
	return en_library_not_read_yet(inputs)
});
const en_library_timeline = () => {
	return (`Go to a day`)
};
const zh_library_timeline = () => {
	return (`跳到某一天`)
};
export const timeline = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_timeline(inputs)
	return en_library_timeline(inputs)
});
const en_library_kinds = () => {
	return (`Kinds`)
};
const zh_library_kinds = () => {
	return (`类型`)
};
export const kinds = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_kinds(inputs)
	return en_library_kinds(inputs)
});
const en_library_pictures = () => {
	return (`Pictures`)
};
const zh_library_pictures = () => {
	return (`图片`)
};
export const pictures = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_pictures(inputs)
	return en_library_pictures(inputs)
});
const en_library_videos = () => {
	return (`Videos`)
};
const zh_library_videos = () => {
	return (`视频`)
};
export const videos = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_videos(inputs)
	return en_library_videos(inputs)
});
const en_library_sounds = () => {
	return (`Sounds`)
};
const zh_library_sounds = () => {
	return (`音频`)
};
export const sounds = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_sounds(inputs)
	return en_library_sounds(inputs)
});
const en_library_only_starred = () => {
	return (`Starred only`)
};
const zh_library_only_starred = () => {
	return (`仅看星标`)
};
export const onlyStarred = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_only_starred(inputs)
	return en_library_only_starred(inputs)
});
const en_library_more_filters = () => {
	return (`More filters`)
};
const zh_library_more_filters = () => {
	return (`更多筛选`)
};
export const moreFilters = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_more_filters(inputs)
	return en_library_more_filters(inputs)
});
const en_library_trash = () => {
	return (`Trash`)
};
const zh_library_trash = () => {
	return (`回收站`)
};
export const trash = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_trash(inputs)
	return en_library_trash(inputs)
});
const en_library_cell_size = () => {
	return (`Size of the cells`)
};
const zh_library_cell_size = () => {
	return (`缩略图大小`)
};
export const cellSize = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_cell_size(inputs)
	return en_library_cell_size(inputs)
});
const en_library_smaller = () => {
	return (`Smaller`)
};
const zh_library_smaller = () => {
	return (`缩小`)
};
export const smaller = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_smaller(inputs)
	return en_library_smaller(inputs)
});
const en_library_larger = () => {
	return (`Larger`)
};
const zh_library_larger = () => {
	return (`放大`)
};
export const larger = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_larger(inputs)
	return en_library_larger(inputs)
});
const en_library_search_prompts = () => {
	return (`Search prompts`)
};
const zh_library_search_prompts = () => {
	return (`搜索提示词`)
};
export const searchPrompts = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_search_prompts(inputs)
	return en_library_search_prompts(inputs)
});
const en_library_results = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.number} result`);
	return (`${i?.number} results`)
};
const zh_library_results = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`${i?.number} 个作品`)
};
export const results = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_results(inputs)
	return en_library_results(inputs)
});
const en_library_model = () => {
	return (`Model`)
};
const zh_library_model = () => {
	return (`模型`)
};
export const model = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_model(inputs)
	return en_library_model(inputs)
});
const en_library_tag = () => {
	return (`Tag`)
};
const zh_library_tag = () => {
	return (`标签`)
};
export const tag = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_tag(inputs)
	return en_library_tag(inputs)
});
const en_library_account = () => {
	return (`Account`)
};
const zh_library_account = () => {
	return (`账号`)
};
export const account = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_account(inputs)
	return en_library_account(inputs)
});
const en_library_from_day = () => {
	return (`From`)
};
const zh_library_from_day = () => {
	return (`从`)
};
export const fromDay = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_from_day(inputs)
	return en_library_from_day(inputs)
});
const en_library_to_day = () => {
	return (`To`)
};
const zh_library_to_day = () => {
	return (`到`)
};
export const toDay = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_to_day(inputs)
	return en_library_to_day(inputs)
});
const en_library_clear_filters = () => {
	return (`Clear the filters`)
};
const zh_library_clear_filters = () => {
	return (`清除筛选`)
};
export const clearFilters = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_clear_filters(inputs)
	return en_library_clear_filters(inputs)
});
const en_library_import_from_site = () => {
	return (`Bring in what I made on the site`)
};
const zh_library_import_from_site = () => {
	return (`导入在网站上生成的作品`)
};
export const importFromSite = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_import_from_site(inputs)
	return en_library_import_from_site(inputs)
});
const en_library_imported_toast = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.number} result is being brought in.`);
	return (`${i?.number} results are being brought in.`)
};
const zh_library_imported_toast = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`正在导入 ${i?.number} 个作品。`)
};
export const importedToast = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_imported_toast(inputs)
	return en_library_imported_toast(inputs)
});
const en_library_with_selected = () => {
	return (`With the selected results`)
};
const zh_library_with_selected = () => {
	return (`对选中的作品`)
};
export const withSelected = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_with_selected(inputs)
	return en_library_with_selected(inputs)
});
const en_library_selected = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.number} selected`);
	return (`${i?.number} selected`)
};
const zh_library_selected = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`已选 ${i?.number} 个`)
};
export const selected = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_selected(inputs)
	return en_library_selected(inputs)
});
const en_library_clear_selection = () => {
	return (`Clear the selection`)
};
const zh_library_clear_selection = () => {
	return (`取消选择`)
};
export const clearSelection = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_clear_selection(inputs)
	return en_library_clear_selection(inputs)
});
const en_library_restore = () => {
	return (`Restore`)
};
const zh_library_restore = () => {
	return (`恢复`)
};
export const restore = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_restore(inputs)
	return en_library_restore(inputs)
});
const en_library_star = () => {
	return (`Star`)
};
const zh_library_star = () => {
	return (`加星标`)
};
export const star = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_star(inputs)
	return en_library_star(inputs)
});
const en_library_unstar = () => {
	return (`Take the star away`)
};
const zh_library_unstar = () => {
	return (`取消星标`)
};
export const unstar = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_unstar(inputs)
	return en_library_unstar(inputs)
});
const en_library_add_tag = () => {
	return (`Add a tag`)
};
const zh_library_add_tag = () => {
	return (`添加标签`)
};
export const addTag = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_add_tag(inputs)
	return en_library_add_tag(inputs)
});
const en_library_download = () => {
	return (`Download`)
};
const zh_library_download = () => {
	return (`下载`)
};
export const download = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_download(inputs)
	return en_library_download(inputs)
});
const en_library_compare = () => {
	return (`Compare`)
};
const zh_library_compare = () => {
	return (`对比`)
};
export const compare = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_compare(inputs)
	return en_library_compare(inputs)
});
const en_library_compare_hint = () => {
	return (`Compare two to four pictures`)
};
const zh_library_compare_hint = () => {
	return (`对比 2 到 4 张图片`)
};
export const compareHint = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_compare_hint(inputs)
	return en_library_compare_hint(inputs)
});
const en_library_move_to_trash = () => {
	return (`Move to the trash`)
};
const zh_library_move_to_trash = () => {
	return (`移入回收站`)
};
export const moveToTrash = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_move_to_trash(inputs)
	return en_library_move_to_trash(inputs)
});
const en_library_stop = () => {
	return (`Stop`)
};
const zh_library_stop = () => {
	return (`停止`)
};
export const stop = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_stop(inputs)
	return en_library_stop(inputs)
});
const en_library_progress_of = (i) => {
	return (`${i?.done} of ${i?.total}`)
};
const zh_library_progress_of = (i) => {
	return (`${i?.done} / ${i?.total}`)
};
export const progressOf = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_progress_of(inputs)
	return en_library_progress_of(inputs)
});
const en_library_picture_form = () => {
	return (`Pictures as`)
};
const zh_library_picture_form = () => {
	return (`图片格式`)
};
export const pictureForm = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_picture_form(inputs)
	return en_library_picture_form(inputs)
});
const en_library_as_stored = () => {
	return (`as stored`)
};
const zh_library_as_stored = () => {
	return (`原格式`)
};
export const asStored = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_as_stored(inputs)
	return en_library_as_stored(inputs)
});
const en_library_with_sidecars = () => {
	return (`A file beside each that says how it was made`)
};
const zh_library_with_sidecars = () => {
	return (`附上每个作品的生成信息文件`)
};
export const withSidecars = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_with_sidecars(inputs)
	return en_library_with_sidecars(inputs)
});
const en_library_download_zip = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`Download ${i?.number} as a ZIP`);
	return (`Download ${i?.number} as a ZIP`)
};
const zh_library_download_zip = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`打包下载 ${i?.number} 个（ZIP）`)
};
export const downloadZip = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_download_zip(inputs)
	return en_library_download_zip(inputs)
});
const en_library_nothing_found = () => {
	return (`Nothing matches.`)
};
const zh_library_nothing_found = () => {
	return (`没有符合条件的作品。`)
};
export const nothingFound = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_nothing_found(inputs)
	return en_library_nothing_found(inputs)
});
const en_library_trash_is_empty = () => {
	return (`The trash is empty.`)
};
const zh_library_trash_is_empty = () => {
	return (`回收站是空的。`)
};
export const trashIsEmpty = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_trash_is_empty(inputs)
	return en_library_trash_is_empty(inputs)
});
const en_library_library_is_empty = () => {
	return (`What you make is kept here.`)
};
const zh_library_library_is_empty = () => {
	return (`你生成的作品都会保存在这里。`)
};
export const libraryIsEmpty = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_library_is_empty(inputs)
	return en_library_library_is_empty(inputs)
});
const en_library_make_first = () => {
	return (`Make the first picture`)
};
const zh_library_make_first = () => {
	return (`生成第一张图片`)
};
export const makeFirst = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_make_first(inputs)
	return en_library_make_first(inputs)
});
const en_library_undo = () => {
	return (`Undo`)
};
const zh_library_undo = () => {
	return (`撤销`)
};
export const undo = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_undo(inputs)
	return en_library_undo(inputs)
});
const en_library_starred_toast = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} result starred.`);
	return (`${i?.count} results starred.`)
};
const zh_library_starred_toast = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`已为 ${i?.count} 个作品加星标。`)
};
export const starredToast = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_starred_toast(inputs)
	return en_library_starred_toast(inputs)
});
const en_library_unstarred_toast = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} star taken away.`);
	return (`${i?.count} stars taken away.`)
};
const zh_library_unstarred_toast = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`已取消 ${i?.count} 个星标。`)
};
export const unstarredToast = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_unstarred_toast(inputs)
	return en_library_unstarred_toast(inputs)
});
const en_library_tagged_toast = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} result tagged “${i?.tag}”.`);
	return (`${i?.count} results tagged “${i?.tag}”.`)
};
const zh_library_tagged_toast = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`已为 ${i?.count} 个作品添加标签“${i?.tag}”。`)
};
export const taggedToast = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_tagged_toast(inputs)
	return en_library_tagged_toast(inputs)
});
const en_library_trashed_toast = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} result is in the trash for 30 days.`);
	return (`${i?.count} results are in the trash for 30 days.`)
};
const zh_library_trashed_toast = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`${i?.count} 个作品已移入回收站，保留 30 天。`)
};
export const trashedToast = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_trashed_toast(inputs)
	return en_library_trashed_toast(inputs)
});
const en_library_restored_toast = (i) => {const countPlural = plural("en", i?.count, {});
	if (countPlural === "one") return (`${i?.count} result restored.`);
	return (`${i?.count} results restored.`)
};
const zh_library_restored_toast = (i) => {
	const countPlural = plural("zh", i?.count, {});return (`已恢复 ${i?.count} 个作品。`)
};
export const restoredToast = ((inputs, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_library_restored_toast(inputs)
	return en_library_restored_toast(inputs)
});
