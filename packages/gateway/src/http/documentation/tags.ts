// What the families of routes are for.

/** A sentence for every tag. */
export const tagTexts: Readonly<Record<string, string>> = {
  images: "Pictures, in OpenAI's shape, and the tools that work on them.",
  videos: "Videos, in OpenAI's shape.",
  chat: "Pictures and videos for clients that can only chat.",
  audio: "Music and speech.",
  files: "Reference files that were uploaded once and are used in any request.",
  jobs: "The native door: every other route creates the same jobs.",
  batches: "Many requests in one call; each line becomes a job when there is room.",
  assets: "The stored results.",
  models: "What each model can do.",
  credits: "Balances, movements, and the daily claim.",
  accounts: "The accounts that jobs run on. Sessions go in and never come out.",
  history: "What an account made on the site.",
  keys: "Gateway keys: what callers present.",
  audit: "Who did what with which key.",
  webhooks: "Who is told of events, and what was delivered.",
  events: "One stream of everything that a caller may see.",
  service: "For monitoring and tools.",
  compatibility: "So that scripts written for existing jimeng gateways and relays keep working.",
};
