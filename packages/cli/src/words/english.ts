// The sentences of the command in English.

import { englishBackup } from "./english-backup.ts";
import { englishDoctor } from "./english-doctor.ts";
import { englishDreamina } from "./english-dreamina.ts";
import { englishMcp } from "./english-mcp.ts";
import { englishKeys, englishLedger } from "./english-keys.ts";
import { englishAudit, englishSecret } from "./english-security.ts";
import { englishHelp } from "./english-help.ts";
import { englishExport, englishGc } from "./english-lifecycle.ts";

const credits = (amount: number): string => (amount === 1 ? "1 credit" : `${amount} credits`);

/** Every sentence in English; the other languages are held to its names. */
export const english = {
  help: englishHelp,
  doctor: englishDoctor,
  keys: englishKeys,
  secret: englishSecret,
  audit: englishAudit,
  ledger: englishLedger,
  dreamina: englishDreamina,
  mcp: englishMcp,
  gc: englishGc,
  export: englishExport,

  failure: {
    errorLine: (message: string) => `error: ${message}`,
    withParam: (message: string, param: string) => `${message} (${param})`,
    fixLine: (fix: string) => `fix: ${fix}`,
    jobLine: (id: string) => `job: ${id}`,
    chargedLine: (word: string, meaning: string) => `charged: ${word}, ${meaning}`,
    warningLine: (message: string) => `warning: ${message}`,
    ofCode: (_code: string, message: string) => message,
    fixOfCode: (_code: string, fix: string) => fix,
    warningOfCode: (_code: string, message: string) => message,
    chargedNo: "nothing was spent",
    chargedYes: "credits were spent",
    chargedRefunded: "credits were spent and given back",
    chargedUnknown: "it is not known whether credits were spent",
    jobWithoutResult: (status: string) => `the job is ${status} and has no result`,
    connectionBroke: "the connection to the gateway broke before it answered",
    connectionBrokeFix:
      "Check with `jimeng jobs` whether the job exists before you start it again.",
    portOn: (port: string, address: string) => `port ${port} on ${address}`,
    portTaken: (place: string) => `${place} is already in use`,
    portTakenFix:
      "Stop the program that uses it, or choose another with --port (0 takes a free one).",
    cannotListen: (place: string, code: string) => `cannot listen on ${place} (${code})`,
    cannotListenFix: "Choose an address of this machine with --host, and a --port above 1023.",
    system: (place: string, reason: string) => `${place}: ${reason}`,
    outputLost: (reason: string) =>
      `the results could not be written to the standard output: ${reason}`,
    outputLostFix: "Write them elsewhere; what the command did is done, see `jimeng jobs`.",
  },

  usage: {
    fix: "Run the same command with --help to see what it takes.",
    unknownOption: (option: string) => `unknown option ${option}`,
    unknownCommand: (word: string) => `unknown command ${word}`,
    didYouMean: (word: string) => ` (did you mean ${word}?)`,
    missingArgument: (name: string) => `<${name}> is missing`,
    missingValue: (option: string) => `${option} needs a value`,
    missingOption: (option: string) => `${option} must be given`,
    tooMany: "there are too many words: put a prompt in quotes",
    excess: (command: string, words: string) => `${command} does not take: ${words}`,
    conflict: (one: string, other: string) => `${one} cannot be used with ${other}`,
    invalid: (option: string, value: string, reason: string) => `${option} ${value}: ${reason}`,
    noSubcommand: (group: string, word: string) => `jimeng ${group} has no command ${word}`,
    subcommands: (meant: string | undefined, known: string) =>
      `${meant === undefined ? "" : `Did you mean ${meant}? `}The commands are ${known}.`,
    empty: (name: string) => `${name} is empty`,
    emptyFix: "Give it a value, or leave it out; nothing was started.",
    choices: (values: string) => `it takes one of ${values}`,
    wholeNumber: (min: number, max: number) => `it takes a whole number from ${min} to ${max}`,
    number: (min: number, max: number) => `it takes a number from ${min} to ${max}`,
    pixels: "it takes a width and a height in pixels, e.g. 1024x768",
    seconds: "it takes a number of seconds, e.g. 2.5",
    frame: "it takes a file, e.g. a.png:3:she turns",
    date: "it takes a date such as 2026-11-01",
  },

  system: {
    noSuchFile: "there is no such file or folder",
    notFolder: "a part of the path is a file, not a folder",
    isFolder: "it is a folder",
    exists: "a file of this name is already there",
    notPermitted: "you are not permitted to",
    readOnly: "it is on a read-only disk",
    diskFull: "the disk is full",
    quota: "your disk quota is used up",
    nameTooLong: "the name is too long",
    loop: "its links lead in a circle",
    tooManyFiles: "too many files are open",
    busy: "another program uses it",
    diskFailure: "the disk does not answer as it should",
    readerEnded: "the program that reads it has ended",
  },

  files: {
    cannotWriteFolder: (folder: string, reason: string) =>
      `cannot write into the folder ${folder}: ${reason}`,
    cannotWriteFolderFix:
      "Name a folder that you may write into with --output; nothing was started.",
    cannotWriteData: (folder: string, reason: string) =>
      `cannot write into the data folder ${folder}: ${reason}`,
    cannotWriteDataFix: "Name a folder that you may write into with JIMENG_DATA_DIR or --data-dir.",
    cannotSave: (file: string, reason: string) => `cannot save ${file}: ${reason}`,
    keptAt: (urls: string, command: string) =>
      `The gateway keeps what was made: ${urls} – save it elsewhere with: ${command} --output <folder>`,
    keptInFolder: (ids: string, command: string) =>
      `What was made is kept in the data folder (${ids}) – save it elsewhere with: ${command} --output <folder>`,
    tooManyCopies: (folder: string, count: number, name: string) =>
      `the folder ${folder} already holds ${count} files named like ${name}`,
    tooManyCopiesFix: "Name another folder with --output.",
    noOpener: "no program here opens files: --open needs a desktop",
    noPlaceholder: (found: string) => `${found} is no part of a file's name`,
    noPlaceholderFix: (known: string) => `Use ${known}, or name a folder; nothing was started.`,
    checkPath: "Check the path; nothing was started.",
    isFolder: (file: string) => `${file} is a folder, not a file`,
    notOrdinary: (file: string) => `${file} is no ordinary file`,
    empty: (file: string) => `the file ${file} is empty`,
    pathEmpty: "the path is empty",
    cannotRead: (file: string, reason: string) => `cannot read the file ${file}: ${reason}`,
    missing: (file: string) => `there is no file ${file}`,
    missingWindows: (file: string) =>
      `there is no file ${file}: this is a path of Windows, and this machine is none`,
    missingHome: (file: string, meant: string) =>
      `there is no file ${file}: ~ means your own folder only outside quotes; write ${meant}`,
    notFileUrl: (url: string) => `${url} is not the URL of a file of this machine`,
    cannotFetch: (url: string) => `${url} cannot be fetched: only http and https URLs can`,
    nothingPiped: "- reads the standard input, and nothing is piped in",
    pipedOnce: "- can be given once: the input was read",
    inputEmpty: "the standard input is empty",
  },

  state: {
    queued: "queued",
    inProgress: "in progress",
    completed: "completed",
    failed: "failed",
    cancelled: "cancelled",
    cancelling: "cancelling",
    uploading: "uploading",
    submitting: "submitting",
    generating: "generating",
    saving: "saving",
    waitingUpstream: (position: number, length: number) =>
      `waiting upstream, place ${position} of ${length}`,
    waitingForDisk: (state: string, reason: string) => `${state}, waiting for the disk: ${reason}`,
    jobsDone: (done: number, all: number) => `${done} of ${all} jobs done, `,
    progressSeconds: (seconds: number) => `${seconds} s`,
    remaining: (seconds: number) => `about ${seconds} s left`,
  },

  money: {
    refunded: (amount: number) => `${credits(amount)} refunded`,
    spentAndRefunded: "spent and refunded",
    nothingYet: "nothing spent yet",
    nothing: "nothing spent",
    spent: (amount: number) => `${credits(amount)} spent`,
    someSpent: "credits spent",
    aboutSpent: (amount: number) => `about ${credits(amount)} spent`,
    unknown: "not known whether credits were spent",
    notSettled: "cost not settled yet",
    aboutNotSettled: (amount: number) => `about ${credits(amount)}, not settled yet`,
  },

  cost: {
    charges: (charged: number, refunded: number) =>
      `${credits(charged)} charged${refunded === 0 ? "" : `, ${refunded} of them refunded`}`,
    notCharged: "not charged",
    notSettled: "not settled yet: the site lists charges minutes late",
    notSettledOf: (id: string) => `not settled yet: \`jimeng jobs cost ${id}\` tells later`,
    unknown: "unknown: the account's credit history did not tell within a day",
    estimated: "estimated",
    settledAt: "settled",
  },

  voices: {
    title: "title",
  },

  estimate: {
    notKnown: "not known",
    priceNotKnown: "the price is not known",
    costs: (amount: number) => `${credits(amount)} expected`,
    ownCharges: (observations: number) =>
      `median of ${observations} own ${observations === 1 ? "job" : "jobs"}`,
    chargesOfOthers: "what others published",
    holds: (account: string, amount: number) => `${account} has ${credits(amount)}`,
    wouldRefuse: (reason: string) => `it would be refused: ${reason}`,
  },

  waiting: {
    job: (id: string) => `job ${id}`,
    completed: (money: string, isSimulated: boolean) =>
      `completed, ${money}${isSimulated ? " (simulated)" : ""}`,
    goesOnLater: (count: number) =>
      `the ${count === 1 ? "job goes" : "jobs go"} on when the gateway next runs (\`jimeng serve\`, or the command below)`,
    goesOn: (count: number) =>
      `the ${count === 1 ? "job goes" : "jobs go"} on without this command`,
    findAgain: (command: string) => `find it again with: ${command}`,
    checkForJob: "check with `jimeng jobs` whether the job exists",
    staysAway: (place: string, seconds: number) =>
      `${place} went away and did not come back within ${seconds} s`,
    staysAwayFix:
      "Start it again with `jimeng serve`: the jobs go on there, and nothing is paid twice.",
    stopping: "stopping; Ctrl-C again stops at once",
  },

  batch: {
    sent: (id: string, lines: number) => `batch ${id}, ${lines} lines`,
    progress: (ended: number, all: number, running: number) =>
      `${ended} of ${all} lines done, ${running} running`,
    ended: (completed: number, all: number) => `${completed} of ${all} lines completed`,
    lineRefused: (line: number, message: string) => `line ${line} was refused: ${message}`,
    lineFailed: (line: number, message: string) => `line ${line} failed: ${message}`,
    someFailed: (failed: number, all: number) => `${failed} of ${all} lines have no result`,
    someFailedFix: "The warnings above say why; send those lines again once they are mended.",
    noFile: "no file is named",
    noFileFix: "Name a file of JSONL, or a batch that was sent before with --id.",
    noPrompt: "no prompt is given",
    noPromptFix: "Say what to draw, or name a file of prompts with --batch.",
  },

  gateway: {
    at: (url: string) => `the gateway at ${url}`,
    ofFolder: (folder: string) => `the data folder ${folder}`,
    wentAway: (url: string) => `the gateway at ${url} went away: looking for it`,
    notAnswering: (url: string) => `the gateway at ${url} does not answer`,
    onSimulator: (url: string) =>
      `the gateway at ${url} is on the simulator, nothing real is made or paid`,
    notUrl: "the gateway's address is not an http or https URL",
    notUrlFix: "Give --url or JIMENG_URL an address such as http://127.0.0.1:5100.",
    handingOver: "handing the jobs over to the gateway that starts",
    waitingForFolder: (folder: string) => `another process has the data folder ${folder}: waiting`,
    waitingForCommand:
      "a jimeng command uses the data folder: waiting until it hands its jobs over",
    alreadyServed: (folder: string, url: string) =>
      `a gateway already serves the data folder ${folder} at ${url}`,
    alreadyServedFix:
      "Use that one, stop it first, or name another folder with JIMENG_DATA_DIR or --data-dir.",
    unknownJobFix: (place: string, isSimulated: boolean) =>
      `This asked ${place}${isSimulated ? ", on the built-in simulator" : ""}. Check the id, or ask the job's own gateway: start it, or name it with --url.`,
    simulateIsOn:
      "JIMENG_SIMULATE is on: this is the built-in simulator, nothing real is made or paid",
    noAccount:
      "no account is configured: this is the built-in simulator, nothing real is made or paid",
    blankPictures: (reason: string) => `the simulator's pictures and videos are blank: ${reason}`,
    noSetting: (name: string, meant: string | undefined) =>
      `${name} is no setting and does nothing${meant === undefined ? "" : `: did you mean ${meant}?`}`,
  },

  banner: {
    gatewayReady: "jimeng gateway is ready; Ctrl-C stops it, its jobs go on at the next start",
    simulatorReady: "jimeng simulator is ready; it accepts any session, Ctrl-C stops it",
    url: "URL",
    mode: "mode",
    data: "data",
    inMemory: "in memory only (see --data-dir)",
    simulateAsked: "simulator (JIMENG_SIMULATE is on); nothing real is made or paid",
    simulateNoAccount: "simulator (no account yet, see jimeng login); nothing real is made or paid",
    accounts: (names: string) => `accounts ${names}`,
    passThrough: "pass-through: every caller brings a session",
  },

  jobs: {
    none: "no jobs",
    notEnded: (id: string) => `${id} has not ended`,
    waitInstead: (command: string) => `Wait for it: ${command}`,
    searchEnded:
      "there may be more: raise --limit, give --until, or find results with `jimeng assets search`",
    more: (limit: number) => `there are more than ${limit}: see --limit`,
    stillNotShown: "the upstream still does not show it",
    foundAgain: "found again; it goes on",
    id: "id",
    kind: "kind",
    state: "state",
    money: "money",
    made: "made",
    prompt: "prompt",
    job: "job",
    model: "model",
    avoid: "avoid",
    size: "size",
    ratio: "ratio",
    resolution: "resolution",
    count: "count",
    seconds: "seconds",
    seed: "seed",
    account: "account",
    priority: "priority",
    repeats: "repeats",
    started: "started",
    ended: "ended",
    error: "error",
    fix: "fix",
    submitId: "submit id",
    historyId: "history id",
    logId: "log id",
    warning: "warning",
    file: "file",
    image: "image",
    video: "video",
    audio: "audio",
  },

  assets: {
    none: "no results",
    star: "star",
    yes: "yes",
    tags: "tags",
    starred: "starred",
    inTrash: (until: string) => `in the trash until ${until}`,
  },

  models: {
    model: "model",
    regions: "regions",
    resolutions: "resolutions",
    makes: "makes",
    seconds: (list: string) => `${list} s`,
    pictures: (list: string) => `${list} pictures`,
    known: "known from",
    builtIn: "built-in",
    live: "live",
    minutes: (count: number) => `${count} min`,
    hours: (count: number) => `${count} h`,
    days: (count: number) => `${count} days`,
    fact: "fact",
    value: "value",
    source: "source",
    age: "age",
    change: "change",
    region: "region",
    tagBefore: "built-in tag",
    tagNow: "live tag",
    appeared: "appeared",
    gone: "gone",
    benefitChanged: "benefit changed",
    noChanges: "the sites' lists tell nothing else than the built-in table",
    notRead: "no live list was read yet: the built-in table is all there is",
  },

  credits: {
    spendingOrder:
      "the site spends membership credits (vip) first, then purchased ones, then gifts",
    account: "account",
    region: "region",
    total: "total",
    vip: "vip",
    purchased: "purchased",
    gift: "gift",
    expires: "expires",
    expiring: (amount: number, at: string) => `${amount} at ${at}`,
    when: "when",
    credits: "credits",
    what: "what",
    noMovements: "no movements",
    more: (after: string) => `there are more: --after ${after}`,
    received: (amount: number) => `received ${amount} credits`,
    alreadyReceived: "today's credits were received already",
    claimed: (account: string, what: string, total: number | null, days: number) =>
      `${account}: ${what}${total === null ? "" : `, ${total} in all`}, day ${days} in a row`,
  },

  login: {
    paste:
      "Paste the cookie sessionid of the signed-in site, all its cookies, or a request copied as cURL, then press Enter. It is not shown.",
    notAsArgument: "A session is a password, and an argument stays in the shell's history.",
    notAsArgumentFix: "Run jimeng login alone and paste it, or pipe it in: jimeng login < file",
    nothingPasted: "Nothing was pasted.",
    stored: (name: string, region: string) => `${name} (${region}) is stored, encrypted`,
    startAgain: (url: string) =>
      `the gateway at ${url} runs on the simulator; start it again to use the account`,
  },

  webhooks: {
    none: "no webhooks; `jimeng webhooks create <url>` stores one",
    url: "url",
    events: "events",
    state: "state",
    works: "works",
    failing: "failing",
    disabled: "disabled",
    time: "time",
    event: "event",
    answer: "answer",
    pending: "pending",
    delivered: "delivered",
    failed: "failed",
    noDeliveries: "nothing was delivered yet",
    secretShownOnce: "The second line is the secret: keep it, it is not shown again.",
    removed: (id: string) => `${id} is removed`,
  },
  accounts: {
    none: "no accounts: run `jimeng login`, or see JIMENG_SESSIONS_FILE",
    removed: (name: string) => `${name} and its session are removed; its jobs and files stay`,
    inFlight: "in flight",
    health: "health",
    callers: (name: string) => `${name} (a caller's)`,
    ok: "ok",
    expiring: "ok, its session ends soon: sign in on the site and replace it",
    expired: "the session is dead: sign in on the site and replace it",
    checked: "last check",
    problem: (name: string, message: string, fix: string) =>
      `${name}: ${message.replace(/[.\s]+$/, "")}. ${fix}`.trim(),
    refusedModels: (name: string, models: string) =>
      `${name}: its membership does not include ${models}; after a change run \`jimeng account check ${name}\``,
    coolingDown: (until: string) =>
      `no starts until ${until}, since the site's risk control refused one`,
    blocked: "blocked by the site: check the account there, then run `jimeng account check`",
    session: "session",
    user: "user",
    membership: "membership",
    alive: "alive",
    dead: "dead",
    notKnown: "not known",
    endsAt: (time: string) => `ends ${time}`,
    endedAt: (time: string) => `ended ${time} by its cookie: sign in on the site and replace it`,
    recorded: { works: "works", refused: "refused with -6", unknown: "unknown" },
    fromPrograms: (
      account: string,
      region: string,
      recorded: { reads: string; starts: string; claims: string },
    ) =>
      `${account} (${region}): from programs, as others recorded: reads ${recorded.reads}, starts ${recorded.starts}, daily credits ${recorded.claims}. Every request is sent; the site decides.`,
  },

  history: {
    imported: (account: string, count: number, left: string) =>
      `${account}: imported ${count}${left === "" ? "" : `, left out: ${left}`}`,
    known: (count: number) => `${count} known already`,
    failed: (count: number) => `${count} failed on the site`,
    unreadable: (count: number) => `${count} not readable`,
  },

  backup: englishBackup,

  db: {
    badTarget: "the target must be postgres://user:password@host:5432/database",
    badTargetFix: "Give it with --to or in DATABASE_URL.",
    table: "table",
    rows: "rows",
    copiedBefore: "everything was copied by an earlier run",
    copied: "everything is copied",
    kept: (file: string) => `the old database is kept as ${file}`,
    needsSecret:
      "callers' own sessions are among the rows: start the nodes with the JIMENG_SECRET_KEY that was in force (or the text of secret.key in the old folder)",
  },
} as const;
