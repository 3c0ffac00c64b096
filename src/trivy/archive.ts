import {
  chmodSync,
  createWriteStream,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import { GateError } from "../errors.ts";

/** No program of Trivy's is that large; a bomb would fill the disk. */
const MAX_BINARY = 2 * 1024 ** 3;

/**
 * Takes the one regular member `member` out of a release archive, and nothing else: no folder, no link, no other name.
 * @param archive the bytes whose hash was checked
 * @param to must not exist; made with mode 0700
 * @throws GateError `trivy-archive-invalid` where there is no such member or the archive is damaged.
 */
export async function extractMember(archive: Buffer, name: string, member: string, to: string): Promise<void> {
  if (!name.endsWith(".zip")) return untar(archive, member, to);
  try {
    await pipeline(zipMember(archive, member), createWriteStream(to, { flags: "wx", mode: 0o700 }));
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOSPC") throw cause;
    throw invalid("is damaged", cause);
  }
}

/** By the system's tar, into a folder of its own: what comes out is looked at before it is used. */
async function untar(archive: Buffer, member: string, to: string): Promise<void> {
  const folder = mkdtempSync(`${to}-`);
  try {
    const file = join(folder, "archive");
    writeFileSync(file, archive, { flag: "wx", mode: 0o600 });
    const out = join(folder, "out");
    mkdirSync(out, { mode: 0o700 });
    await unpack(["-xzf", file, "-C", out, "--no-same-owner", "--", member]);
    const path = join(out, member);
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isFile() !== true || status.size === 0) throw invalid(`holds no file ${member}`);
    chmodSync(path, 0o700);
    // Unlike a rename, a link never replaces what is there.
    linkSync(path, to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function unpack(args: readonly string[]): Promise<void> {
  const { exec } = await import("../net/tool-download.ts");
  let said = "";
  const stderr = (data: Buffer): void => {
    said = `${said}${data.toString("utf8")}`.slice(-2000);
  };
  const options = { silent: true, ignoreReturnCode: true, listeners: { stderr } };
  const code = await exec("tar", [...args], options).catch((cause: unknown) => {
    throw new GateError(
      "tar-missing",
      "The program `tar`, which unpacks Trivy's release archive, could not be started",
      "Install tar on this runner, or name an unpacked Trivy by `trivy-binary`.",
      { cause },
    );
  });
  if (code === 0) return;
  if (/no space left/i.test(said)) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  throw invalid("does not hold the program, or is damaged", new Error(`tar ended with ${code}: ${said}`));
}

function invalid(what: string, cause?: unknown): GateError {
  return new GateError(
    "trivy-archive-invalid",
    `Trivy's release archive ${what}`,
    "Check that `trivy-mirror` serves the release archives unchanged, or that `trivy-sha256` is that of a release archive.",
    { cause },
  );
}

/** The member's bytes out of a zip, found through its central directory (APPNOTE.TXT 4.3.12, 4.3.16). */
async function* zipMember(archive: Buffer, member: string): AsyncGenerator<Buffer> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end === -1) throw invalid("is no zip");
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    if (archive.readUInt32LE(at) !== 0x02014b50) break;
    const nameLength = archive.readUInt16LE(at + 28);
    const isRegular = ((archive.readUInt32LE(at + 38) >>> 16) & 0o170000 & ~0o100000) === 0;
    if (isRegular && archive.toString("utf8", at + 46, at + 46 + nameLength) === member) {
      yield* zipContent(archive, at, member);
      return;
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  throw invalid(`holds no file ${member}`);
}

async function* zipContent(archive: Buffer, entry: number, member: string): AsyncGenerator<Buffer> {
  const method = archive.readUInt16LE(entry + 10);
  const packed = archive.readUInt32LE(entry + 20);
  const size = archive.readUInt32LE(entry + 24);
  const local = archive.readUInt32LE(entry + 42);
  if (size === 0 || size > MAX_BINARY) throw invalid(`holds a file ${member} of ${size} bytes`);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + packed);
  if (bytes.length !== packed || (method !== 0 && method !== 8)) throw invalid("is damaged");
  const content = Readable.from(slices(bytes));
  let written = 0;
  for await (const piece of method === 0 ? content : content.pipe(createInflateRaw())) {
    written += (piece as Buffer).length;
    if (written > size) throw invalid("is damaged");
    yield piece as Buffer;
  }
  if (written !== size) throw invalid("is cut off");
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}
