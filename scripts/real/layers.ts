import { createHash } from "node:crypto";
import { linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileSha256 } from "../setup/tools.ts";
import { must } from "./command.ts";

/** One entry of the image's history, and the files that it made, packed as a tar. */
export interface RealLayer {
  readonly createdBy: string;
  readonly comment?: string;
  /** Absent: an instruction that makes no layer. */
  readonly tar?: string;
}

/** Overlayfs marks a removed file by a device with the number 0; a layer does so by an empty file with this prefix. */
const WHITEOUT = ".wh.";

function markRemoved(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) markRemoved(path);
    else if (entry.isCharacterDevice() && lstatSync(path).rdev === 0) {
      rmSync(path);
      writeFileSync(join(folder, `${WHITEOUT}${entry.name}`), "");
    }
  }
}

/** Packs the folder's content as a layer, without times. Names begin without `./`, as Docker writes them. */
export async function packLayer(folder: string, path: string): Promise<void> {
  markRemoved(folder);
  const names = readdirSync(folder).sort();
  const fixed = ["--sort=name", "--mtime=@0", "--numeric-owner", "--format=gnu"];
  await must("tar", [...fixed, "-C", folder, "-cf", path, ...(names.length > 0 ? names : ["-T", "/dev/null"])]);
}

export interface SavedImage {
  readonly tag: string;
  readonly layers: readonly RealLayer[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** Writes what `docker save TAG` would write, without reading the layers into memory. */
export async function saveLayers(path: string, { tag, layers, config }: SavedImage): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const folder = mkdtempSync(join(dirname(path), "saving-"));
  try {
    const digests: string[] = [];
    for (const { tar } of layers) {
      if (tar === undefined) continue;
      const digest = await fileSha256(tar);
      digests.push(digest);
      mkdirSync(join(folder, digest), { recursive: true });
      linkSync(tar, join(folder, digest, "layer.tar"));
    }
    const created = "2026-01-02T03:04:05Z";
    const image = JSON.stringify({
      architecture: "amd64",
      os: "linux",
      created,
      config,
      rootfs: { type: "layers", diff_ids: digests.map((digest) => `sha256:${digest}`) },
      history: layers.map(({ createdBy, comment, tar }) => ({
        created,
        created_by: createdBy,
        ...(comment && { comment }),
        ...(tar === undefined && { empty_layer: true }),
      })),
    });
    const name = `${createHash("sha256").update(image).digest("hex")}.json`;
    writeFileSync(join(folder, name), image);
    const Layers = digests.map((digest) => `${digest}/layer.tar`);
    writeFileSync(join(folder, "manifest.json"), JSON.stringify([{ Config: name, RepoTags: [tag], Layers }]));
    const fresh = `${path}.part`;
    const members = [name, "manifest.json", ...digests];
    await must("tar", ["--sort=name", "--mtime=@0", "--numeric-owner", "-C", folder, "-cf", fresh, ...members]);
    renameSync(fresh, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
