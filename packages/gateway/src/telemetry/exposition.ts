// Writes metrics in the format that the scraper asks for: Prometheus text, or OpenMetrics 1.0.

/** Metrics as text. */
export interface Exposition {
  contentType: string;
  text: string;
}

const prometheusType = "text/plain; version=0.0.4; charset=utf-8";
const openMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Returns the metrics in the format that the Accept header prefers; Prometheus text without one. */
export function toExposition(prometheusText: string, accept: string | undefined): Exposition {
  if (!prefersOpenMetrics(accept ?? ""))
    return { contentType: prometheusType, text: prometheusText };
  return { contentType: openMetricsType, text: toOpenMetrics(prometheusText) };
}

function prefersOpenMetrics(accept: string): boolean {
  const qualityOf = (type: string): number => {
    const item = accept.split(",").find((one) => one.trim().toLowerCase().startsWith(type));
    if (item === undefined) return 0;
    return Number(/;\s*q=([\d.]+)/i.exec(item)?.[1] ?? 1);
  };
  const openMetrics = qualityOf("application/openmetrics-text");
  return openMetrics > 0 && openMetrics >= qualityOf("text/plain");
}

// The client's own OpenMetrics renames its counters for good, so that a later text answer would have other names.
function toOpenMetrics(text: string): string {
  const counters = new Set(
    [...text.matchAll(/^# TYPE (\S+)_total counter$/gm)].map(([, name = ""]) => name),
  );
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const described = /^# (HELP|TYPE) (\S+)_total (.*)$/.exec(line);
      const [, word = "", name = "", rest = ""] = described ?? [];
      return counters.has(name) ? `# ${word} ${name} ${rest}` : line;
    });
  return `${lines.join("\n")}\n# EOF\n`;
}
