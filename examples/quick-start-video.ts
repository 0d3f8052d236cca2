import { generateVideo } from "@jimeng/sdk/compat";

// 生成视频
const videoUrl = await generateVideo(
  "jimeng-video-3.0",
  "夕阳下的海滩，海浪轻柔地拍打着沙滩",
  { width: 1024, height: 1024 },
  "your_refresh_token",
);

console.log("生成的视频URL:", videoUrl);
