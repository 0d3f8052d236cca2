// The routes of OpenAI's API that clients may call here and that are not served, each with the reason.

const unserved: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/videos\/edits$/, "The editing of videos was never recorded from a program."],
  [/^\/v1\/videos\/extensions$/, "The extension of videos was never recorded from a program."],
  [/^\/v1\/videos\/characters(\/|$)/, "The site has no characters; subjects go into a request."],
  [/^\/v1\/audio\/(transcriptions|translations)$/, "The site speaks; it does not listen."],
  [/^\/v1\/audio\/voice/, "Own voices were never sent by a program; GET /v1/audio/voices lists."],
  [/^\/v1\/(responses|completions|conversations|assistants|threads)(\/|$)/, chatOnly()],
  [/^\/v1\/(agents|vaults|chatkit|live|realtime)(\/|$)/, chatOnly()],
  [/^\/v1\/chat\/completions(\/|$)/, "Chats are not kept; GET /v1/jobs lists what they made."],
  [/^\/v1\/(embeddings|moderations|fine_tuning|evals|graders)(\/|$)/, noLanguage()],
  [/^\/v1\/(vector_stores|containers|skills|decisions)(\/|$)/, noLanguage()],
  [/^\/v1\/(safety|content_provenance_checks)(\/|$)/, "The site tells no such thing of its work."],
  [/^\/v1\/models\/[^/]+$/, "The site's models cannot be deleted."],
  [/^\/v1\/uploads(\/|$)/, "Files are uploaded in one piece: POST /v1/files."],
  [/^\/v1\/webhook_(endpoints|event_types)(\/|$)/, "Webhooks are kept at /v1/webhooks."],
  [/^\/v1\/(organization|projects)(\/|$)/, "This gateway has no organization."],
];

function chatOnly(): string {
  return "These models make pictures and videos: use POST /v1/images/generations, /v1/videos or /v1/chat/completions.";
}

function noLanguage(): string {
  return "The site makes pictures, videos and sounds; it has no language models.";
}

/** Returns why a route of OpenAI's API is not served; undefined for any other path. */
export function reasonUnserved(path: string): string | undefined {
  return unserved.find(([pattern]) => pattern.test(path))?.[1];
}
