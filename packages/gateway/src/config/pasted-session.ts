// Reads what people paste as a session: the bare id, the value of the cookie `sid_guard`, both cookies as the browser
// shows them, a whole `Cookie:` header, or a request copied as cURL. `sid_guard` also tells when the session was made and
// for how long.

/** A session as pasted. */
export interface PastedSession {
  /** The session id, with its region prefix where one was given. */
  text: string;
  /** When the session ends as its `sid_guard` says, in Unix milliseconds; absent where nothing says so. */
  endsAt?: number;
}

const cookieText = /^((?:us|hk|jp|sg)-)?((?:sessionid|sid_guard)=.*)$/i;
const guardText =
  /^((?:us|hk|jp|sg)-)?([^|%\s]+)(?:\||%7c)(\d{10})(?:\||%7c)(\d{1,9})(?:(?:\||%7c).*)?$/i;
// The date that ends a decoded `sid_guard` has a comma, which would part entries; the two numbers say the same.
const guardDate = /(\|\d{10}\|\d{1,9})\|[A-Za-z]{3},[^,;\n]*?GMT/g;
// A session is said to last 60 days or a year; what claims to last longer is not read.
const longestSeconds = 5 * 366 * 86_400;

// The cookies of a request copied as cURL, in the quotes of a POSIX shell, of `$'…'` and of cmd.
const curlCookies =
  /(?:(?:-b|--cookie)\s+|(?:-H|--header)\s+(?=\$?\^?["']cookie:))\$?\^?(["'])([\s\S]*?)\^?\1/gi;
const cookieHeader = /^\s*cookie:\s*/i;
const sessionCookie = /(?:^|[;\s])(?:sessionid|sid_guard)=/i;

/** Returns the cookies in a pasted `Cookie:` header or cURL command as `sessionid=…; sid_guard=…`; any other text as it is. */
export function findCookies(text: string): string {
  const isCommand = /^\s*curl(?:\.exe)?\s/i.test(text);
  const found = isCommand
    ? [...text.matchAll(curlCookies)].map(([, , cookies = ""]) => cookies.replaceAll("^", ""))
    : [text];
  const cookies = found
    .map((each) => each.replace(cookieHeader, ""))
    .find((each) => sessionCookie.test(each));
  if (cookies === undefined) return isCommand ? "" : text.trim();
  const values = readCookies(cookies);
  return ["sessionid", "sid_guard"]
    .flatMap((name) => (values.has(name) ? [`${name}=${values.get(name)}`] : []))
    .join("; ");
}

/** Removes the dates in decoded `sid_guard` values, whose commas do not part entries. */
export function withoutGuardDates(text: string): string {
  return text.replaceAll(guardDate, "$1");
}

/** Tells whether a text begins with one of the two cookies by name. */
export function isCookieText(text: string): boolean {
  return cookieText.test(text);
}

/** Reads a pasted session; a text of no known form is returned as it is. */
export function readPastedSession(text: string): PastedSession {
  const cookies = cookieText.exec(text);
  if (cookies === null) return readGuard(text) ?? { text };
  const prefix = cookies[1] ?? "";
  const values = readCookies(cookies[2] ?? "");
  const session = values.get("sessionid");
  const guard = readGuard(`${prefix}${values.get("sid_guard") ?? ""}`);
  if (session === undefined) return guard ?? { text };
  const own = `${prefix}${session}`;
  // A guard of another session says nothing about this one.
  return guard?.text === own ? guard : { text: own };
}

function readCookies(text: string): Map<string, string> {
  return new Map(
    text.split(";").map((piece) => {
      const equals = piece.indexOf("=");
      return [piece.slice(0, equals).trim().toLowerCase(), piece.slice(equals + 1).trim()];
    }),
  );
}

function readGuard(text: string): PastedSession | undefined {
  const match = guardText.exec(text);
  if (match === null) return undefined;
  const [, prefix = "", session = "", issuedAt = "", seconds = ""] = match;
  const lasts = Number(seconds);
  const isCredible = lasts > 0 && lasts <= longestSeconds;
  return {
    text: `${prefix}${session}`,
    ...(isCredible ? { endsAt: (Number(issuedAt) + lasts) * 1000 } : {}),
  };
}
