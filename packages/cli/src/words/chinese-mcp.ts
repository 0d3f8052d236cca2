// What `jimeng mcp` says in Chinese.

/** The sentences. */
export const chineseMcp = {
  putInto: (place: string) => `写入 ${place}：`,
};

/** The help. */
export const chineseMcpHelp = {
  description:
    "让智能体（Claude、Cursor、VS Code 等）通过 MCP 生成图片和视频，使用标准输入和标准输出",
  saveTo: "把每个生成结果保存到这个文件夹",
  allowDir: "允许把这个文件夹里的文件用作参考素材；可多次给出",
  config: "打印某个客户端的配置",
  host: "客户端",
};
