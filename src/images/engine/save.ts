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
  // Without one, an error that comes while the file is opened would end the process.
  source.on("error", () => {});
  const stop = () => source.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const silence = setTimeout(
    () =>
      source.destroy(new EngineProblem("daemon-export-failed", `its engine gave nothing for ${silenceMs / 1000} s`)),
    silenceMs,
  );
  try {
    const output = await newFile(file);
    try {
      signal.throwIfAborted();
      for await (const piece of source as AsyncIterable<Buffer>) {
        silence.refresh();
        const bytes = await output.write(piece);
        onBytes?.(bytes);
      }
      return await output.end();
    } catch (error) {
      await output.discard();
      throw signal.aborted ? signal.reason : output.isOwn(error) ? error : brokenOff(error);
    }
  } catch (error) {
    throw ownFault(error);
  } finally {
    source.destroy();
    clearTimeout(silence);
    signal.removeEventListener("abort", stop);
  }
}

async function newFile(path: string) {
  const handle = await open(path, "wx", 0o600);
  const faults = new Set<unknown>();
  const noted = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      faults.add(error);
      throw error;
    });
  let bytes = 0;
  return {
    /** @returns the number of bytes so far */
    async write(piece: Buffer): Promise<number> {
      for (let at = 0; at < piece.length; ) at += (await noted(handle.write(piece, at))).bytesWritten;
      bytes += piece.length;
      return bytes;
    },
    async end(): Promise<number> {
      await noted(handle.close());
      return bytes;
    },
    async discard(): Promise<void> {
      await handle.close().catch(() => {});
      await rm(path, { force: true });
    },
    /** Whether it is an error of the file. */
    isOwn: (error: unknown) => faults.has(error),
  };
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
