import { createHash } from "node:crypto";
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from "node:zlib";

/** `sha256:…` digests of a content as it is stored and of what it decompresses to. Without compression both are the same. */
export interface Digests {
  readonly digest: string;
  readonly unpacked: string;
}

const PIECE = 1 << 20;

/**
 * Hashes a content piece by piece. If it is gzip or zstd, as layers are, it also hashes the decompressed content.
 * @throws the decompression's error if the content is damaged; its `code` begins with `Z`
 */
export async function digestsOf(some: () => Promise<Buffer>): Promise<Digests> {
  const raw = createHash("sha256");
  let piece = await firstOf(some);
  const packing = packingOf(piece);
  if (packing === undefined) {
    for (; piece.length > 0; piece = await some()) raw.update(piece);
    const digest = `sha256:${raw.digest("hex")}`;
    return { digest, unpacked: digest };
  }
  const inner = createHash("sha256");
  const unpacking = unpacked(packing, (part) => inner.update(part));
  try {
    for (; piece.length > 0; piece = await some()) {
      raw.update(piece);
      await unpacking.take(piece);
    }
    await unpacking.end();
  } finally {
    unpacking.close();
  }
  return { digest: `sha256:${raw.digest("hex")}`, unpacked: `sha256:${inner.digest("hex")}` };
}

/** A first piece that is long enough to recognise the compression, unless the content is shorter. */
async function firstOf(some: () => Promise<Buffer>): Promise<Buffer> {
  let first = await some();
  while (first.length > 0 && first.length < MAGIC) {
    const held = Buffer.from(first);
    const next = await some();
    if (next.length === 0) return held;
    first = Buffer.concat([held, next]);
  }
  return first;
}

type Packing = "gzip" | "zstd";
const MAGIC = 4;

/** Judges by the first bytes, as container engines do (RFC 1952; RFC 8878, whose content may begin with a skippable frame). */
function packingOf(start: Buffer): Packing | undefined {
  if (start.length < MAGIC) return undefined;
  if (start.readUInt16BE() === 0x1f8b) return "gzip";
  const magic = start.readUInt32LE();
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? "zstd" : undefined;
}

function open(packing: Packing): Gunzip | ZstdDecompress {
  const options = { chunkSize: PIECE };
  return packing === "gzip" ? createGunzip(options) : createZstdDecompress(options);
}

/** Node's zstd stream ends at the end of a frame. If more bytes follow in the piece, a new stream takes them. */
function unpacked(packing: Packing, onPart: (part: Buffer) => void) {
  let current = begin(open(packing), onPart);
  return {
    async take(piece: Buffer): Promise<void> {
      for (let rest = piece; rest.length > 0; ) {
        const used = await current.write(rest);
        // All readers ignore what follows gzip and is no gzip.
        if (used === rest.length || packing === "gzip") return;
        current.close();
        rest = rest.subarray(used);
        current = begin(open(packing), onPart);
      }
    },
    end: () => current.end(),
    close: () => current.close(),
  };
}

function begin(stream: Gunzip | ZstdDecompress, onPart: (part: Buffer) => void) {
  let failed: (error: Error) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  failure.catch(() => {});
  const ended = new Promise<void>((resolve) => stream.once("end", resolve));
  stream.on("data", onPart).on("error", (error) => failed(error));
  let isDone = false;
  void ended.then(() => {
    isDone = true;
  });
  return {
    /** @returns how many bytes it took */
    async write(piece: Buffer): Promise<number> {
      if (isDone) return 0;
      const before = stream.bytesWritten;
      await Promise.race([failure, new Promise((resolve) => stream.write(piece, resolve))]);
      return stream.bytesWritten - before;
    },
    async end(): Promise<void> {
      stream.end();
      await Promise.race([failure, ended]);
    },
    close: () => stream.destroy(),
  };
}
