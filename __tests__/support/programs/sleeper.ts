import { buildImage, type Image } from "../images/oci.ts";

/**
 * A program for Linux on x64 that does nothing for ever: 64 bytes of ELF header, 56 of program header, then `pause` in
 * a loop.
 */
function pauseForEver(): Buffer {
  const code = Buffer.from([0xb8, 0x22, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xf7]);
  const base = 0x400000n;
  const head = Buffer.alloc(120);
  head.write("\x7fELF\x02\x01\x01", "latin1");
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(62, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(base + 120n, 24);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(64, 52);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(5, 68);
  head.writeBigUInt64LE(base, 80);
  head.writeBigUInt64LE(base, 88);
  head.writeBigUInt64LE(BigInt(120 + code.length), 96);
  head.writeBigUInt64LE(BigInt(120 + code.length), 104);
  head.writeBigUInt64LE(0x1000n, 112);
  return Buffer.concat([head, code]);
}

/** An image whose container runs until it is killed. `mark` makes a different image. */
export const sleeper = (mark: string): Image =>
  buildImage(
    [
      {
        createdBy: "COPY pause mark / # buildkit",
        files: [
          { path: "pause", data: pauseForEver(), mode: 0o755 },
          { path: "mark", data: mark },
        ],
      },
    ],
    { config: { Entrypoint: ["/pause"] } },
  );
