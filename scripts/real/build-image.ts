import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../setup/lock.ts";
import { cacheFolder } from "../setup/tools.ts";
import { must } from "./command.ts";
import { packLayer, type RealLayer, saveLayers } from "./layers.ts";

/** The folder of genuine images and of the files that they are made from. */
export const REAL: string = join(cacheFolder, "real");

/** One instruction of a genuine image. */
export interface RealStep {
  readonly createdBy: string;
  /** BuildKit's mark, if BuildKit would have written the entry. */
  readonly comment?: string;
  /** Other inputs of the files than {@link createdBy} and the steps before; a changed text makes them again. */
  readonly recipe?: string;
  /**
   * Makes the files.
   * @param root the image's file system so far, to write into
   * @param kept a folder for what later parts of the script want to know
   */
  readonly make?: (root: string, kept: string) => Promise<void>;
}

export interface RealImage {
  /** File name without ending. */
  readonly name: string;
  readonly title: string;
  readonly tag: string;
  /** The image after `FROM` in its Dockerfile. */
  readonly base: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly steps: readonly RealStep[];
}

/** A built image: its tar, and what its steps kept. */
export interface BuiltImage {
  readonly image: RealImage;
  readonly tar: string;
  readonly kept: readonly string[];
}

/** An instruction as BuildKit writes it. */
export const buildkit = (createdBy: string, more: Partial<RealStep> = {}): RealStep => ({
  createdBy: `${createdBy} # buildkit`,
  comment: "buildkit.dockerfile.v0",
  ...more,
});

/** A `RUN` whose command runs within the image, as Docker does it. */
export const run = (command: string): RealStep =>
  buildkit(`RUN /bin/sh -c ${command}`, { make: (root) => inside(root, command) });

/** Runs a shell command within the file system, with this machine's way to the network. */
async function inside(root: string, command: string): Promise<void> {
  const resolver = join(root, "etc/resolv.conf");
  const had = existsSync(resolver);
  copyFileSync("/etc/resolv.conf", resolver);
  const places = ["proc", "dev"].map((name) => join(root, name));
  const env = {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    DEBIAN_FRONTEND: "noninteractive",
  };
  for (const place of places) {
    mkdirSync(place, { recursive: true });
    await must("mount", ["--bind", place.slice(root.length), place]);
  }
  try {
    await must("chroot", [root, "/bin/sh", "-c", command], { env });
  } finally {
    for (const place of places) await must("umount", ["--lazy", place]);
    if (!had) rmSync(resolver);
  }
}

interface MadeStep {
  readonly files: string;
  readonly tar: string;
  readonly kept: string;
}

/** Builds the image, or answers with the one built before. Each step is kept: a second run is quick. */
export async function buildReal(image: RealImage): Promise<BuiltImage> {
  const layers: RealLayer[] = [];
  const below: string[] = [];
  const kept: string[] = [];
  const key = createHash("sha256");
  for (const step of image.steps) {
    key.update(JSON.stringify([step.createdBy, step.recipe]));
    const { createdBy, comment } = step;
    if (!step.make) {
      layers.push({ createdBy, ...(comment && { comment }) });
      continue;
    }
    const made = await keptStep(step.make, key.copy().digest("hex").slice(0, 24), below);
    layers.push({ createdBy, ...(comment && { comment }), tar: made.tar });
    below.push(made.files);
    kept.push(made.kept);
  }
  const tar = join(
    REAL,
    "images",
    `${image.name}-${key.update(JSON.stringify(image.config)).digest("hex").slice(0, 12)}.tar`,
  );
  await withLock(`${tar}.lock`, async () => {
    if (!existsSync(tar)) await saveLayers(tar, { tag: image.tag, layers, config: image.config });
  });
  return { image, tar, kept };
}

async function keptStep(make: NonNullable<RealStep["make"]>, key: string, below: readonly string[]): Promise<MadeStep> {
  const folder = join(REAL, "steps", key);
  const made = { files: join(folder, "files"), tar: join(folder, "layer.tar"), kept: join(folder, "kept") };
  return withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return made;
    mkdirSync(join(REAL, "steps"), { recursive: true });
    const fresh = mkdtempSync(`${folder}-`);
    try {
      const [files, merged, work, kept] = ["files", "merged", "work", "kept"].map((name) => join(fresh, name));
      if (!files || !merged || !work || !kept) throw new Error("no folders");
      for (const each of [files, merged, work, kept]) mkdirSync(each);
      if (below.length === 0) await make(files, kept);
      else await overlaid(merged, { files, work, below }, () => make(merged, kept));
      await packLayer(files, join(fresh, "layer.tar"));
      renameSync(fresh, folder);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    return made;
  });
}

interface Overlay {
  readonly files: string;
  readonly work: string;
  readonly below: readonly string[];
}

/** While `make` runs, `merged` shows all layers; what it changes goes into `files`. */
async function overlaid(merged: string, { files, work, below }: Overlay, make: () => Promise<void>): Promise<void> {
  const lower = [...below].reverse().join(":");
  await must("mount", [
    "-t",
    "overlay",
    "overlay",
    "-o",
    `lowerdir=${lower},upperdir=${files},workdir=${work}`,
    merged,
  ]);
  try {
    await make();
  } finally {
    await must("umount", [merged]);
  }
}

/** Writes files below a folder of the file system, for a `COPY`. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
