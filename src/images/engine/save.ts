import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { diskFull, ImageFault } from "../fault.ts";

/** How a stream is written. */
export interface Saving {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds for which nothing may come. */
  readonly silenceMs: number;
}

/**
 * Writes a stream to a new file that only this user can read. If it fails, no file is left.
 * @param file absolute; there must be none yet
 * @throws ImageFault `disk-full`, `daemon-export-failed`; the signal's reason; the file system's error
 */
export async function saveStream(source: Readable, file: string, { signal, silenceMs }: Saving): Promise<void> {
  let isBroken = false;
  source.once("error", () => {
    isBroken = true;
  });
  const silent = new ImageFault("daemon-export-failed", `its engine gave nothing for ${silenceMs / 1000} s`);
  const silence = setTimeout(() => source.destroy(silent), silenceMs);
  const output = createWriteStream(file, { flags: "wx", mode: 0o600 });
  try {
    await pipeline(source, (pieces) => heard(pieces, silence), output, { signal });
  } catch (error) {
    source.destroy();
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    await rm(file, { force: true });
    throw signal.aborted ? signal.reason : isBroken ? brokenOff(error) : ownFault(error);
  } finally {
    clearTimeout(silence);
  }
}

async function* heard(pieces: AsyncIterable<Buffer>, silence: NodeJS.Timeout): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    silence.refresh();
    yield piece;
  }
}

function brokenOff(error: unknown): ImageFault {
  if (error instanceof ImageFault) return error;
  const { code = "no reason is known" } = error as NodeJS.ErrnoException;
  return new ImageFault("daemon-export-failed", `its engine broke off while it gave the image (${code})`, {
    cause: error,
  });
}

function ownFault(error: unknown): unknown {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT" ? diskFull(error) : error;
}
