// A real nginx before gateways, for tests; Debian's, where it is installed.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { until } from "./processes.ts";

/** Whether this machine has one. */
export const hasNginx = spawnSync("nginx", ["-v"]).status === 0;

/** A running nginx. */
export interface Nginx {
  url: string;
  stop(): Promise<void>;
}

/** Starts nginx before the gateways on these ports of this machine, with the lines that docs/operations.md names. */
export async function startNginx(folder: string, ports: readonly number[]): Promise<Nginx> {
  const port = await freePort();
  const place = join(folder, "nginx");
  mkdirSync(place);
  const servers = ports.map((each) => `server 127.0.0.1:${each} max_fails=0;`).join(" ");
  const configuration = join(place, "nginx.conf");
  writeFileSync(
    configuration,
    `daemon off; pid ${place}/nginx.pid; error_log ${place}/error.log;
     events {}
     http {
       access_log ${place}/access.log;
       client_body_temp_path ${place}/body; proxy_temp_path ${place}/proxy;
       fastcgi_temp_path ${place}/f; uwsgi_temp_path ${place}/u; scgi_temp_path ${place}/s;
       upstream gateways { ${servers} keepalive 16; }
       server {
         listen 127.0.0.1:${port};
         location / {
           proxy_pass http://gateways;
           proxy_http_version 1.1;
           proxy_set_header Connection "";
           proxy_set_header Host $http_host;
           proxy_connect_timeout 2s;
           proxy_read_timeout 20m;
           proxy_next_upstream error timeout http_503 non_idempotent;
         }
       }
     }`,
  );
  const nginx = spawn("nginx", ["-c", configuration], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await until("nginx", async () => {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    return answer?.status === 200 ? true : undefined;
  });
  return {
    url,
    async stop() {
      if (nginx.exitCode !== null) return;
      nginx.kill("SIGTERM");
      await once(nginx, "exit");
    },
  };
}

/** Returns a port that nobody has now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
