// The gateway's time, again and again while something counts.

import { useEffect, useState } from "react";

import { serverNow } from "../data/clock.ts";

const everyMs = 1000;

/** Returns the gateway's time in Unix seconds; renders anew each second while `isCounting`. */
export function useNow(isCounting: boolean): number {
  const [now, setNow] = useState(() => serverNow());
  useEffect(() => {
    if (!isCounting) return undefined;
    setNow(serverNow());
    const timer = setInterval(() => setNow(serverNow()), everyMs);
    return () => clearInterval(timer);
  }, [isCounting]);
  return now;
}
