import { open, rm } from "node:fs/promises";
import type { Readable } from "node:stream";
import { ImageFault } from "../fault.ts";

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
export async function saveStream(source: Readable, file: string, saving: Saving): Promise<void> {
  const { signal, silenceMs } = saving;
  // Without one, an error that comes while the file is opened would end the process.
  source.on("error", () => {});
  const stop = () => source.destroy(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const silence = setTimeout(
    () => source.destroy(new ImageFault("daemon-export-failed", `its engine gave nothing for ${silenceMs / 1000} s`)),
    silenceMs,
  );
  try {
    const output = await newFile(file);
    try {
      signal.throwIfAborted();
      for await (const piece of source as AsyncIterable<Buffer>) {
        silence.refresh();
        await output.write(piece);
      }
      await output.end();
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
  return {
    async write(piece: Buffer): Promise<void> {
      for (let at = 0; at < piece.length; ) at += (await noted(handle.write(piece, at))).bytesWritten;
    },
    end: () => noted(handle.close()),
    async discard(): Promise<void> {
      await handle.close().catch(() => {});
      await rm(path, { force: true });
    },
    /** Whether it is an error of the file. */
    isOwn: (error: unknown) => faults.has(error),
  };
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
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return isFull ? new ImageFault("disk-full", "the disk is full", { cause: error }) : error;
}
