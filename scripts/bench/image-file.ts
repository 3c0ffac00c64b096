import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type DebianPackage, debianBase, npmPackage } from "../../__tests__/support/images/packages.ts";
import { type TarEntry, tar } from "../../__tests__/support/images/tar.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { floor } from "./floor.ts";
import { ofFloor } from "./limits.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, inTurn } from "./measure.ts";
import { runAction } from "./profile.ts";

const LAYERS = 5;
const FILES = 1000;
/** Bytes of a file. All layers and files together have 500 MB. */
const FILE_BYTES = 100_000;
/** How a program for Linux begins: 64 bits, this byte order, executable, x86-64. */
const PROGRAM = Buffer.from("7f454c46020101000000000000000000020003e001000000", "hex").subarray(0, 20);

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Libraries, every fifth file a program, and Node's packages; all packs to about half. */
function layer(at: number): Buffer {
  const packages = Array.from({ length: 400 }, (_, number): DebianPackage => [`bulk-${number}-0`, "1.0-1"]);
  const data = Buffer.alloc(FILE_BYTES, "a line of a library\n");
  const files = Array.from({ length: FILES }, (_, number): TarEntry => {
    const content = Buffer.from(data);
    randomFillSync(content, 0, FILE_BYTES / 2);
    if (number % 5 > 0) return { path: `opt/${at}/lib/${number}.so`, data: content };
    PROGRAM.copy(content);
    return { path: `opt/${at}/bin/${number}`, data: content, mode: 0o755 };
  });
  const scripts = Array.from({ length: 400 }, (_, number) =>
    npmPackage(`p${at}-${number}`, "1.0.0", `opt/${at}/modules`),
  );
  return tar([...(at === 0 ? debianBase(packages) : []), ...files, ...scripts]);
}

/** The same image of 500 MB as a tar and as a layout, written piece by piece. */
function writeImage(folder: string): { tar: string; layout: string; packed: number } {
  const [archive, layout] = [join(folder, "app.tar"), join(folder, "layout")];
  const blobs = join(layout, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const blob = (data: Buffer) => {
    writeFileSync(join(blobs, sha256(data)), data);
    return { digest: `sha256:${sha256(data)}`, size: data.length };
  };
  const file = openSync(archive, "w");
  const member = (entry: TarEntry) => writeSync(file, tar([entry]).subarray(0, -1024));
  const names: string[] = [];
  const packed = Array.from({ length: LAYERS }, (_, at) => {
    const data = layer(at);
    names.push(`${sha256(data)}/layer.tar`);
    member({ path: names.at(-1) ?? "", data });
    return { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...blob(gzipSync(data, { level: 1 })) };
  });
  const diffIds = names.map((name) => `sha256:${name.slice(0, 64)}`);
  const rootfs = { type: "layers", diff_ids: diffIds };
  const config = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs }));
  member({ path: `${sha256(config)}.json`, data: config });
  member({
    path: "manifest.json",
    data: JSON.stringify([{ Config: `${sha256(config)}.json`, RepoTags: [], Layers: names }]),
  });
  writeSync(file, Buffer.alloc(1024));
  closeSync(file);
  const manifest = {
    schemaVersion: 2,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...blob(config) },
  };
  const image = blob(Buffer.from(JSON.stringify({ ...manifest, layers: packed })));
  const entry = { mediaType: "application/vnd.oci.image.manifest.v1+json", ...image };
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  writeFileSync(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  return { tar: archive, layout, packed: packed.reduce((sum, { size }) => sum + size, 0) };
}

/** A tar and a layout of the same image, brought in and scanned, against the floor. */
export async function* imageFileLines(parent: string): AsyncGenerator<Line> {
  await using bed = await startBed();
  const folder = join(parent, "image-file");
  const { packed, ...images } = writeImage(folder);
  const unpacked = statSync(images.tar).size;
  const trivy = bed.inputs["trivy-binary"] ?? "";
  for (const [what, image] of Object.entries(images)) {
    const inputs = { ...bed.inputs, image, baseline: "none", summary: "false", cache: "false" };
    const gate = async (): Promise<Cost> => {
      const result = await runAction({ folder, inputs, timeoutMs: 300_000 });
      if (result.outputs.verdict === "error" || result.outputs.verdict === undefined) throw new Error(result.log);
      return result.cost;
    };
    await gate();
    const database = join(folder, "tools/image-gate/db");
    const bare = (): Cost => bareTrivy({ folder, trivy, database, image, isCold: true });
    const checked = what === "tar" ? unpacked : packed + unpacked;
    const compared = await inTurn(3, gate, () => floor({ trivy, checked, bare }));
    yield ratioLine(`${what} of 500 MB: whole action ÷ floor`, compared, ofFloor(1.6));
  }
}
