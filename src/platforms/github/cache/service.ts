import { randomUUID } from "node:crypto";
import diagnostics from "node:diagnostics_channel";
import { readdirSync, statSync, writeSync } from "node:fs";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { setPriority } from "node:os";
import { join } from "node:path";
import { restoreCache, saveCache } from "@actions/cache";
import type { ServiceAnswer, ServiceEvent, ServiceRequest } from "./messages.ts";
import { afterSaving, boundAnswers, spoken, troubleIn, withoutEntry, withoutSecrets } from "./service-output.ts";
import { UnusableEntry, unpack } from "./unpack.ts";

// The process that speaks to GitHub's cache service, one request each. It is apart from the action's own because
// @actions/cache cannot be cancelled, tries again for half a minute, prints workflow commands, and unpacks whatever an
// archive holds to wherever it says; src/platforms/github/cache/process.ts starts it with an environment in which it cannot.

/** The end of the library's words; it says little, but for the progress of a transfer. */
const MAX_LINES = 1000;
const token = process.env.ACTIONS_RUNTIME_TOKEN;
const lines: string[] = [];

function tell(event: ServiceEvent): void {
  writeSync(2, `${JSON.stringify(event)}\n`);
}

/** Keeps what the library and the programs that it starts write, which goes to neither stream of ours. */
function listen(): void {
  let open = "";
  const write = (data: string | Uint8Array, ...rest: unknown[]): boolean => {
    const [...whole] = (open + Buffer.from(data as Uint8Array).toString("utf8")).split(/\r?\n/);
    open = whole.pop()?.slice(-8192) ?? "";
    for (const line of whole) hear(line.slice(0, 8192));
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done as () => void);
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
}

function hear(line: string): void {
  lines.push(line);
  if (lines.length > MAX_LINES) lines.shift();
  const trouble = troubleIn(line);
  if (trouble !== undefined) tell({ event: "trouble", text: withoutSecrets(trouble, token) });
  const text = spoken(line);
  if (text !== undefined) tell({ event: "said", text: withoutSecrets(text, token) });
}

async function restore({ key, files, folder, archive, maxBytes }: ServiceRequest): Promise<ServiceAnswer> {
  const isPrefix = key.endsWith("-");
  // The newest of those that begin so is wanted, not one of exactly this name, which would win for ever.
  const found = await restoreCache([...files], isPrefix ? `${key}${randomUUID()}` : key, isPrefix ? [key] : []);
  if (found === undefined) return withoutEntry(lines);
  // The service takes any key for a prefix where there is no entry of exactly that name.
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
  // It runs beside the scan, which is what somebody waits for.
  setPriority(10);
  // Asked before, as the library finds out only when it has compressed everything.
  const there = await restoreCache([...files], key, [], { lookupOnly: true });
  if (there === key) return { outcome: "exists" };
  const answer = there === undefined ? withoutEntry(lines) : { outcome: "missing" as const };
  if (answer.outcome === "failed") return answer;
  tell({ event: "found" });
  lines.length = 0;
  await saveCache([...files], key);
  return afterSaving(lines);
}

let begun = false;
function onArchive(bytes: number): void {
  if (request.task === "save") return;
  if (!begun) tell({ event: "found" });
  begun = true;
  // What is kept is no larger packed than unpacked; it would fill the disk before it could be looked at.
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
  // Connections that the library keeps open must not keep the process.
  process.exit(0);
}

/** It lives in a process group of its own: nobody else ends it where the action was killed. */
function endWithParent(parent: number): void {
  setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
}

let unpacked = 0;
endWithParent(process.ppid);
listen();
boundAnswers();
// What Node itself would print of such an error has requests in it, with the token.
process.on("uncaughtException", (error) => finish(failed(error)));
const request = JSON.parse(process.argv[2] ?? "") as ServiceRequest;
watchProgress({
  temp: process.env.RUNNER_TEMP ?? "",
  unpacked: () => unpacked,
  onArchive,
  onMoved: () => tell({ event: "moved" }),
});
finish(await (request.task === "save" ? save(request) : restore(request)).catch(failed));

/** Bytes that have gone over sockets of HTTP requests, in either direction, since this was called. */
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

/** Sizes of the files in the folders of `temp`: there is one folder, with the archive in it, once there is an archive. */
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
  /** Bytes that were unpacked so far. */
  unpacked(): number;
  /** The library has begun with an archive, which has so many bytes by now. */
  onArchive(bytes: number): void;
  /** Something has moved since the last time. */
  onMoved(): void;
}

/** Looks several times a second whether anything moves: over sockets, into the archive, out of it. */
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
