// Compiled from messages/shell.en.json and messages/shell.zh.json by scripts/studio-words.mjs.
import { getLocale } from "./locale.ts";

const en_shell_product_name = () => {
	return (`jimeng studio`)
};
const zh_shell_product_name = () => {
	return (`即梦工作室`)
};
export const productName = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_product_name(inputs)
	return en_shell_product_name(inputs)
});
const en_shell_create = () => {
	return (`Create`)
};
const zh_shell_create = () => {
	return (`创作`)
};
export const create = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_create(inputs)
	return en_shell_create(inputs)
});
const en_shell_jobs = () => {
	return (`Jobs`)
};
const zh_shell_jobs = () => {
	return (`任务`)
};
export const jobs = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_jobs(inputs)
	return en_shell_jobs(inputs)
});
const en_shell_library = () => {
	return (`Library`)
};
const zh_shell_library = () => {
	return (`图库`)
};
export const library = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_library(inputs)
	return en_shell_library(inputs)
});
const en_shell_accounts = () => {
	return (`Accounts`)
};
const zh_shell_accounts = () => {
	return (`账号`)
};
export const accounts = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_accounts(inputs)
	return en_shell_accounts(inputs)
});
const en_shell_keys = () => {
	return (`Keys`)
};
const zh_shell_keys = () => {
	return (`密钥`)
};
export const keys = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_keys(inputs)
	return en_shell_keys(inputs)
});
const en_shell_health = () => {
	return (`Health`)
};
const zh_shell_health = () => {
	return (`状态`)
};
export const health = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_health(inputs)
	return en_shell_health(inputs)
});
const en_shell_api_reference = () => {
	return (`API`)
};
const zh_shell_api_reference = () => {
	return (`API`)
};
export const apiReference = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_api_reference(inputs)
	return en_shell_api_reference(inputs)
});
const en_shell_rooms = () => {
	return (`Rooms`)
};
const zh_shell_rooms = () => {
	return (`页面导航`)
};
export const rooms = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_rooms(inputs)
	return en_shell_rooms(inputs)
});
const en_shell_skip_to_content = () => {
	return (`Skip to the content`)
};
const zh_shell_skip_to_content = () => {
	return (`跳到正文`)
};
export const skipToContent = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_skip_to_content(inputs)
	return en_shell_skip_to_content(inputs)
});
const en_shell_new_version = () => {
	return (`A newer version of this page is ready.`)
};
const zh_shell_new_version = () => {
	return (`页面有新版本。`)
};
export const newVersion = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_new_version(inputs)
	return en_shell_new_version(inputs)
});
const en_shell_reload = () => {
	return (`Reload`)
};
const zh_shell_reload = () => {
	return (`重新加载`)
};
export const reload = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_reload(inputs)
	return en_shell_reload(inputs)
});
const en_shell_preferences = () => {
	return (`Preferences`)
};
const zh_shell_preferences = () => {
	return (`偏好设置`)
};
export const preferences = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_preferences(inputs)
	return en_shell_preferences(inputs)
});
const en_shell_language = () => {
	return (`Language`)
};
const zh_shell_language = () => {
	return (`语言`)
};
export const language = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_language(inputs)
	return en_shell_language(inputs)
});
const en_shell_colours = () => {
	return (`Colours`)
};
const zh_shell_colours = () => {
	return (`外观`)
};
export const colours = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_colours(inputs)
	return en_shell_colours(inputs)
});
const en_shell_theme_auto = () => {
	return (`Auto`)
};
const zh_shell_theme_auto = () => {
	return (`自动`)
};
export const themeAuto = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_theme_auto(inputs)
	return en_shell_theme_auto(inputs)
});
const en_shell_theme_light = () => {
	return (`Light`)
};
const zh_shell_theme_light = () => {
	return (`浅色`)
};
export const themeLight = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_theme_light(inputs)
	return en_shell_theme_light(inputs)
});
const en_shell_theme_dark = () => {
	return (`Dark`)
};
const zh_shell_theme_dark = () => {
	return (`深色`)
};
export const themeDark = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_theme_dark(inputs)
	return en_shell_theme_dark(inputs)
});
const en_shell_single_keys = () => {
	return (`Single-key shortcuts`)
};
const zh_shell_single_keys = () => {
	return (`单键快捷键`)
};
export const singleKeys = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_single_keys(inputs)
	return en_shell_single_keys(inputs)
});
const en_shell_shortcuts = () => {
	return (`Keyboard shortcuts`)
};
const zh_shell_shortcuts = () => {
	return (`键盘快捷键`)
};
export const shortcuts = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_shortcuts(inputs)
	return en_shell_shortcuts(inputs)
});
const en_shell_keys_everywhere = () => {
	return (`Everywhere`)
};
const zh_shell_keys_everywhere = () => {
	return (`全局`)
};
export const keysEverywhere = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_keys_everywhere(inputs)
	return en_shell_keys_everywhere(inputs)
});
const en_shell_keys_on_pictures = () => {
	return (`On pictures`)
};
const zh_shell_keys_on_pictures = () => {
	return (`图片上`)
};
export const keysOnPictures = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_keys_on_pictures(inputs)
	return en_shell_keys_on_pictures(inputs)
});
const en_shell_keys_in_viewer = () => {
	return (`In the viewer`)
};
const zh_shell_keys_in_viewer = () => {
	return (`查看器中`)
};
export const keysInViewer = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_keys_in_viewer(inputs)
	return en_shell_keys_in_viewer(inputs)
});
const en_shell_key_prompt = () => {
	return (`Write a prompt`)
};
const zh_shell_key_prompt = () => {
	return (`写提示词`)
};
export const keyPrompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_prompt(inputs)
	return en_shell_key_prompt(inputs)
});
const en_shell_key_make = () => {
	return (`Make it`)
};
const zh_shell_key_make = () => {
	return (`开始生成`)
};
export const keyMake = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_make(inputs)
	return en_shell_key_make(inputs)
});
const en_shell_key_history = () => {
	return (`Earlier prompts`)
};
const zh_shell_key_history = () => {
	return (`历史提示词`)
};
export const keyHistory = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_history(inputs)
	return en_shell_key_history(inputs)
});
const en_shell_key_search = () => {
	return (`Search`)
};
const zh_shell_key_search = () => {
	return (`搜索`)
};
export const keySearch = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_search(inputs)
	return en_shell_key_search(inputs)
});
const en_shell_key_commands = () => {
	return (`Commands`)
};
const zh_shell_key_commands = () => {
	return (`命令面板`)
};
export const keyCommands = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_commands(inputs)
	return en_shell_key_commands(inputs)
});
const en_shell_key_back = () => {
	return (`Back, close`)
};
const zh_shell_key_back = () => {
	return (`返回、关闭`)
};
export const keyBack = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_back(inputs)
	return en_shell_key_back(inputs)
});
const en_shell_key_move = () => {
	return (`Move`)
};
const zh_shell_key_move = () => {
	return (`移动`)
};
export const keyMove = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_move(inputs)
	return en_shell_key_move(inputs)
});
const en_shell_key_open = () => {
	return (`Open`)
};
const zh_shell_key_open = () => {
	return (`打开`)
};
export const keyOpen = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_open(inputs)
	return en_shell_key_open(inputs)
});
const en_shell_key_select = () => {
	return (`Select`)
};
const zh_shell_key_select = () => {
	return (`选中`)
};
export const keySelect = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_select(inputs)
	return en_shell_key_select(inputs)
});
const en_shell_key_range = () => {
	return (`Select a range`)
};
const zh_shell_key_range = () => {
	return (`连续选中`)
};
export const keyRange = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_range(inputs)
	return en_shell_key_range(inputs)
});
const en_shell_key_all = () => {
	return (`Select all`)
};
const zh_shell_key_all = () => {
	return (`全选`)
};
export const keyAll = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_all(inputs)
	return en_shell_key_all(inputs)
});
const en_shell_key_star = () => {
	return (`Star`)
};
const zh_shell_key_star = () => {
	return (`收藏`)
};
export const keyStar = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_star(inputs)
	return en_shell_key_star(inputs)
});
const en_shell_key_compare = () => {
	return (`Compare`)
};
const zh_shell_key_compare = () => {
	return (`对比`)
};
export const keyCompare = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_compare(inputs)
	return en_shell_key_compare(inputs)
});
const en_shell_key_download = () => {
	return (`Download`)
};
const zh_shell_key_download = () => {
	return (`下载`)
};
export const keyDownload = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_download(inputs)
	return en_shell_key_download(inputs)
});
const en_shell_key_remix = () => {
	return (`Remix`)
};
const zh_shell_key_remix = () => {
	return (`改编`)
};
export const keyRemix = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_remix(inputs)
	return en_shell_key_remix(inputs)
});
const en_shell_key_reference = () => {
	return (`Use as reference`)
};
const zh_shell_key_reference = () => {
	return (`用作参考图`)
};
export const keyReference = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_reference(inputs)
	return en_shell_key_reference(inputs)
});
const en_shell_key_details = () => {
	return (`Details`)
};
const zh_shell_key_details = () => {
	return (`详情`)
};
export const keyDetails = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_details(inputs)
	return en_shell_key_details(inputs)
});
const en_shell_key_copy_prompt = () => {
	return (`Copy the prompt`)
};
const zh_shell_key_copy_prompt = () => {
	return (`复制提示词`)
};
export const keyCopyPrompt = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_copy_prompt(inputs)
	return en_shell_key_copy_prompt(inputs)
});
const en_shell_key_trash = () => {
	return (`Move to the trash`)
};
const zh_shell_key_trash = () => {
	return (`移到回收站`)
};
export const keyTrash = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_trash(inputs)
	return en_shell_key_trash(inputs)
});
const en_shell_key_undo = () => {
	return (`Undo`)
};
const zh_shell_key_undo = () => {
	return (`撤销`)
};
export const keyUndo = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_undo(inputs)
	return en_shell_key_undo(inputs)
});
const en_shell_key_neighbour = () => {
	return (`Previous, next`)
};
const zh_shell_key_neighbour = () => {
	return (`上一张、下一张`)
};
export const keyNeighbour = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_neighbour(inputs)
	return en_shell_key_neighbour(inputs)
});
const en_shell_key_zoom = () => {
	return (`Zoom`)
};
const zh_shell_key_zoom = () => {
	return (`缩放`)
};
export const keyZoom = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_zoom(inputs)
	return en_shell_key_zoom(inputs)
});
const en_shell_key_fullscreen = () => {
	return (`Full screen`)
};
const zh_shell_key_fullscreen = () => {
	return (`全屏`)
};
export const keyFullscreen = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_fullscreen(inputs)
	return en_shell_key_fullscreen(inputs)
});
const en_shell_key_play = () => {
	return (`Play, pause`)
};
const zh_shell_key_play = () => {
	return (`播放、暂停`)
};
export const keyPlay = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_play(inputs)
	return en_shell_key_play(inputs)
});
const en_shell_key_frame = () => {
	return (`One frame back, forward`)
};
const zh_shell_key_frame = () => {
	return (`后退、前进一帧`)
};
export const keyFrame = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_key_frame(inputs)
	return en_shell_key_frame(inputs)
});
const en_shell_gateway_away = () => {
	return (`The gateway does not answer. What is loaded stays usable; making waits. This page goes on by itself when the gateway is back.`)
};
const zh_shell_gateway_away = () => {
	return (`网关没有响应。已加载的内容仍可查看，暂时不能生成；网关恢复后页面会自动继续。`)
};
export const gatewayAway = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_gateway_away(inputs)
	return en_shell_gateway_away(inputs)
});
const en_shell_needs_sign_in = () => {
	return (`This gateway asks for a key.`)
};
const zh_shell_needs_sign_in = () => {
	return (`此网关需要密钥。`)
};
export const needsSignIn = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_needs_sign_in(inputs)
	return en_shell_needs_sign_in(inputs)
});
const en_shell_sign_in = () => {
	return (`Sign in`)
};
const zh_shell_sign_in = () => {
	return (`登录`)
};
export const signIn = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_sign_in(inputs)
	return en_shell_sign_in(inputs)
});
const en_shell_simulated = () => {
	return (`No account is set up yet: pictures are made up on this machine, and nothing is paid.`)
};
const zh_shell_simulated = () => {
	return (`还没有配置账号：图片由本机模拟生成，不会花费任何积分。`)
};
export const simulated = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_simulated(inputs)
	return en_shell_simulated(inputs)
});
const en_shell_add_account = () => {
	return (`Add an account`)
};
const zh_shell_add_account = () => {
	return (`添加账号`)
};
export const addAccount = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_add_account(inputs)
	return en_shell_add_account(inputs)
});
const en_shell_understood = () => {
	return (`Got it`)
};
const zh_shell_understood = () => {
	return (`知道了`)
};
export const understood = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_understood(inputs)
	return en_shell_understood(inputs)
});
const en_shell_part_failed = () => {
	return (`This part of the page failed. Nothing that you made is lost.`)
};
const zh_shell_part_failed = () => {
	return (`页面的这一部分出错了，已生成的内容不会丢失。`)
};
export const partFailed = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_part_failed(inputs)
	return en_shell_part_failed(inputs)
});
const en_shell_no_such_place = () => {
	return (`There is nothing at this address.`)
};
const zh_shell_no_such_place = () => {
	return (`这个地址没有内容。`)
};
export const noSuchPlace = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_shell_no_such_place(inputs)
	return en_shell_no_such_place(inputs)
});
