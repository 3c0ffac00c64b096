import { open, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { EngineProblem } from "./failures.ts";

/** How a stream is written. */
export interface Saving {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Gets the number of bytes so far. Must not throw. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Milliseconds for which nothing may come. */
  readonly silenceMs: number;
}

/**
 * Writes a stream to a new file that only this user can read. If it fails, no file is left.
 * @param file absolute; there must be none yet
 * @returns the number of bytes
 * @throws EngineProblem `disk-full`, `daemon-export-failed`; the signal's reason; the file system's error
 */
export async function saveStream(source: Readable, file: string, saving: Saving): Promise<number> {
  const { signal, onBytes, silenceMs } = saving;
  const handle = await open(file, "wx", 0o600);
  const stop = () => source.destroy(signal.reason);
  const silence = setTimeout(
    () =>
      source.destroy(new EngineProblem("daemon-export-failed", `its engine gave nothing for ${silenceMs / 1000} s`)),
    silenceMs,
  );
  signal.addEventListener("abort", stop, { once: true });
  let broken: Error | undefined;
  source.once("error", (error) => {
    broken = error;
  });
  let bytes = 0;
  try {
    signal.throwIfAborted();
    for await (const piece of source as AsyncIterable<Buffer>) {
      silence.refresh();
      for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten;
      bytes += piece.length;
      onBytes?.(bytes);
    }
    await handle.close();
    return bytes;
  } catch (error) {
    source.destroy();
    await handle.close().catch(() => {});
    await rm(file, { force: true });
    signal.throwIfAborted();
    throw error === broken ? brokenOff(error) : ownFault(error);
  } finally {
    clearTimeout(silence);
    signal.removeEventListener("abort", stop);
  }
}

function brokenOff(error: unknown): EngineProblem {
  if (error instanceof EngineProblem) return error;
  const { code = "no reason is known" } = error as NodeJS.ErrnoException;
  return new EngineProblem("daemon-export-failed", `its engine broke off while it gave the image (${code})`, {
    cause: error,
  });
}

function ownFault(error: unknown): unknown {
  const { code = "" } = error as NodeJS.ErrnoException;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return isFull ? new EngineProblem("disk-full", "the disk is full", { cause: error }) : error;
}
