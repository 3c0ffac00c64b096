import { execFileSync } from "node:child_process";
import { crc32 } from "node:zlib";

/** A zip whose members are stored, not deflated, and dated 1980-01-01: the same files give the same bytes. */
export function zip(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const body: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = Buffer.from(content as string);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(0x21, 12);
    local.writeUInt32LE(crc32(data), 14);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(data.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(20, 4);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(offset, 42);
    body.push(local, name, data);
    directory.push(central, name);
    offset += local.length + name.length + data.length;
  }
  const count = Object.keys(files).length;
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...body, central, end]);
}

const READ = `
import io, json, sys, zipfile
with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())) as z:
    json.dump({n: z.read(n).decode() for n in z.namelist()}, sys.stdout)
`;

/** The texts in a zip by their path, as Python reads it. */
export function membersOf(archive: Buffer): Record<string, string> {
  return JSON.parse(execFileSync("python3", ["-c", READ], { input: archive, maxBuffer: 1 << 28 }).toString());
}
