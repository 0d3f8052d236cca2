// The help texts of every command and option in Chinese.

import type { englishHelp } from "./english-help.ts";
import type { Translation } from "./translation.ts";

/** The help texts in Chinese. */
export const chineseHelp: Translation<typeof englishHelp> = {
  usage: "用法：",
  arguments: "参数：",
  optionsTitle: "选项：",
  commands: "命令：",
  help: "显示帮助",
  helpCommand: "显示某个命令的帮助",
  version: "显示版本",
  default: (value) => `默认：${value}`,
  choices: (values) => `可选：${values}`,
  program: "在终端里用你自己的账号生成即梦 Jimeng 和 Dreamina 的图片与视频",
  exitCodes: `
退出码：0 完成 · 1 系统拒绝（磁盘已满等） · 2 输入有误 · 3 没有权限 · 4 积分不足 ·
5 内容被拒 · 6 请求过多 · 7 无法连接 · 8 站点回应异常 · 9 生成失败 ·
10 结果未知或超时 · 70 程序自身的错误 · 130 Ctrl-C`,
  options: {
    url: "连接这个地址的网关（密钥放在 JIMENG_API_KEY）",
    dataDir: "使用这个数据目录，代替 JIMENG_DATA_DIR",
    output: "目录，或文件名模板，例如 {prompt}-{job}-{index}.{ext}（默认：以此命名，放在当前目录）",
    reconnect: "网关断开后等待它恢复的秒数（默认：60）",
    jsonResult: "标准输出只打印一个 JSON 对象：任务及其文件",
    jsonList: "以 JSON 打印列表",
    jsonJob: "以 JSON 打印任务",
    jsonAnswer: "以 JSON 打印结果",
    jsonReport: "以 JSON 打印报告",
    account: "使用这个账号",
    maxCredits: "预计积分超过此数、或价格未知时不提交",
    noWait: "打印任务 id 后立即退出",
    ratio: "画面比例，例如 16:9",
    seed: "随机种子，相同种子可复现",
    jobId: "任务 id",
    onlyAccount: "只看这个账号",
    accountNeeded: "指定账号（有多个账号时必填）",
    limit: "数量",
  },
  image: {
    description: "用提示词生成图片，并打印保存的文件路径",
    prompt: "画什么，任何语言都可以",
    model: "模型，见 `jimeng models`",
    resolution: "1k、2k 或 4k，以模型支持的为准",
    size: "像素，例如 1024x768；取最接近的比例和分辨率",
    count: "图片数量（默认：1，与 POST /v1/images/generations 相同）",
    negative: "不要出现什么",
    ref: "参考图（路径、URL、文件 id，或 - 表示标准输入）；可重复",
  },
  video: {
    description: "用提示词生成视频，并打印保存的文件路径",
    prompt: "拍什么，任何语言都可以",
    model: "模型，见 `jimeng models --kind video`",
    resolution: "720p 或 1080p，以模型支持的为准",
    seconds: "时长，取模型支持的值",
    first: "首帧图片（路径、URL 或文件 id）",
    last: "尾帧图片",
    subject: "要保持的主体，提示词里写 @1；可重复",
    frame: "多帧之一，带时间和文字；可重复",
    ref: "参考的图片、视频或声音；可重复",
  },
  upload: {
    description: "上传图片、视频或声音，打印其 id，供以后的请求使用",
    file: "本机文件，或 - 表示标准输入",
  },
  jobs: {
    description: "列出任务；查看、等待、取消、重试或重新查询某个任务；查看扣费",
    list: "列出任务，最新的在前",
    status: "只看这个状态的任务",
    kind: "只看图片或视频",
    show: "查看一个任务",
    wait: "等待任务完成，保存文件并打印路径",
    cancel: "取消任务：提交之前取消不扣费，之后要由站点决定",
    retry: "按已结束任务的请求新建一个任务",
    endedId: "已结束任务的 id",
    force: "即使原任务可能仍有已扣费的结果，也照样重试",
    recheck: "对结局不明而放弃的任务，再向站点查询一次",
    cost: "查看任务是否扣费、扣了多少",
    costId: "任务 id（默认：最近的任务）",
  },
  models: {
    description: "列出模型及其能力",
    kind: "只看图片或视频模型",
    model: "查看某个模型的各项能力，以及每一项的来源和时间",
    diff: "查看站点的实时列表与内置表有哪些不同",
  },
  credits: {
    description: "查看积分、积分明细，或领取今天的免费积分",
    show: "查看余额",
    fresh: "现在就向站点查询，不用 30 秒内的缓存",
    history: "列出收支明细，最新的在前",
    after: "从这一页之后继续（--json 里的 last_id）",
    claim: "领取今天的免费积分（每天一次）",
    forAccount: "为这个账号领取（有多个账号时必填）",
    timeZone: "按哪个时区算今天，例如 Asia/Shanghai（默认：账号所在地区）",
  },
  account: {
    description: "列出账号及其状态，或检查 session",
    list: "列出账号；不访问站点",
    check: "向站点查询 session 是否有效，并解除有效账号的限制",
    names: "只检查这些账号（默认：所有已配置的账号）",
  },
  history: {
    description: "处理账号在站点上生成的作品",
    import: "把在站点上生成的作品导入为任务和文件；不扣费，不重复导入",
    limit: "读取最新的多少条记录",
    since: "跳过更早的记录，例如 2026-11-01",
  },
  backup: {
    description: "备份数据目录（两种模式的数据），网关运行与否均可",
    to: "一个新目录；或一个以 .db 结尾的新文件，只备份数据库",
    withAssets: "结果文件也备份，同一磁盘上用硬链接",
    restore: `
恢复：jimeng restore --from <folder>；或直接用备份启动网关 jimeng serve --data-dir <folder>
备份里有数据目录的密钥（如果有）：请像保管密码一样保管它。`,
  },
  restore: {
    description: "把备份恢复为数据目录",
    from: "jimeng backup 生成的目录",
    notes: `
数据目录必须为空或尚不存在；备份本身不会改变。损坏或中断的备份会被拒绝，且不留下任何文件。`,
  },
  db: {
    description: "在数据库之间迁移任务",
    copy: "把数据目录的数据库复制到 PostgreSQL",
    from: "数据目录（默认：JIMENG_DATA_DIR）",
    to: "postgres://user:password@host:5432/database（默认：DATABASE_URL，不易被别人看到）",
    notes: `
目标必须是空的。中断后可以重新运行。完成后旧数据库改名为 jimeng.db.copied，任务不会在两边各做一次。
文件不会迁移：请设置 ASSETS_URL，或保留数据目录。`,
  },
  serve: {
    description: "运行网关；没有账号时使用内置模拟器",
    port: "端口，代替 PORT（5100）；0 表示任选空闲端口",
    host: "地址，代替 HOST（127.0.0.1）",
    simulate: "即使配置了账号，也使用内置模拟器",
  },
  simulate: {
    description: "单独运行模拟的站点，用来测试任何客户端",
    port: "端口；0 表示任选空闲端口",
    host: "地址",
    dataDir: "把积分和记录保存在这里（默认：只在内存中）",
    media: "绘制的图片和视频，或小的空白文件",
    resultHosts: "结果 URL 的路径里带站点主机名，或使用真实主机名",
    lax: "像站点一样宽松：接受错误或缺少的 Sign、旧的 Appvr、没有 aid、其他上传签名",
    credits: "新账号的积分",
    imageSeconds: "生成一张图片要多少秒",
    videoSeconds: "生成一个视频要多少秒",
  },
};
