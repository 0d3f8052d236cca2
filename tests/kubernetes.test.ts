// The manifests of deploy/kubernetes: taken by the types of the Kubernetes API, which know every field; as safe as the
// compositions; and with settings that exist. No cluster runs here.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { settings } from "../packages/gateway/src/config/settings.ts";
import { root, scratchFolder } from "./e2e/processes.ts";
import { tellNotRun } from "./not-run.ts";

interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string };
}
interface Probe {
  httpGet: { path: string; port: string };
}
interface Container {
  image: string;
  securityContext: object;
  ports: { name: string; containerPort: number }[];
  resources: { requests: object; limits: object };
  volumeMounts: { name: string; mountPath: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
}
interface Deployment extends Manifest {
  spec: {
    selector: { matchLabels: object };
    template: {
      metadata: { labels: object };
      spec: {
        securityContext: object;
        terminationGracePeriodSeconds: number;
        containers: [Container];
        volumes: { name: string }[];
      };
    };
  };
}

const folder = join(root, "deploy/kubernetes");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const names = readdirSync(folder).filter((name) => name !== "kustomization.yaml");
const manifests = names.map((name) => parse(read(name)) as Manifest);
const one = <T extends Manifest>(kind: string): T =>
  manifests.find((manifest) => manifest.kind === kind) as T;
const { spec } = one<Deployment>("Deployment");
const pod = spec.template.spec;
const [container] = pod.containers;

tellNotRun("kubectl apply of deploy/kubernetes", "no cluster here");

const scratch = scratchFolder();
symlinkSync(join(root, "node_modules"), join(scratch.path, "node_modules"), "junction");
afterAll(() => scratch.remove());

/** Compiles manifests as literals of the API's types: an unknown or missing field is an error. */
function compile(all: readonly Manifest[]): string {
  const lines = all.map(({ apiVersion, kind, ...rest }, index) => {
    const type = `import("kubernetes-models/${apiVersion}").I${kind}`;
    return `export const m${index}: ${type} = ${JSON.stringify({ apiVersion, kind, ...rest })};`;
  });
  const file = join(scratch.path, "manifests.ts");
  writeFileSync(file, lines.join("\n"));
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext"];
  const tsc = join(root, "node_modules/.bin/tsc");
  const words = [...flags, "--target", "esnext", "--ignoreConfig", file];
  return spawnSync(tsc, words, { encoding: "utf8", shell: process.platform === "win32" }).stdout;
}

describe("the manifests", () => {
  test("are what the Kubernetes API takes", () => {
    expect(compile(manifests)).toBe("");
    const wrong = structuredClone(one<Deployment>("Deployment"));
    Object.assign(wrong.spec.template.spec, { terminationGraceSeconds: 1 });
    expect(compile([wrong])).toContain("terminationGraceSeconds");
  });

  test("are all named by the kustomization", () => {
    const { resources } = parse(read("kustomization.yaml")) as { resources: string[] };
    expect(resources.toSorted()).toEqual(names.toSorted());
  });

  test("choose the pods of the deployment", () => {
    const { matchLabels } = spec.selector;
    expect(spec.template.metadata.labels).toMatchObject(matchLabels);
    const service = one<Manifest & { spec: { selector: object } }>("Service");
    const budget = one<Manifest & { spec: { selector: object } }>("PodDisruptionBudget");
    expect(service.spec.selector).toEqual(matchLabels);
    expect(budget.spec.selector).toEqual({ matchLabels });
  });
});

describe("a pod", () => {
  test("runs as nobody in particular, and writes only where a volume is", () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
    expect(container.securityContext).toEqual({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    const mounted = container.volumeMounts.map(({ name }) => name);
    expect(mounted.toSorted()).toEqual(pod.volumes.map(({ name }) => name).toSorted());
    expect(container.volumeMounts).toContainEqual({ name: "data", mountPath: "/data" });
  });

  test("is asked whether it lives and is ready, has limits, and time to stop", () => {
    const ports = container.ports.map(({ name }) => name);
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"] as const) {
      const { path, port } = container[probe].httpGet;
      expect(path).toBe(probe === "readinessProbe" ? "/readyz?except=accounts" : "/healthz");
      expect(ports).toContain(port);
    }
    expect(container.resources.limits).toMatchObject({ memory: expect.any(String) });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(150);
  });

  test("is told only settings that the gateway knows, and finds each secret in its folder", () => {
    const { data } = one<Manifest & { data: Record<string, string> }>("ConfigMap");
    const known = new Set(settings.map(({ name }) => name));
    const unknown = Object.keys(data).filter(
      (name) => !known.has(name) && !name.startsWith("AWS_"),
    );
    expect(unknown).toEqual([]);
    const secrets = readFileSync(join(root, "deploy/make-secrets.sh"), "utf8");
    for (const [name, value] of Object.entries(data).filter(([, text]) =>
      text.startsWith("/run"),
    )) {
      const file = /^\/run\/secrets\/jimeng\/(\w+)$/.exec(value)?.[1];
      expect(secrets, name).toContain(`keep ${file}`);
    }
  });
});

test("the autoscaler follows a metric that the gateway has", () => {
  const { spec: scaling } = one<Manifest & { spec: { metrics: unknown[] } }>(
    "HorizontalPodAutoscaler",
  );
  const name = "jimeng_queue_oldest_age_seconds";
  expect(scaling.metrics).toMatchObject([{ external: { metric: { name } } }]);
  const gauges = readFileSync(join(root, "packages/gateway/src/telemetry/gauges.ts"), "utf8");
  expect(gauges).toContain(`"${name.replace("jimeng_", "")}"`);
});
