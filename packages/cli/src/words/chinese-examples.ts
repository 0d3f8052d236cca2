// The examples of the help in Chinese: by command, one call on each line.

import type { englishExamples } from "./english-examples.ts";
import type { Translation } from "./translation.ts";

/** The examples in Chinese. */
export const chineseExamples: Translation<typeof englishExamples> = {
  title: "示例：",
  image: `  jimeng image "花园里的猫" --ratio 16:9 --count 4
  jimeng image "同一只猫，夜晚" --ref cat.png --output night-{index}.png --open
  jimeng image "一张海报" --resolution 4k --dry-run        # 先看看要多少积分
  jimeng image --batch prompts.txt --output posters/      # 每行一条提示词`,
  video: `  jimeng video "日落时的海浪" --seconds 5 --resolution 1080p
  jimeng video "她转向镜头" --first start.png --last end.png --no-wait`,
  upscale: `  jimeng upscale cat.png
  jimeng upscale job_0199#2 --mode smart --resolution 4k  # 任务的第二张图片`,
  jobs: `  jimeng jobs --watch --status in_progress               # 只看进行中的
  jimeng jobs search 灯塔 --since 2026-11-01
  jimeng jobs download job_0199 --output results/`,
  batch: `  jimeng batch requests.jsonl --max-credits 200 --no-wait # 提交后即退出
  jimeng batch --id batch_0199 --output results/`,
  assets: `  jimeng assets search 灯塔 --starred
  jimeng assets tag asset_0199 封面 精选`,
  keys: `  jimeng keys create phone --daily-credits 100           # 每天最多 100 积分
  jimeng keys show phone`,
  gc: `  jimeng gc --days 90                                    # 只列出
  jimeng gc --days 90 --yes`,
  export: `  jimeng export --to ~/jimeng-data                       # 可以接着上次继续
  jimeng export --to jimeng.tar --no-files`,
};
