import { randomUUID } from "node:crypto";
import diagnostics from "node:diagnostics_channel";
import { readdirSync, statSync, writeSync } from "node:fs";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { setPriority } from "node:os";
import { join } from "node:path";
import { restoreCache, saveCache } from "@actions/cache";
import type { ServiceAnswer, ServiceEvent, ServiceRequest } from "./messages.ts";
import {
  afterSaving,
  endWithParent,
  limitAnswers,
  textForPeople,
  troubleIn,
  withoutEntry,
  withoutSecrets,
} from "./service-output.ts";
import { UnusableEntry, unpack } from "./unpack.ts";

// The process that makes one request to GitHub's cache service. It is separate from the action's own process because of
// @actions/cache. That cannot be cancelled, retries for half a minute, prints workflow commands, and unpacks an archive
// to any path that the archive names. The environment from `process.ts` prevents this.

/** How many of the library's last lines are kept. It writes few, except for the progress of a transfer. */
const MAX_LINES = 1000;
const token = process.env.ACTIONS_RUNTIME_TOKEN;
const lines: string[] = [];

function sendEvent(event: ServiceEvent): void {
  writeSync(2, `${JSON.stringify(event)}\n`);
}

/** Collects what the library writes, so that it reaches neither stdout nor stderr. */
function captureOutput(): void {
  let open = "";
  const write = (data: string | Uint8Array, ...rest: unknown[]): boolean => {
    const [...whole] = (open + Buffer.from(data as Uint8Array).toString("utf8")).split(/\r?\n/);
    open = whole.pop()?.slice(-8192) ?? "";
    for (const line of whole) takeLine(line.slice(0, 8192));
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
}

function takeLine(line: string): void {
  lines.push(line);
  if (lines.length > MAX_LINES) lines.shift();
  const trouble = troubleIn(line);
  if (trouble !== undefined) sendEvent({ event: "trouble", text: withoutSecrets(trouble, token) });
  const text = textForPeople(line);
  if (text !== undefined) sendEvent({ event: "said", text: withoutSecrets(text, token) });
}

async function restore({ key, files, folder, archive, maxBytes }: ServiceRequest): Promise<ServiceAnswer> {
  const isPrefix = key.endsWith("-");
  // We want the newest entry with this prefix. An entry of exactly this name would always win.
  const found = await restoreCache([...files], isPrefix ? `${key}${randomUUID()}` : key, isPrefix ? [key] : []);
  if (found === undefined) return withoutEntry(lines);
  // If there is no entry of exactly this name, the service treats the key as a prefix.
  if (isPrefix ? !found.startsWith(key) : found !== key) return { outcome: "missing" };
  try {
    await unpack(archive, { folder, files, maxBytes, onBytes: (count) => (unpacked += count) });
    return { outcome: "restored", key: found };
  } catch (error) {
    if (error instanceof UnusableEntry) return { outcome: "unusable", key: found, reason: error.message };
    throw error;
  }
}

async function save({ key, files }: ServiceRequest): Promise<ServiceAnswer> {
  // It runs beside the scan, and the user waits for the scan.
  setPriority(10);
  // Looked up first, since the library notices only after it has compressed everything.
  const there = await restoreCache([...files], key, [], { lookupOnly: true });
  if (there === key) return { outcome: "exists" };
  const answer = there === undefined ? withoutEntry(lines) : { outcome: "missing" as const };
  if (answer.outcome === "failed") return answer;
  sendEvent({ event: "found" });
  lines.length = 0;
  await saveCache([...files], key);
  return afterSaving(lines);
}

let begun = false;
function onArchive(bytes: number): void {
  if (request.task === "save") return;
  if (!begun) sendEvent({ event: "found" });
  begun = true;
  // A good archive is not a larger than its files. A larger one could fill the disk before it is checked.
  if (bytes > request.maxBytes)
    finish({ outcome: "unusable", key: request.key, reason: `it has more than ${request.maxBytes} bytes` });
}

function failed(error: unknown): ServiceAnswer {
  return { outcome: "failed", reason: error instanceof Error ? error.message : String(error) };
}

function finish(answer: ServiceAnswer): never {
  writeSync(
    1,
    JSON.stringify("reason" in answer ? { ...answer, reason: withoutSecrets(answer.reason, token) } : answer),
  );
  // Connections that the library keeps open must not keep the process alive.
  process.exit(0);
}

let unpacked = 0;
endWithParent(process.ppid);
captureOutput();
limitAnswers();
// Node itself would print the error with its requests, which hold the token.
process.on("uncaughtException", (error) => finish(failed(error)));
const request = JSON.parse(process.argv[2] ?? "") as ServiceRequest;
watchProgress({
  temp: process.env.RUNNER_TEMP ?? "",
  unpacked: () => unpacked,
  onArchive,
  onMoved: () => sendEvent({ event: "moved" }),
});
finish(await (request.task === "save" ? save(request) : restore(request)).catch(failed));

/** Counts the bytes that HTTP requests send and receive from now on. */
function countTraffic(): () => number {
  let gone = 0;
  const open = new Set<Socket>();
  const bytesOf = (socket: Socket) => socket.bytesRead + socket.bytesWritten;
  diagnostics.subscribe("http.client.request.created", (message) => {
    (message as { request: ClientRequest }).request.once("socket", (socket) => {
      if (open.has(socket)) return;
      open.add(socket);
      socket.once("close", () => {
        open.delete(socket);
        gone += bytesOf(socket);
      });
    });
  });
  return () => [...open].reduce((sum, socket) => sum + bytesOf(socket), gone);
}

/** Total size of the files in the folders of `temp`. Once there is an archive, it is in the only folder. */
function archiveSize(temp: string): number | undefined {
  try {
    const folders = readdirSync(temp);
    const files = folders.flatMap((name) => readdirSync(join(temp, name)).map((file) => join(temp, name, file)));
    return folders.length === 0 ? undefined : files.reduce((sum, file) => sum + statSync(file).size, 0);
  } catch {
    // It is being moved away.
    return undefined;
  }
}

interface Watch {
  /** The library's folder for temporary files, empty at first. */
  readonly temp: string;
  /** Bytes unpacked so far. */
  unpacked(): number;
  /** Called with the archive's current size, once the library has begun to write one. */
  onArchive(bytes: number): void;
  /** Called if bytes have moved since the last look. */
  onMoved(): void;
}

/** Checks several times a second whether bytes move: over sockets, into the archive or out of it. */
function watchProgress({ temp, unpacked, onArchive, onMoved }: Watch, everyMs = 100): void {
  const traffic = countTraffic();
  let last = 0;
  const look = () => {
    const archive = archiveSize(temp);
    if (archive !== undefined) onArchive(archive);
    const now = traffic() + unpacked() + (archive ?? 0);
    if (now !== last) onMoved();
    last = now;
  };
  setInterval(look, everyMs).unref();
}
