// Owns the gauge inside a measured process (node --import): memory, event-loop delay, CPU time, told over the
// process's own channel to who started it. Refuses to know what the process does.
import { monitorEventLoopDelay } from "node:perf_hooks";

/** Is what the gauge read since the reading before it. */
export interface Reading {
  /** Is the largest resident set of that time, in MiB. */
  peakRssMebibytes: number;
  rssMebibytes: number;
  heapMebibytes: number;
  /** Is how late the event loop came to a timer, 99th percentile and worst. */
  loopP99Ms: number;
  loopMaxMs: number;
  /** Is all CPU time of the process since its start. */
  cpuMs: number;
}

const resolutionMs = 10;
const sampleEveryMs = 100;
const mebibyte = 1024 * 1024;

const loop = monitorEventLoopDelay({ resolution: resolutionMs });
loop.enable();
let peak = 0;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, sampleEveryMs);
sampler.unref();

function read(): Reading {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const reading = {
    peakRssMebibytes: Math.max(peak, rss) / mebibyte,
    rssMebibytes: rss / mebibyte,
    heapMebibytes: heapUsed / mebibyte,
    // The histogram counts from timer to timer: what lies above its own period is delay.
    loopP99Ms: Math.max(0, loop.percentile(99) / 1e6 - resolutionMs),
    loopMaxMs: Math.max(0, loop.max / 1e6 - resolutionMs),
    cpuMs: (user + system) / 1000,
  };
  loop.reset();
  peak = 0;
  return reading;
}

process.on("message", () => process.send?.(read()));
process.channel?.unref();
