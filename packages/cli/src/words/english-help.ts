// The help texts of every command and option in English.

import { englishBackupHelp, englishRestoreHelp } from "./english-backup.ts";
import { englishDreaminaHelp } from "./english-dreamina.ts";
import { englishMcpHelp } from "./english-mcp.ts";
import { englishExamples } from "./english-examples.ts";
import { englishExportHelp, englishGcHelp } from "./english-lifecycle.ts";
import { englishKeysHelp, englishLedgerHelp } from "./english-keys.ts";
import { englishAuditHelp, englishSecretHelp } from "./english-security.ts";

/** The help texts, by command; `options` are those that several commands share. */
export const englishHelp = {
  usage: "Usage:",
  arguments: "Arguments:",
  optionsTitle: "Options:",
  commands: "Commands:",
  help: "show this help",
  helpCommand: "show the help of a command",
  version: "show the version",
  default: (value: string) => `default: ${value}`,
  choices: (values: string) => `one of: ${values}`,
  program: "即梦 Jimeng and Dreamina pictures and videos from the terminal, with your own account",
  exitCodes: `
Exit codes: 0 done · 1 the machine refused (disk full …) · 2 wrong input · 3 not allowed · 4 no credits ·
5 content refused · 6 too many at once · 7 not reachable · 8 upstream answered strangely ·
9 generation failed · 10 outcome unknown or too late · 70 a fault of ours · 130 Ctrl-C`,
  options: {
    url: "talk to the gateway at this address (its key in JIMENG_API_KEY)",
    dataDir: "use this data folder instead of JIMENG_DATA_DIR",
    output:
      "a folder, or names such as {prompt}-{job}-{index}.{ext} (default: those in the current folder); {model}, {date} and {time} are known, too",
    format: "save pictures in this format (default: as the site made them)",
    reconnect: "seconds to wait for a gateway that went away (default: 60)",
    jsonResult: "print one JSON object, the job with its files, and nothing else on stdout",
    jsonList: "print the list as JSON",
    jsonJob: "print the job as JSON",
    jsonAnswer: "print the answer as JSON",
    jsonReport: "print the report as JSON",
    account: "use this account",
    maxCredits: "start nothing that is expected to cost more credits, or whose price is not known",
    sourcePicture:
      "the picture: a file, a URL, or the id of a file, result or job (job_…#2: its second picture)",
    dryRun: "tell what it would cost, and start nothing",
    open: "open the saved files",
    noPreview: "draw no pictures in the terminal",
    noWait: "print the job's id and leave at once",
    ratio: "aspect ratio, e.g. 16:9",
    seed: "repeatable randomness",
    jobId: "the job's id",
    onlyAccount: "only this account",
    accountNeeded: "of this account (needed when there are several)",
    limit: "how many",
  },
  image: {
    description: "make pictures from a prompt, and print the saved files' paths",
    prompt: "what to draw, in any language",
    model: "model, see `jimeng models`",
    resolution: "1k, 2k or 4k, as far as the model has it",
    size: "pixels, e.g. 1024x768; the nearest ratio and resolution are taken",
    count: "how many pictures (default: 1, as with POST /v1/images/generations)",
    negative: "what to avoid",
    ref: "work from this picture (path, URL, file id, or - for stdin); repeat for more",
    batch: "a file of prompts, one on each line, or of JSON objects with fields of their own",
  },
  batch: {
    description: "send a file of many requests (JSONL), and save each result as it comes",
    file: "one request on each line: a body of POST /v1/jobs, or OpenAI's batch line; - for stdin",
    id: "go on with a batch that was sent before",
    confirm: "also start what has no known price (batches)",
  },
  video: {
    description: "make a video from a prompt, and print the saved file's path",
    prompt: "what to show, in any language",
    model: "model, see `jimeng models --kind video`",
    resolution: "720p or 1080p, as far as the model has it",
    seconds: "length, one of the model's",
    first: "picture that the video begins with (path, URL or file id)",
    last: "picture that it ends with",
    subject: "subject to keep, @1 in the prompt; repeat for more",
    frame: "one of several frames with its time and words; repeat for more",
    ref: "picture, video or sound to refer to; repeat for more",
  },
  upscale: {
    description:
      "enlarge a picture with the site's HD or smart HD, and print the saved file's path",
    mode: "hd, which was free in every run that was seen, or smart, which redraws",
    resolution: "smart: 2k (default), 4k or 8k; the last two were never tried by anyone we know",
    original: "smart: how much of the original is kept, 0 to 1 (default: 0.65)",
    detail: "smart: how much detail is added, 0 to 1 (default: 0.65)",
  },
  outpaint: {
    description: "extend a picture beyond its sides, and print the saved files' paths",
    top: "how much is added above, in shares of the picture, e.g. 0.5 (default: 0.9 at each side when none is given)",
    bottom: "how much is added below",
    left: "how much is added on the left",
    right: "how much is added on the right",
    count: "how many pictures, 1 to 4 (default: 1)",
  },
  refine: {
    description: "repair the details of a picture made here, and print the saved file's path",
    source: "the id of a result (asset_…) or a job (job_…#2: its second picture)",
  },
  interpolate: {
    description: "make 60 frames a second of a video, and print the saved file's path",
    source: "the video: a file, a URL, or the id of a file, result or job",
  },
  music: {
    description: "make a piece of music, or a song, and print the saved file's path",
    prompt: "what it sounds like, in any language",
    seconds: "length, 30 to 360 (default: 120)",
    title: "title of the piece",
    lyrics: "what is sung; a line is a paragraph",
    vocals: "sing also without --lyrics; the site writes the words",
    noVocals: "do not sing",
    tag: "style or mood; repeat for more",
  },
  speak: {
    description: "have a text spoken, and print the saved file's path",
    text: "what is spoken",
    voice: "id or title of a voice, see `jimeng voices`",
    rate: "how fast, -100 to 100 as the site counts (default: 0)",
    pitch: "how high, -100 to 100 as the site counts (default: 0)",
  },
  voices: {
    description: "list the voices of the site",
    account: "of this account's site",
  },
  estimate: {
    description: "tell what pictures or a video would cost; starts nothing",
    image: "tell what `jimeng image` with the same words would cost",
    video: "tell what `jimeng video` with the same words would cost",
  },
  upload: {
    description: "upload pictures, videos or sounds once, and print their ids for later requests",
    file: "files of this machine, or - for stdin",
  },
  jobs: {
    description:
      "list and search jobs; show, wait for, download, cancel, repeat or recheck one; tell what they cost",
    list: "list jobs, newest first",
    status: "only jobs in this state",
    kind: "only pictures or videos",
    watch: "draw the list anew whenever a job changes, until Ctrl-C",
    show: "show one job",
    search: "list the jobs whose prompts have all of these words, newest first",
    words: "words of the prompt, or parts of them",
    download: "save the files of ended jobs and print their paths",
    ids: "the jobs' ids",
    wait: "wait for a job, save its files and print their paths",
    cancel: "cancel a job: free before it is sent, afterwards the upstream is asked",
    retry: "make a new job of an ended one's request",
    endedId: "the ended job's id",
    force: "also where the first may still have a result that is paid for",
    recheck: "ask the upstream again for a job that was given up without knowing its end",
    cost: "tell whether jobs were charged, and how much",
    costId: "the job's id (default: the latest jobs)",
  },
  assets: {
    description: "list and search stored results; star, tag, delete or restore them",
    list: "list stored results, newest first",
    search: "list the results whose prompts have all of these words",
    words: "words or their beginnings; in Chinese any characters that stand together",
    model: "only what this model made",
    starred: "only starred ones",
    tag: "only those with this tag",
    trash: "what is in the trash instead",
    since: "made on this date or later, e.g. 2026-11-01",
    until: "made before this date",
    id: "the result's id",
    ids: "the results' ids",
    setStar: "star results: no retention removes them",
    removeStar: "take the star away",
    setTags: "set all tags of a result; without tags its tags are removed",
    tags: "the tags",
    delete: "put results into the trash; after 30 days they are deleted for good",
    restore: "take results out of the trash",
  },
  models: {
    description: "list the models and what each can do",
    kind: "only models for pictures or videos",
    model: "show the facts of one model, each with its source and age",
    diff: "show what the sites' live lists tell otherwise than the built-in table",
  },
  credits: {
    description: "show the credits, what changed them, or claim today's free ones",
    show: "show the balances",
    fresh: "ask the site now, do not take what is up to 30 s old",
    history: "list what was received and spent, newest first",
    after: "continue after this page (the last_id of --json)",
    claim: "claim today's free credits, once",
    forAccount: "for this account (needed when there are several)",
    timeZone: "whose day it is, e.g. Asia/Shanghai (default: the region's)",
  },
  keys: englishKeysHelp,
  secret: englishSecretHelp,
  audit: englishAuditHelp,
  ledger: englishLedgerHelp,
  account: {
    description: "list the accounts with their health, or check their sessions",
    list: "list the accounts; asks the site nothing",
    check: "ask the site whether the sessions are alive, and lift the block of those that are",
    names: "only these accounts (default: all configured ones)",
    remove: "remove a stored account with its session; its jobs and files stay",
    removedName: "the stored account's name",
  },
  login: {
    description:
      "store an account of your own, encrypted; its session is pasted, never an argument",
    nothing: "nothing: the session is pasted or piped in",
    name: "name of the account (default: made from its region and session)",
    region: "cn, us, hk, jp or sg (default: the sites are asked which of them knows the session)",
    proxy: "HTTP proxy of this account alone",
    noCheck: "store it without asking the site",
    how: `
Sign in on the site in your browser, open its developer tools, and copy the cookie sessionid (Application, Cookies), or
right-click a request under Network and copy it as cURL. The same user's next session renews the account.`,
  },
  history: {
    description: "work with what the account made on the site",
    import: "make jobs and files of what was made on the site, once; nothing is paid",
    limit: "how many of the newest records to read",
    since: "leave out what is older, e.g. 2026-11-01",
  },
  events: {
    description: "print what happens in the gateway, one JSON object on a line, until Ctrl-C",
    types: "only these types of events, comma separated, e.g. job.completed,asset.*",
    after: "begin after this position (the position of the last line that you have)",
    count: "end after so many events",
  },
  webhooks: {
    description:
      "tell other programs of events: store endpoints, test them, read what was delivered",
    list: "list the webhooks",
    create: "store an endpoint; prints its id and, this once, its secret",
    url: "an https URL; one in your own network needs JIMENG_ALLOW_PRIVATE_WEBHOOKS",
    events: "types of events, comma separated, e.g. job.completed,video.*",
    note: "a note of your own",
    remove: "remove a webhook",
    rotate: "make a new secret; the old one stays good for a day",
    keepOld: "sign with the old secret, too, for so many seconds (default: 86400)",
    test: "send a test message now, and show what came of it",
    deliveries: "list what was and is delivered, newest first",
    limit: "how many deliveries to list",
    redeliver: "send a message again",
    id: "the id of the webhook",
    delivery: "the id of the delivery",
  },
  backup: englishBackupHelp,
  doctor: {
    description: "look for what keeps this gateway from working, and say how to repair it",
    notes: `
Changes nothing and pays nothing. Of each account it asks whether the session is alive and for its credits.
Exit code 1 when something must be repaired.`,
  },
  completion: {
    description: "print the script with which a shell completes commands and options",
    shell: "your shell",
    notes: `
bash:        jimeng completion bash >> ~/.bashrc
zsh:         jimeng completion zsh > ~/.zfunc/_jimeng      # a folder of $fpath
fish:        jimeng completion fish > ~/.config/fish/completions/jimeng.fish
PowerShell:  jimeng completion powershell >> $PROFILE`,
  },
  examples: englishExamples,
  dreamina: englishDreaminaHelp,
  mcp: englishMcpHelp,
  gc: englishGcHelp,
  export: englishExportHelp,
  restore: englishRestoreHelp,
  db: {
    description: "move jobs between databases",
    copy: "copy the database of a data folder to PostgreSQL",
    from: "data folder (default: JIMENG_DATA_DIR)",
    to: "postgres://user:password@host:5432/database (default: DATABASE_URL, which others cannot read so easily)",
    notes: `
The target must be empty. A run that was cut off can be repeated. Afterwards the old database is called
jimeng.db.copied: no job is ever done on both. Files do not move: set ASSETS_URL, or keep the data folder.`,
  },
  serve: {
    description: "run the gateway; without an account, on the built-in simulator",
    port: "port instead of PORT (5100); 0 takes a free one",
    host: "address instead of HOST (127.0.0.1)",
    simulate: "use the built-in simulator although accounts are configured",
  },
  simulate: {
    description: "run the simulated upstream alone, for tests of any client",
    port: "port; 0 takes a free one",
    host: "address",
    dataDir: "keep credits and records here (default: in memory only)",
    media: "drawn pictures and videos, or small blank ones",
    resultHosts: "the site's hosts in the path of result URLs, or real ones",
    lax: "take what the site may take: a bad or missing Sign, an old Appvr, no aid, other upload signing",
    credits: "credits of a new account",
    imageSeconds: "how long a picture takes",
    videoSeconds: "how long a video takes",
  },
} as const;
