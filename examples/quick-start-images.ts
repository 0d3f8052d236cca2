import { generateImages } from "@jimeng/sdk/compat";

// 生成图片
const imageUrls = await generateImages(
  "jimeng-4.0",
  "一只可爱的猫咪在花园里玩耍",
  { ratio: "1:1", resolution: "2k" },
  "your_refresh_token",
);

console.log("生成的图片URL:", imageUrls);
