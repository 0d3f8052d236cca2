// The proxies of deploy/, run as Debian has them: streams pass at once, large bodies pass, dead nodes are left out, and it
// is known how often a POST is sent. Values that would take minutes to prove are read.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, scratchFolder, until } from "./e2e/processes.ts";
import { tellNotRun } from "./not-run.ts";

const read = (name: string): string => readFileSync(join(root, "deploy", name), "utf8");
const longestAnswerSeconds = 15 * 60;
/** Larger than what nginx takes by itself. */
const largeBytes = 3_000_000;

/** The ports of the nodes and of the proxy. */
interface Ports {
  nodes: readonly number[];
  proxy: number;
}

interface Proxy {
  name: string;
  /** Returns the words that start it on these ports. */
  words: (folder: string, ports: Ports) => string[];
  versionWord: string;
  stopSignal: NodeJS.Signals;
  /** How many of two nodes get a POST that the first one did not answer; the gateway joins the second to the first. */
  nodesAsked: number;
}

const proxies: Proxy[] = [
  {
    name: "nginx",
    versionWord: "-v",
    stopSignal: "SIGQUIT",
    nodesAsked: 2,
    words(folder, { nodes, proxy }) {
      const servers = nodes.map((port) => `server 127.0.0.1:${port} max_fails=2 fail_timeout=2s;`);
      const site = read("nginx.conf")
        .replace("server 127.0.0.1:5100 max_fails=2 fail_timeout=2s;", servers.join("\n"))
        .replace("127.0.0.1:8080", `127.0.0.1:${proxy}`);
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${folder}/${kind};`,
      );
      const file = join(folder, "nginx.conf");
      writeFileSync(
        file,
        `daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; worker_processes 1;
         events {}
         http { access_log off; ${temporary.join(" ")}
         ${site} }`,
      );
      return ["-c", file];
    },
  },
  {
    name: "caddy",
    versionWord: "version",
    stopSignal: "SIGTERM",
    nodesAsked: 1,
    words(folder, { nodes, proxy }) {
      const addresses = nodes.map((port) => `127.0.0.1:${port}`);
      const file = join(folder, "Caddyfile");
      writeFileSync(
        file,
        read("Caddyfile")
          .replace("node-1:5100 node-2:5100 node-3:5100", addresses.join(" "))
          .replace(/^:8080 /m, `http://127.0.0.1:${proxy} `),
      );
      return ["run", "--adapter", "caddyfile", "--config", file];
    },
  },
];

/** A node that counts what it gets, keeps a stream open, and dies of a POST to /dies; a POST to /stops it answers as a gateway that stops. */
class Node {
  readonly posts: string[] = [];
  readonly #server: Server;
  #stream: ServerResponse | undefined;

  constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async listen(): Promise<number> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  endStream(): void {
    this.#stream?.end("data: last\n\n");
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === "/events") {
      this.#stream = response;
      response.writeHead(200, { "content-type": "text/event-stream" }).write("data: first\n\n");
      return;
    }
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => {
      if (request.method === "POST") this.posts.push(request.url ?? "");
      if (request.url === "/dies") request.socket.destroy();
      else if (request.url === "/stops") response.writeHead(503).end();
      else response.end(String(bytes));
    });
  }
}

async function closedPort(): Promise<number> {
  const node = new Node();
  const port = await node.listen();
  node.close();
  return port;
}

describe.each(proxies)("$name", ({ name, words, versionWord, stopSignal, nodesAsked }) => {
  const isThere = spawnSync(name, [versionWord]).status === 0;
  if (!isThere) tellNotRun(`${name} with its file of deploy`, `no ${name} here`);
  const scratch = scratchFolder();
  const nodes = [new Node(), new Node()];
  let proxy: ChildProcess;
  let base: string;

  beforeAll(async () => {
    if (!isThere) return;
    const open = await Promise.all(nodes.map((node) => node.listen()));
    const port = await closedPort();
    base = `http://127.0.0.1:${port}`;
    // The first node is dead.
    const ports = { nodes: [await closedPort(), ...open], proxy: port };
    proxy = spawn(name, words(scratch.path, ports), {
      stdio: "ignore",
      env: { PATH: process.env["PATH"], HOME: scratch.path },
    });
    await until(`${name} to answer`, async () =>
      (await fetch(`${base}/readyz`).catch(() => undefined))?.ok === true ? true : undefined,
    );
  });

  afterAll(async () => {
    proxy?.kill(stopSignal);
    for (const node of nodes) node.close();
    if (proxy !== undefined && proxy.exitCode === null) await once(proxy, "exit");
    scratch.remove();
  });

  test.runIf(isThere)("sends reads to the nodes that live", async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => fetch(`${base}/v1/models`).then(({ status }) => status)),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
  });

  test.runIf(isThere)("hands events on as they happen", async () => {
    const { body } = await fetch(`${base}/events`);
    const events = body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await events.read()).value).toContain("first");
    for (const node of nodes) node.endStream();
    expect((await events.read()).value).toContain("last");
  });

  test.runIf(isThere)("takes the references of a request", async () => {
    const answer = await fetch(`${base}/v1/files`, {
      method: "POST",
      body: new Uint8Array(largeBytes),
    });
    expect(await answer.text()).toBe(String(largeBytes));
  });

  test.runIf(isThere).each(["/dies", "/stops"])(
    "sends a POST to %s as often as it should",
    async (path) => {
      const { status } = await fetch(`${base}${path}`, { method: "POST", body: "paid" });
      expect([502, 503]).toContain(status);
      const posts = nodes.flatMap((node) => node.posts);
      expect(posts.filter((one) => one === path)).toHaveLength(nodesAsked);
    },
  );
});

describe("the timeouts", () => {
  test("of nginx and of the ingress are longer than a picture takes", () => {
    const minutes = (name: string) =>
      Number(new RegExp(`${name} (\\d+)m;`).exec(read("nginx.conf"))?.[1]);
    for (const name of ["proxy_read_timeout", "proxy_send_timeout", "send_timeout"]) {
      expect(minutes(name) * 60, name).toBeGreaterThan(longestAnswerSeconds);
    }
    const ingress = read("kubernetes/ingress.yaml");
    for (const name of ["proxy-read-timeout", "proxy-send-timeout"]) {
      const seconds = Number(new RegExp(`${name}: "(\\d+)"`).exec(ingress)?.[1]);
      expect(seconds, name).toBeGreaterThan(longestAnswerSeconds);
    }
  });
});
