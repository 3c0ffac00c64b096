// Its own process: the toolkit reads the proxy's variables while it is imported.
import { readFileSync } from "node:fs";
import { reportComment } from "../../../src/forge/github/comment.ts";
import { readEvent } from "../../../src/job/github/event.ts";
import { workflowLog } from "../../../src/job/github/log.ts";

await reportComment({
  create: true,
  event: readEvent(process.env, (path) => readFileSync(path, "utf8")),
  token: process.env.INPUT_TOKEN ?? "",
  marker: "<!-- m -->",
  body: "<!-- m -->\nfine",
  log: workflowLog(process.stdout),
});
process.exit(0);
