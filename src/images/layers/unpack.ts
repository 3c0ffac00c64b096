import { createGunzip, createZstdDecompress } from "node:zlib";
import { damaged, ImageFault, inconsistent } from "../fault.ts";
import { FRAME, isSkippable, ZstdFrames } from "../file/zstd-frames.ts";

export type Compression = "none" | "gzip" | "zstd";

/** Bytes that identify the compression. */
export const MAGIC = 512;

/**
 * Detects the compression by the first bytes, as container engines do (RFC 1952; RFC 8878, whose content may begin with
 * a skippable frame).
 * @throws ImageFault `compression-unknown`
 */
export function compressionOf(start: Buffer): Compression {
  if (start.length >= 2 && start.readUInt16BE() === 0x1f8b) return "gzip";
  const magic = start.length >= 4 ? start.readUInt32LE() : 0;
  if (magic === FRAME || isSkippable(magic)) return "zstd";
  const isTar = start.length === 0 || start.toString("latin1", 257, 262) === "ustar" || isOldTar(start);
  if (!isTar) throw new ImageFault("compression-unknown", "a layer is neither a tar, nor gzip or zstd");
  return "none";
}

/** The oldest tar format has no magic. An empty tar has only zeros; otherwise the checksum is octal digits. */
function isOldTar(start: Buffer): boolean {
  return start.length >= MAGIC && /^[ \0]*[0-7]*[ \0]*$/.test(start.toString("latin1", 148, 156));
}

const PIECE = 1 << 19;

/**
 * Decompresses gzip, every member of it, or zstd, every frame. `onPart` gets the output, in parts that stay valid.
 * Its errors come from `take` and `end`.
 * @throws ImageFault, for anything that follows as well
 */
export function unpacking(compression: "gzip" | "zstd", onPart: (part: Buffer) => void) {
  const stream =
    compression === "gzip" ? createGunzip({ chunkSize: PIECE }) : createZstdDecompress({ chunkSize: PIECE });
  const frames = compression === "zstd" ? new ZstdFrames() : undefined;
  let failed: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    failed = (error) => {
      reject(problemOf(error));
      stream.destroy();
    };
  });
  failure.catch(() => {});
  // In a microtask, so that the stream decompresses the next part in its own thread meanwhile.
  stream.on("data", (part: Buffer) =>
    queueMicrotask(() => {
      try {
        if (!stream.destroyed || stream.readableEnded) onPart(part);
      } catch (error) {
        failed(error);
      }
    }),
  );
  stream.on("error", failed);
  const ended = new Promise<void>((resolve) => stream.once("end", () => queueMicrotask(resolve)));
  let given = 0;
  const write = async (piece: Buffer): Promise<void> => {
    given += piece.length;
    await Promise.race([failure, new Promise<void>((resolve) => stream.write(piece, () => resolve()))]);
  };
  return {
    /** Takes a piece of the compressed content. Its buffer can be used again afterwards. */
    async take(piece: Buffer): Promise<void> {
      // The stream reads nothing after the end of a frame that is within a piece.
      for (const part of frames?.split(piece) ?? [piece]) await write(part);
    },
    /** Nothing follows. */
    async end(): Promise<void> {
      frames?.finish();
      stream.end();
      await Promise.race([failure, ended]);
      // It ignores zeros after the last member.
      if (stream.bytesWritten !== given) throw inconsistent("something is behind the end of a layer's gzip");
    },
    close: () => stream.destroy(),
  };
}

/** Errors of decompression: Z_DATA_ERROR, Z_BUF_ERROR, ZSTD_error_corruption_detected, … */
function problemOf(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && code.startsWith("Z") ? damaged(`its compression is damaged: ${code}`) : error;
}
