import { readFileSync } from "node:fs";
import { statusOf } from "../../system/given-files.ts";

/** GitHub sends payloads of 25 MB at most. */
const MAX_BYTES = 100 << 20;

/**
 * The text of the event's payload, a file that earlier steps can replace.
 * @throws Error if it is not a file, or too large: reading a pipe or a device would never end
 */
export function readPayload(path: string): string {
  requirePayload(path);
  return readFileSync(path, "utf8");
}

/** @throws Error as {@link readPayload} does, for those who read it themselves */
export function requirePayload(path: string): void {
  const status = statusOf(path);
  if (status !== undefined && !(status.isFile() && status.size <= MAX_BYTES))
    throw new Error("the payload is not a regular file, or too large");
}
