import { createHash, randomFillSync } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type DebianPackage, debianBase, npmPackage } from "../../__tests__/support/images/packages.ts";
import { type TarEntry, tar } from "../../__tests__/support/images/tar.ts";
import { startServerOnAnyPort } from "../../__tests__/support/programs/server-process.ts";
import { startBed } from "../../__tests__/support/runs/bed.ts";
import { finish } from "../setup/command.ts";
import { ensureRegistryPrograms } from "../setup/system.ts";
import { bareTrivy } from "./bare-trivy.ts";
import { floor } from "./floor.ts";
import { ofFloor } from "./limits.ts";
import { type Line, ratioLine } from "./line.ts";
import { type Cost, costOfChildren, inTurn } from "./measure.ts";
import { runAction } from "./profile.ts";
import { sources } from "./several-images.ts";

const LAYERS = 7;
/** Libraries of 100 kB and text of 20 kB: together with the layers 0.7 GB. */
const LIBRARIES = 600;
const LIBRARY_BYTES = 100_000;
const TEXT_MB = 40;

/** Text that several layers have, each under its own name; a packed layer shows nothing of another. */
function layer(at: number, text: readonly TarEntry[]): Buffer {
  const packages = Array.from({ length: 400 }, (_, number): DebianPackage => [`bulk-${number}-0`, "1.0-1"]);
  const data = Buffer.alloc(LIBRARY_BYTES, "a line of a library\n");
  const libraries = Array.from({ length: LIBRARIES }, (_, number): TarEntry => {
    const content = Buffer.from(data);
    randomFillSync(content, 0, LIBRARY_BYTES / 2);
    return { path: `opt/${at}/lib/${number}.so`, data: content };
  });
  const modules = Array.from({ length: 400 }, (_, number) =>
    npmPackage(`p${at}-${number}`, "1.0.0", `opt/${at}/modules`),
  );
  const own = text.map((entry) => ({ ...entry, path: `opt/${at}/${entry.path}` }));
  return tar([...(at === 0 ? debianBase(packages) : []), ...libraries, ...own, ...modules]);
}

const sha256 = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Debian's registry on the loopback, started as its own process. */
export async function startPlainRegistry(folder: string) {
  const programs = await ensureRegistryPrograms();
  if (!programs) throw new Error("This needs docker-registry and Skopeo; IMAGE_GATE_INSTALL=1 installs them.");
  mkdirSync(folder, { recursive: true });
  const settings = {
    version: 0.1,
    log: { accesslog: { disabled: true }, level: "info" },
    storage: { filesystem: { rootdirectory: join(folder, "registry") } },
    http: { addr: "127.0.0.1:0" },
  };
  // JSON is YAML.
  writeFileSync(join(folder, "registry.yml"), JSON.stringify(settings));
  const args = ["serve", join(folder, "registry.yml")];
  return startServerOnAnyPort(programs.dockerRegistry, args, /listening on 127\.0\.0\.1:(\d+)/);
}

async function push(at: string, repository: string, bytes: Buffer): Promise<{ digest: string; size: number }> {
  const digest = sha256(bytes);
  const begun = await fetch(`${at}/v2/${repository}/blobs/uploads/`, { method: "POST" });
  const place = new URL(begun.headers.get("location") ?? "", at);
  place.searchParams.set("digest", digest);
  const { status } = await fetch(place, { method: "PUT", body: new Uint8Array(bytes) });
  if (status !== 201) throw new Error(`the registry does not take a blob (HTTP ${status})`);
  return { digest, size: bytes.length };
}

interface LargeImage {
  readonly reference: string;
  /** Absolute path of a layout that has it unpacked. */
  readonly layout: string;
  /** Bytes of its layers. */
  readonly packed: number;
  readonly unpacked: number;
}

const LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
const CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** Pushes the image layer by layer, and writes it unpacked into a layout. */
async function pushLargeImage(host: string, layout: string): Promise<LargeImage> {
  const [at, repository] = [`http://${host}`, "acme/large"];
  const text = sources("text", TEXT_MB);
  mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
  const written = (data: Buffer) => {
    writeFileSync(join(layout, "blobs", sha256(data).replace(":", "/")), data);
    return { digest: sha256(data), size: data.length };
  };
  const manifest = { schemaVersion: 2, mediaType: MANIFEST_TYPE };
  const [packed, unpacked]: { mediaType: string; digest: string; size: number }[][] = [[], []];
  for (let index = 0; index < LAYERS; index++) {
    const data = layer(index, text);
    unpacked?.push({ mediaType: LAYER_TYPE, ...written(data) });
    packed?.push({ mediaType: `${LAYER_TYPE}+gzip`, ...(await push(at, repository, gzipSync(data, { level: 6 }))) });
  }
  const rootfs = { type: "layers", diff_ids: unpacked?.map(({ digest }) => digest) };
  const bytes = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs }));
  const config = { mediaType: CONFIG_TYPE, ...(await push(at, repository, bytes)) };
  const body = JSON.stringify({ ...manifest, config, layers: packed });
  const headers = { "content-type": MANIFEST_TYPE };
  const { status } = await fetch(`${at}/v2/${repository}/manifests/1.0`, { method: "PUT", headers, body });
  if (status !== 201) throw new Error(`the registry does not take a manifest (HTTP ${status})`);
  written(bytes);
  const own = written(Buffer.from(JSON.stringify({ ...manifest, config, layers: unpacked })));
  writeFileSync(
    join(layout, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: MANIFEST_TYPE, ...own }] }),
  );
  writeFileSync(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const sumOf = (layers: { size: number }[] = []) => layers.reduce((sum, { size }) => sum + size, 0);
  return { reference: `${host}/${repository}:1.0`, layout, packed: sumOf(packed), unpacked: sumOf(unpacked) };
}

/** The command of a user without the gate, on an image that nothing has scanned before. */
async function bare(folder: string, trivy: string, reference: string): Promise<Cost> {
  const cache = join(folder, "bare-cache");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  symlinkSync(join(folder, "tools/image-gate/db"), join(cache, "db"));
  const flags = ["--quiet", "--format=json", `--cache-dir=${cache}`, "--skip-db-update", "--scanners=vuln"];
  const quiet = ["--skip-version-check", "--disable-telemetry", "--image-src=remote", "--offline-scan"];
  const args = ["image", ...flags, ...quiet, `--output=${join(folder, "bare.json")}`, reference];
  const { result, cost } = await costOfChildren(() => finish(trivy, args, { env: { PATH: process.env.PATH } }));
  if (result.code !== 0) throw new Error(result.stderr);
  return cost;
}

/**
 * A large image from a registry on the same machine, which is faster than any real one. Then the same once more with
 * the same tool cache, where the floor is bare Trivy on the unpacked image, since nothing has to be unpacked any more.
 */
export async function* registryImageLines(parent: string): AsyncGenerator<Line> {
  const folder = join(parent, "registry-image");
  await using bed = await startBed();
  await using registry = await startPlainRegistry(join(folder, "server"));
  const image = await pushLargeImage(`127.0.0.1:${registry.port}`, join(folder, "layout"));
  const { reference, packed, unpacked } = image;
  const inputs = { ...bed.inputs, image: reference, "image-source": "remote", baseline: "none", summary: "false" };
  const gate = async () => {
    const result = await runAction({ folder, inputs: { ...inputs, cache: "true" }, timeoutMs: 300_000 });
    if (result.outputs.verdict !== "fail" && result.outputs.verdict !== "pass") throw new Error(result.log);
    return result.cost;
  };
  const trivy = bed.inputs["trivy-binary"] ?? "";
  // The first run of all fills the store with the database.
  await gate();
  const forget = () => rmSync(join(folder, "tools/image-gate/layers"), { recursive: true, force: true });
  const pulled = () => bare(folder, trivy, reference);
  const first = await inTurn(
    3,
    () => {
      forget();
      return gate();
    },
    () => floor({ trivy, checked: packed + unpacked, bare: pulled }),
  );
  const database = join(folder, "tools/image-gate/db");
  const read = () => bareTrivy({ folder, trivy, database, image: image.layout, isCold: true });
  const second = await inTurn(3, gate, () => floor({ trivy, checked: unpacked, bare: read }));
  const words = "a registry image of 0.7 GB in 7 layers";
  yield* [
    ratioLine(`${words}: whole action ÷ floor, from the loopback`, first, ofFloor(1.3)),
    ratioLine(`${words}, seen before by the same tool cache ÷ floor of what is unpacked`, second, ofFloor(1.8)),
  ];
}
