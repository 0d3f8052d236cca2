// The gauge inside a measured process (node --import): memory, event-loop delay, CPU time, told over the process's own
// channel to who started it. Plain JavaScript, because what strips types would weigh more than the gateway's own
// modules.
import { monitorEventLoopDelay } from "node:perf_hooks";

const resolutionMs = 10;
const sampleEveryMs = 100;
const mebibyte = 1024 * 1024;
const nanosecondsInMs = 1e6;

const loop = monitorEventLoopDelay({ resolution: resolutionMs });
loop.enable();
let peak = 0;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, sampleEveryMs);
sampler.unref();

// The histogram counts from timer to timer: what lies above its own period is delay.
const delayOf = (nanoseconds) => Math.max(0, nanoseconds / nanosecondsInMs - resolutionMs);

process.on("message", () => {
  const rss = process.memoryUsage.rss();
  const { user, system } = process.cpuUsage();
  process.send?.({
    peakRssMebibytes: Math.max(peak, rss) / mebibyte,
    loopP99Ms: delayOf(loop.percentile(99)),
    loopMaxMs: delayOf(loop.max),
    cpuMs: (user + system) / 1000,
  });
  loop.reset();
  peak = 0;
});
process.channel?.unref();
