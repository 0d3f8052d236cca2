// Compiled from messages/controls.en.json and messages/controls.zh.json by scripts/studio-words.mjs.
import { getLocale } from "./locale.ts";

const en_controls_close = () => {
	return (`Close`)
};
const zh_controls_close = () => {
	return (`关闭`)
};
export const close = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_controls_close(inputs)
	return en_controls_close(inputs)
});
const en_controls_dismiss = () => {
	return (`Dismiss`)
};
const zh_controls_dismiss = () => {
	return (`知道了`)
};
export const dismiss = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_controls_dismiss(inputs)
	return en_controls_dismiss(inputs)
});
const en_controls_loading = () => {
	return (`Loading…`)
};
const zh_controls_loading = () => {
	return (`加载中…`)
};
export const loading = ((inputs = {}, options = {}) => {
	const locale = options.locale ?? getLocale()
	if (locale === "zh") return zh_controls_loading(inputs)
	return en_controls_loading(inputs)
});
