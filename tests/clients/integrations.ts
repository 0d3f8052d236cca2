// The files of examples/integrations: the requests that they describe are sent as those programs send them, and the Python
// files run with Python alone. The programs themselves are not run here.
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root, scratchFolder } from "../e2e/processes.ts";
import { tellNotRun } from "../not-run.ts";

const folder = join(root, "examples/integrations");
const placeholder = "http://127.0.0.1:5100";
const run = promisify(execFile);
const python = await run("python3", ["--version"]).then(
  () => "python3",
  () => undefined,
);

/** Tests the files against a gateway, whose address is known once tests run. */
export function testIntegrations(address: () => string): void {
  let base: string;
  beforeAll(() => {
    base = address();
  });

  async function finished(id: string): Promise<string> {
    for (;;) {
      const video = (await (await fetch(`${base}/v1/videos/${id}`)).json()) as { status: string };
      if (!["queued", "in_progress"].includes(video.status)) return video.status;
      await sleep(50);
    }
  }

  interface Node {
    name: string;
    type: string;
    parameters: {
      method?: string;
      url?: string;
      jsonBody?: string;
      headerParameters?: { parameters: { name: string; value: string }[] };
    };
  }

  test("n8n's workflow makes a picture, a video from it, and downloads the video", async () => {
    const text = readFileSync(join(folder, "n8n-picture-and-video.json"), "utf8");
    const { nodes, connections } = JSON.parse(text) as {
      nodes: Node[];
      connections: Record<string, { main: { node: string }[][] }>;
    };
    const names = nodes.map(({ name }) => name);
    expect(Object.keys(connections).every((name) => names.includes(name))).toBe(true);
    const targets = Object.values(connections).flatMap(({ main }) => main.flat());
    expect(targets.every(({ node }) => names.includes(node))).toBe(true);
    const results = new Map<string, any>();
    let latest: any = {};
    /** Fills in a text with expressions, as n8n does in one that begins with "=". */
    const fill = (given: string): string =>
      given.startsWith("=")
        ? given.slice(1).replaceAll(/\{\{ (.+?) \}\}/g, (_, code: string) => evaluate(code))
        : given;
    const evaluate = (code: string): string => {
      if (code === "$execution.id") return "42";
      if (code === "$json.data[0].url") return latest.data[0].url;
      if (code === "$json.id") return latest.id;
      if (code === "$('Start a video').item.json.id") return results.get("Start a video").id;
      throw new Error(`an expression that this test does not know: ${code}`);
    };
    for (const { name, type, parameters } of nodes) {
      if (type !== "n8n-nodes-base.httpRequest") continue;
      const { method = "GET", url = "", jsonBody, headerParameters } = parameters;
      const own = headerParameters?.parameters.map(({ name: header, value }) => [
        header,
        fill(value),
      ]);
      const response = await fetch(fill(url).replace(placeholder, base), {
        method,
        headers: {
          accept:
            "application/json,text/html,application/xhtml+xml,application/xml,text/*;q=0.9, image/*;q=0.8, */*;q=0.7",
          "user-agent": "n8n",
          authorization: "Bearer x",
          ...(jsonBody === undefined ? {} : { "content-type": "application/json" }),
          ...Object.fromEntries(own ?? []),
        },
        body: jsonBody === undefined ? undefined : JSON.stringify(JSON.parse(fill(jsonBody))),
      });
      expect(response.status, name).toBe(200);
      if (name === "Download the video") {
        expect(response.headers.get("content-type")).toBe("video/mp4");
        await response.body?.cancel();
        continue;
      }
      latest = await response.json();
      results.set(name, latest);
      if (name === "Start a video") expect(await finished(latest.id)).toBe("completed");
    }
    expect([...results.keys()]).toEqual(["Make a picture", "Start a video", "Ask for the video"]);
  });

  interface Operation {
    operationId: string;
    requestBody?: {
      content: Record<string, { schema: { properties: Record<string, { default?: string }> } }>;
    };
  }

  test("Dify's tool makes a picture, starts a video and asks for it", async () => {
    const { paths, servers } = parse(readFileSync(join(folder, "dify-tool.yaml"), "utf8")) as {
      servers: { url: string }[];
      paths: Record<string, Record<string, Operation>>;
    };
    expect(servers[0]?.url).toBe(placeholder);
    const answers = new Map<string, any>();
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { operationId, requestBody }] of Object.entries(operations)) {
        const { properties = {} } = requestBody?.content["application/json"]?.schema ?? {};
        const defaults = Object.entries(properties).map(([name, { default: value }]) => [
          name,
          value,
        ]);
        const body = { ...Object.fromEntries(defaults), prompt: "a lighthouse for Dify" };
        const response = await fetch(base + path.replace("{id}", answers.get("startVideo")?.id), {
          method: method.toUpperCase(),
          headers: {
            accept: "*/*",
            "accept-encoding": "gzip, deflate",
            "user-agent": "python-httpx/0.27.2",
            authorization: "Bearer x",
            ...(requestBody === undefined ? {} : { "content-type": "application/json" }),
          },
          body: requestBody === undefined ? undefined : JSON.stringify(body),
        });
        expect(response.status, operationId).toBe(200);
        answers.set(operationId, await response.json());
      }
    }
    expect(answers.get("makePicture").data[0].url).toMatch(/^http/);
    expect(answers.get("getVideo").id).toBe(answers.get("startVideo").id);
    expect(await finished(answers.get("startVideo").id)).toBe("completed");
  });

  if (python === undefined) tellNotRun("the files for Open WebUI and ComfyUI", "no python3 here");

  describe.skipIf(python === undefined)("in Python", () => {
    const scratch = scratchFolder();
    afterAll(() => scratch.remove());

    async function runPython(program: string): Promise<string> {
      const stubs = join(scratch.path, "stubs");
      mkdirSync(stubs, { recursive: true });
      const stub =
        "class BaseModel:\n    pass\ndef Field(default=None, **_):\n    return default\n";
      writeFileSync(join(stubs, "pydantic.py"), stub);
      const path = [stubs, folder].join(":");
      const { stdout } = await run("python3", ["-B", "-c", program], {
        env: { ...process.env, PYTHONPATH: path },
      });
      return stdout.trim();
    }

    test("Open WebUI's tool answers with a picture and a video, and tells how far it is", async () => {
      const output = await runPython(`
import asyncio, json
from open_webui_tool import Tools
tools = Tools()
tools.valves.gateway_url = ${JSON.stringify(base)}
told = []
async def tell(event):
    told.append(event["data"]["description"])
print(asyncio.run(tools.make_picture("a lighthouse", "16:9", tell)))
print(asyncio.run(tools.make_video("waves", tell)))
print(json.dumps(told))
`);
      const [picture = "", video = "", told = "[]"] = output.split("\n");
      expect(picture).toMatch(/^!\[a lighthouse\]\(http.+\/v1\/assets\//);
      expect(video).toMatch(/^http.+\/v1\/assets\//);
      expect(JSON.parse(told)).toContain("The picture is there.");
    });

    test("ComfyUI's node gets pictures, also from pictures", async () => {
      const output = await runPython(`
from comfyui_jimeng import NODE_CLASS_MAPPINGS, fetch_pictures
made = fetch_pictures(${JSON.stringify(base)}, "", "jimeng-4.0", "a lighthouse", "1:1", 2, 7)
again = fetch_pictures(${JSON.stringify(base)}, "", "jimeng-4.0", "at night", "1:1", 1, 7, made[:1])
print(len(made), len(again), made[0][:4].hex(), sorted(NODE_CLASS_MAPPINGS["JimengPictures"].INPUT_TYPES()))
`);
      expect(output).toMatch(/^2 1 [0-9a-f]{8} \['optional', 'required'\]$/);
    });
  });
}
