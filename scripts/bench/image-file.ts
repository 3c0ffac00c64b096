import { createHash, randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { testWorld } from "../../__tests__/scanners/trivy/world.ts";
import { startBed } from "../../__tests__/support/bed.ts";
import { type DebianPackage, debianBase, npmPackage } from "../../__tests__/support/packages.ts";
import { scanWith } from "../../__tests__/support/scans.ts";
import { type TarEntry, tar } from "../../__tests__/support/tar.ts";
import { readInputs } from "../../src/actions/gate/inputs.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { inTurn, type Line, type line } from "./measure.ts";

const LAYERS = 5;
const FILES = 1000;
/** Together with the layers and files 500 MB. */
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
function writeImage(folder: string): { tar: string; layout: string } {
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
  return { tar: archive, layout };
}

/** What checking a tar and a layout beside the scan costs: the scan as the gate makes it against bare Trivy's. */
export async function imageFileLines(
  folder: string,
  asLine: typeof line,
  times: (value: number) => string,
): Promise<Line[]> {
  await using bed = await startBed();
  const images = writeImage(folder);
  const world = testWorld(join(folder, "image-file"));
  const at = { ...world, toolCache: join(folder, "image-file-tools") };
  const trivy = { path: bed.inputs["trivy-binary"] ?? "", version: "0.76.0", origin: "given binary" } as const;
  const lines: Line[] = [];
  for (const [what, image] of Object.entries(images)) {
    const given = Object.entries({ ...bed.inputs, image, cache: "false" });
    const inputs = readInputs(Object.fromEntries(given.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])));
    const scan = async (): Promise<number> => {
      const began = performance.now();
      const { outcomes } = await scanWith(inputs, trivy, at);
      if (outcomes.some((outcome) => "error" in outcome)) throw new Error(JSON.stringify(outcomes));
      return performance.now() - began;
    };
    await scan();
    const bare = (): number => {
      rmSync(join(folder, "bare-cache/fanal"), { recursive: true, force: true });
      return bareTrivy({ folder, trivy: trivy.path, database: join(folder, "image-file-tools/image-gate/db"), image });
    };
    const { ratio } = await inTurn(5, scan, bare);
    lines.push(asLine(`${what} of 500 MB, each byte checked beside the scan ÷ bare Trivy`, ratio, 1.15, times));
  }
  return lines;
}
