import { randomUUID } from "node:crypto";
import diagnostics from "node:diagnostics_channel";
import { readdirSync, statSync } from "node:fs";
import type { ClientRequest } from "node:http";
import { setPriority } from "node:os";
import { join } from "node:path";
import { restoreCache, saveCache } from "@actions/cache";
import type { GivenAnswer } from "../library.ts";
import { answerOnce, failed, finish } from "../library-process.ts";
import type { CacheRequest } from "./shared-cache.ts";
import { UnusableEntry, unpack } from "./unpack.ts";

// The process that makes one request to GitHub's cache service. @actions/cache takes its folders and programs from the
// process's environment. It would unpack an archive to any path that the archive names, but the environment from
// `shared-cache.ts` prevents that.

const request = JSON.parse(process.argv[2] ?? "") as CacheRequest;
/** The library makes a folder here for an archive as soon as the service has answered. */
const temporary = process.env.RUNNER_TEMP ?? "";
/** HTTP status of the last answer; undefined if the last request had none. A `cache-mode` may forbid any request. */
let status: number | undefined = process.env.ACTIONS_CACHE_MODE ? 0 : undefined;

async function restore(): Promise<GivenAnswer> {
  const { key, files, folder, maxBytes, archive } = request;
  const isPrefix = key.endsWith("-");
  // We want the newest entry with this prefix. An entry of exactly this name would always win.
  const found = await restoreCache([...files], isPrefix ? `${key}${randomUUID()}` : key, isPrefix ? [key] : []);
  if (found === undefined)
    return isAnswered() ? failed("an entry could not be downloaded") : unless({ outcome: "missing" });
  // If there is no entry of exactly this name, the service treats the key as a prefix.
  if (isPrefix ? !found.startsWith(key) : found !== key) return { outcome: "missing" };
  try {
    await unpack(join(process.env.HOME ?? "", archive), { folder, files, maxBytes });
    return { outcome: "restored", key: found };
  } catch (error) {
    if (error instanceof UnusableEntry) return { outcome: "unusable", key: found, reason: error.message };
    throw error;
  }
}

async function save(): Promise<GivenAnswer> {
  const { key, files } = request;
  // It runs alongside the scan, and the user waits for the scan.
  setPriority(10);
  // The key is looked up first, since the library notices an existing entry only after it has compressed everything.
  if ((await restoreCache([...files], key, [], { lookupOnly: true })) === key) return { outcome: "exists" };
  return (await saveCache([...files], key)) === -1 ? unless({ outcome: "declined" }) : { outcome: "saved" };
}

/** The answer, unless the last status shows a fault: the library itself returns no errors. */
function unless(answer: GivenAnswer): GivenAnswer {
  if (status === undefined) return failed("it could not be reached");
  return status < 300 || [403, 409].includes(status) ? answer : failed(`it answered with the status ${status}`);
}

function isAnswered(): boolean {
  return readdirSync(temporary).length > 0;
}

/** Ends the process if the service does not answer, or if a download becomes larger than allowed. */
function watch({ task, key, maxBytes, lookupMs }: CacheRequest): void {
  diagnostics.subscribe("http.client.request.created", (message) => {
    status = undefined;
    const { request } = message as { request: ClientRequest };
    request.once("response", ({ statusCode }) => (status = statusCode));
  });
  const look = () => {
    if (!isAnswered() && performance.now() > lookupMs) finish(failed(`it did not answer within ${lookupMs / 1000} s`));
    if (task === "restore" && archiveSize() > maxBytes)
      // A good archive is not larger than its files. A larger one could fill the disk before it is checked.
      finish({ outcome: "unusable", key, reason: `it has more than ${maxBytes} bytes` });
  };
  setInterval(look, 100).unref();
}

/** Total size of the library's temporary files. */
function archiveSize(): number {
  const files = readdirSync(temporary, { recursive: true, encoding: "utf8" });
  // An archive may be moved away meanwhile.
  return files.reduce((sum, file) => sum + (statSync(join(temporary, file), { throwIfNoEntry: false })?.size ?? 0), 0);
}

watch(request);
await answerOnce(request.task === "save" ? save : restore);
