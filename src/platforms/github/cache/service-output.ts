import { HttpClientResponse } from "@actions/http-client";
import type { ServiceAnswer } from "./messages.ts";

/**
 * If the token lacks the right, the service's message begins with `cache write denied:` or `cache read denied:`
 * (@actions/cache).
 */
const DENIED = /cache (?:read|write) denied:/;
/** The service answers 409 if the key exists. It used to be an answer that is not `ok` (actions/toolkit#1966). */
const EXISTS = /\(409\)|already exists|Response was not ok/;

/** The text of a workflow command of one of these kinds (`warning|error`); undefined for any other line. */
function commandText(line: string, kinds: string): string | undefined {
  const text = new RegExp(`^::(?:${kinds})(?: [^:]*)?::(.*)$`).exec(line)?.[1];
  return text?.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

/** The first line of the library's last warning. The library reports its errors only in the log. */
function failureIn(lines: readonly string[]): string | undefined {
  const last = lines.map((line) => commandText(line, "warning|error")).findLast((text) => text !== undefined);
  return last?.replace(/^Failed to (?:restore|save): /, "").split("\n")[0];
}

/** Why an attempt failed that the library will repeat; undefined for any other line. */
export function troubleIn(line: string): string | undefined {
  const text = commandText(line, "debug") ?? line;
  return /Attempt \d+ of \d+ failed with error: (.+?)(?:\. Retrying request in .*)?$/.exec(text)?.[1];
}

/** The text of a line that is meant for people: plain text, a warning or an error. */
export function textForPeople(line: string): string | undefined {
  if (line.startsWith("::")) return commandText(line, "warning|error");
  return line.trim() === "" ? undefined : line;
}

/** Why `restoreCache` returned nothing, according to its log. */
export function withoutEntry(lines: readonly string[]): ServiceAnswer {
  const failure = failureIn(lines);
  if (failure !== undefined) return { outcome: DENIED.test(failure) ? "denied" : "failed", reason: failure };
  const skipped = lines.find((line) => line.startsWith("Cache restore skipped"));
  return skipped === undefined ? { outcome: "missing" } : { outcome: "denied", reason: skipped };
}

/** What became of `saveCache`, according to its log, since its result says little. */
export function afterSaving(lines: readonly string[]): ServiceAnswer {
  const skipped = lines.find((line) => line.startsWith("Cache save skipped"));
  if (skipped !== undefined) return { outcome: "denied", reason: skipped };
  // For any failure to reserve the key it says that another job may be saving it. Only a debug line has the reason.
  const reserving = lines.map((line) => /^::debug::Failed to reserve cache: (.*)$/.exec(line)?.[1]).find(Boolean);
  const unreserved = lines.find((line) => line.startsWith("Failed to save: Unable to reserve cache"));
  const reason = reserving?.replace(/^Error: /, "").split("%0A")[0] ?? unreserved ?? failureIn(lines);
  if (reason === undefined) return { outcome: "saved" };
  if (lines.some((line) => DENIED.test(line))) return { outcome: "denied", reason };
  return EXISTS.test(reason) ? { outcome: "exists" } : { outcome: "failed", reason };
}

/** Removes the token, and the queries of addresses, which hold signatures. */
export function withoutSecrets(text: string, token: string | undefined): string {
  const bare = text.replaceAll(/[^\s"']+/g, withoutQuery).replaceAll(/\bsig=[^&\s"']*/gi, "sig=…");
  return token ? bare.replaceAll(token, "***") : bare;
}

function withoutQuery(word: string): string {
  const address = word.search(/\bhttps?:\/\//i);
  const query = address === -1 ? -1 : word.indexOf("?", address);
  return query === -1 ? word : `${word.slice(0, query)}?…`;
}

/** In bytes. The services answer with some hundred bytes of JSON. Archives are not counted, as they go to files. */
const MAX_ANSWER = 1 << 20;

/** Limits the size of answers from now on. The library itself reads an answer of any size into memory. */
export function limitAnswers(): void {
  HttpClientResponse.prototype.readBody = async function readBody(): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    for await (const piece of this.message as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > MAX_ANSWER) throw new Error(`its answer has more than ${MAX_ANSWER} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  };
}

/** Such a process has its own process group, so nothing else ends it if the action is killed. */
export function endWithParent(parent: number): void {
  setInterval(() => process.ppid !== parent && process.exit(1), 500).unref();
}
