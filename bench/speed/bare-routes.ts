// A fastify that answers bytes from memory and logs one line each, to measure our cheap routes against. Its words: the
// URL of the gateway whose answers it copies, and their paths.
import { fastify } from "fastify";

const [gateway = "", ...paths] = process.argv.slice(2);
const app = fastify({ logger: true, disableRequestLogging: true });
app.addHook("onResponse", async (request, reply) => {
  const { method, url } = request;
  request.log.info({ method, path: url, status: reply.statusCode }, "request completed");
});
for (const path of paths) {
  const answer = await fetch(`${gateway}${path}`);
  const type = answer.headers.get("content-type") ?? "";
  const body = Buffer.from(await answer.arrayBuffer());
  app.get(path, async (_request, reply) => reply.type(type).send(body));
}
process.stdout.write(`${await app.listen({ host: "127.0.0.1", port: 0 })}\n`);
