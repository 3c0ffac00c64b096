import { createHash, randomFillSync } from "node:crypto";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { startBed } from "../../__tests__/support/bed.ts";
import { type DebianPackage, debianBase, npmPackage } from "../../__tests__/support/packages.ts";
import { runAction } from "../../__tests__/support/runner.ts";
import { startServerOnAnyPort } from "../../__tests__/support/server-process.ts";
import { type TarEntry, tar } from "../../__tests__/support/tar.ts";
import { finish } from "../setup/command.ts";
import { ensureRegistryPrograms } from "../setup/system.ts";
import { inTurn, type Line, type line } from "./measure.ts";
import { sources } from "./several-images.ts";

const LAYERS = 7;
/** Libraries of 100 kB and text of 20 kB: together with the layers 0.7 GB. */
const LIBRARIES = 600;
const LIBRARY_BYTES = 100_000;
const TEXT_MB = 40;

/** Text that several layers have, each under a name of its own; a packed layer shows nothing of another. */
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
async function startPlainRegistry(folder: string) {
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

/** Pushes the image layer by layer. @returns its reference */
async function pushLargeImage(host: string): Promise<string> {
  const [at, repository] = [`http://${host}`, "acme/large"];
  const text = sources("text", TEXT_MB);
  const layers: { mediaType: string; digest: string; size: number }[] = [];
  const diffIds: string[] = [];
  for (let index = 0; index < LAYERS; index++) {
    const data = layer(index, text);
    diffIds.push(sha256(data));
    const packed = await push(at, repository, gzipSync(data, { level: 6 }));
    layers.push({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...packed });
  }
  const rootfs = { type: "layers", diff_ids: diffIds };
  const config = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs }));
  const mediaType = "application/vnd.oci.image.manifest.v1+json";
  const described = { mediaType: "application/vnd.oci.image.config.v1+json", ...(await push(at, repository, config)) };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config: described, layers });
  const headers = { "content-type": mediaType };
  const { status } = await fetch(`${at}/v2/${repository}/manifests/1.0`, { method: "PUT", headers, body: manifest });
  if (status !== 201) throw new Error(`the registry does not take a manifest (HTTP ${status})`);
  return `${host}/${repository}:1.0`;
}

/** What a user without the gate would run on an image that nothing has seen. In milliseconds. */
async function bare(folder: string, trivy: string, reference: string): Promise<number> {
  const cache = join(folder, "bare-cache");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  symlinkSync(join(folder, "tools/image-gate/db"), join(cache, "db"));
  const flags = ["--quiet", "--format=json", `--cache-dir=${cache}`, "--skip-db-update", "--scanners=vuln"];
  const quiet = ["--skip-version-check", "--disable-telemetry", "--image-src=remote", "--offline-scan"];
  const args = ["image", ...flags, ...quiet, `--output=${join(folder, "bare.json")}`, reference];
  const began = performance.now();
  const { code, stderr } = await finish(trivy, args, { env: { PATH: process.env.PATH } });
  if (code !== 0) throw new Error(stderr);
  return performance.now() - began;
}

/**
 * A large image from a registry on the same machine, which is faster than any real one: the whole action against bare Trivy. Then the
 * same image once more with the same tool cache, against bare Trivy that has never seen it.
 */
export async function registryImageLines(
  parent: string,
  asLine: typeof line,
  times: (value: number) => string,
): Promise<Line[]> {
  const folder = join(parent, "registry-image");
  await using bed = await startBed();
  await using registry = await startPlainRegistry(join(folder, "server"));
  const image = await pushLargeImage(`127.0.0.1:${registry.port}`);
  const common = { ...bed.inputs, image, "image-source": "remote", baseline: "none", summary: "false" };
  const gate = async (cache: "true" | "false") => {
    const result = await runAction({ folder, inputs: { ...common, cache }, timeoutMs: 300_000 });
    if (result.outputs.verdict !== "fail" && result.outputs.verdict !== "pass") throw new Error(result.log);
    return result.milliseconds;
  };
  const trivy = bed.inputs["trivy-binary"] ?? "";
  // The first run of all fills the store with the database.
  await gate("true");
  const forget = () => rmSync(join(folder, "tools/image-gate/layers"), { recursive: true, force: true });
  const first = await inTurn(
    5,
    () => {
      forget();
      return gate("true");
    },
    () => bare(folder, trivy, image),
  );
  await gate("true");
  const second = await inTurn(
    5,
    () => gate("true"),
    () => bare(folder, trivy, image),
  );
  const words = "a registry image of 0.7 GB in 7 layers";
  return [
    asLine(`${words}: whole action ÷ bare Trivy from the loopback`, first.ratio, 1.25, times),
    asLine(`${words}, seen before by the same tool cache ÷ bare Trivy`, second.ratio, 0.5, times),
  ];
}
