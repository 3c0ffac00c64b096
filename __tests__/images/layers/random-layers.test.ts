import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, posix, relative } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ImageFault } from "../../../src/images/fault.ts";
import { gemspec, inventoryOf, metadata, packageJson } from "../../support/images/layers.ts";
import { apkStanza } from "../../support/images/packages.ts";
import type { TarEntry } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";
import { fuzz } from "../../support/runs/fuzz.ts";

// Random layers are unpacked by a simple engine onto a real file system, one over the other, and what is there then is
// compared with the inventory. The system, not the code under test, follows links and replaces files. The engine does
// what Docker, containerd and Podman do for overlayfs: each layer has its own folder. There, a removal is a device
// of the removed name, and an attribute makes a folder opaque. Here, these and devices are files that no member can
// name.

const FOLDERS = [
  "a",
  "a/b",
  "c",
  "d",
  "c/specifications",
  "a/p.dist-info",
  "lib/apk/db",
  ".wh.a",
  `d/${"long".repeat(30)}`,
];
const NAMES = ["package.json", "METADATA", "g.gemspec", "installed", "blob", "x"];
const REMOVED = "\u0001removed ";
const DEVICE = "\u0001device ";
const OPAQUE = "\u0001opaque";

const path = fc
  .tuple(fc.constantFrom(...FOLDERS), fc.constantFrom(...NAMES))
  .map(([folder, name]) => `${folder}/${name}`);
const content = fc
  .tuple(fc.constantFrom("node", "python", "ruby", "apk", "text"), fc.integer({ min: 1, max: 9 }))
  .map(([kind, number]) => {
    if (kind === "node") return packageJson(`n${number}`);
    if (kind === "python") return metadata(`p${number}`);
    if (kind === "ruby") return gemspec(`g${number}`);
    return kind === "apk" ? `${apkStanza(`k${number}`, "1.0.0", "k")}\n` : `text ${number}`;
  });

const anything = fc.oneof(path, fc.constantFrom(...FOLDERS));
const inFolder = (name: string) =>
  fc.constantFrom(...FOLDERS).map((folder): TarEntry => ({ path: `${folder}/${name}` }));
const removal = anything.map((each): TarEntry => ({ path: join(dirname(each), `.wh.${basename(each)}`) }));
const plainMember: fc.Arbitrary<TarEntry> = fc.oneof(
  { weight: 9, arbitrary: fc.tuple(path, content).map(([each, data]): TarEntry => ({ path: each, data })) },
  { weight: 2, arbitrary: fc.tuple(path, path).map(([each, link]): TarEntry => ({ path: each, link, type: "1" })) },
  { weight: 2, arbitrary: fc.tuple(anything, anything).map(([each, to]) => symlink(each, to)) },
  { weight: 1, arbitrary: fc.constantFrom(...FOLDERS).map((folder): TarEntry => ({ path: `${folder}/` })) },
  { weight: 1, arbitrary: removal },
  { weight: 1, arbitrary: fc.oneof(inFolder(".wh..wh..opq"), fc.constant({ path: ".wh..wh..opq" })) },
  {
    weight: 1,
    arbitrary: fc.tuple(anything, fc.constantFrom("3", "4", "6")).map(([at, type]) => ({ path: at, type })),
  },
);
/** Another spelling of the same path. */
const FORMS: readonly ((path: string) => string)[] = [
  (each) => `./${each}`,
  (each) => `/${each}`,
  (each) => each.replaceAll("/", "//"),
  (each) => `../a/./../${each}`,
  (each) => each.replace("/", "/none/../"),
];
const member = fc.oneof(
  { weight: 4, arbitrary: plainMember },
  {
    weight: 1,
    arbitrary: fc
      .tuple(plainMember, fc.constantFrom(...FORMS))
      .map(([one, form]) => ({ ...one, path: form(one.path) })),
  },
);
const layers = fc.array(fc.array(member, { minLength: 2, maxLength: 9 }), { minLength: 1, maxLength: 4 });

function symlink(at: string, to: string): TarEntry {
  return { path: at, link: relative(dirname(at), to) || "." };
}

/** A link leads out of the layer's folder, which is not its root. */
class Outside extends Error {}

/**
 * Unpacks members one after the other into a folder for the layer alone. Members that no engine can unpack are left
 * out: also a removal after an entry of the same layer, and an entry in a folder that is removed.
 */
function unpack(members: readonly TarEntry[], root: string): TarEntry[] {
  mkdirSync(root);
  return members.filter((member) => {
    const { path: name, link, type } = member;
    const at = join(root, posix.normalize(`/${name}`)).replace(/\/$/, "");
    if (!isPossible(dirname(at), root)) return false;
    const target = type === "1" ? join(root, link ?? "") : undefined;
    if (target !== undefined && !isFileToLink(target, at, root)) return false;
    if (basename(at).startsWith(".wh.")) return remove(at);
    write(member, at, target);
    return true;
  });
}

function write({ path: name, data, link, type }: TarEntry, at: string, hardLinkTo: string | undefined): void {
  const isFolder = name.endsWith("/");
  mkdirSync(dirname(at), { recursive: true });
  for (const mark of [REMOVED, DEVICE]) rmSync(marked(mark, at), { force: true });
  const before = lstatSync(at, { throwIfNoEntry: false });
  if (before && !(before.isDirectory() && isFolder)) rmSync(at, { recursive: true });
  if (isFolder) mkdirSync(at, { recursive: true });
  else if (hardLinkTo !== undefined) linkSync(hardLinkTo, at);
  else if (link !== undefined) symlinkSync(link, at);
  else writeFileSync(type === "3" || type === "4" ? marked(DEVICE, at) : at, data ?? "");
}

const marked = (mark: string, at: string) => join(dirname(at), `${mark}${basename(at)}`);

/** Records what a member removes. False: the layer already has an entry of that name, or removes it already. */
function remove(at: string): boolean {
  const removed = join(dirname(at), basename(at).slice(".wh.".length));
  const isOpaque = basename(at) === ".wh..wh..opq";
  const mark = marked(REMOVED, removed);
  if (!isOpaque && (existsSync(mark) || lstatSync(removed, { throwIfNoEntry: false }))) return false;
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(isOpaque ? join(dirname(at), OPAQUE) : mark, "");
  return true;
}

/** True if the folder is there or can be made. */
function isPossible(folder: string, root: string): boolean {
  try {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) {
      const isTaken = [REMOVED, DEVICE].some((mark) => existsSync(marked(mark, folder)));
      return !isTaken && isPossible(dirname(folder), root);
    }
    return inside(realpathSync(folder), root) && statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

/** A link can be made neither to a folder nor to an entry that it replaces. */
function isFileToLink(target: string, at: string, root: string): boolean {
  if (!isPossible(dirname(target), root) || !existsSync(dirname(target))) return false;
  const stat = lstatSync(target, { throwIfNoEntry: false });
  const real = (path: string) => join(realpathSync(dirname(path)), basename(path));
  return stat !== undefined && !stat.isDirectory() && !(existsSync(dirname(at)) && inside(real(target), real(at)));
}

const inside = (each: string, root: string) => each === root || each.startsWith(`${root}/`);

/**
 * Puts what one layer has over what the layers below made, as overlayfs shows it: the root is never opaque. Devices are
 * not there, as for an engine without a superuser's rights, which shows what they would hide.
 */
function put(upper: string, lower: string, isRoot = false): void {
  const names = readdirSync(upper);
  if (!isRoot && names.includes(OPAQUE))
    for (const name of readdirSync(lower)) rmSync(join(lower, name), { recursive: true });
  for (const name of names)
    if (name.startsWith(REMOVED)) rmSync(join(lower, name.slice(REMOVED.length)), { recursive: true, force: true });
  for (const name of names) {
    if (/^\u0001/.test(name)) continue;
    const [from, to] = [join(upper, name), join(lower, name)];
    const isBoth = [from, to].every((each) => lstatSync(each, { throwIfNoEntry: false })?.isDirectory());
    if (isBoth) put(from, to);
    else {
      rmSync(to, { recursive: true, force: true });
      if (lstatSync(from).isDirectory()) {
        mkdirSync(to);
        put(from, to);
      } else renameSync(from, to);
    }
  }
}

/** All paths in the file system, including paths through links to folders with packages. */
function* walk(folder: string, root: string, depth = 0): Generator<string> {
  for (const name of readdirSync(folder)) {
    const at = join(folder, name);
    const isTelling = /\/(?:specifications|p\.dist-info|lib|lib\/apk|lib\/apk\/db)$/.test(at.slice(root.length));
    const isLink = lstatSync(at).isSymbolicLink();
    const target = isLink && !existsSync(at) ? undefined : realpathSync(at);
    if (target === undefined) continue;
    if (!inside(target, root)) throw new Outside();
    if (statSync(at).isFile()) yield at;
    else if (!isLink || (isTelling && depth < 3)) yield* walk(at, root, isLink ? depth + 1 : depth);
  }
}

/** The packages of a file by its path and its content. */
function packageOf(name: string, text: string): string | undefined {
  if (name.endsWith("/package.json")) return /"name":"(n\d)"/.exec(text)?.[1];
  if (/\.dist-info\/(?:.*\/)?METADATA$/.test(name)) return /^Name: (p\d)$/m.exec(text)?.[1];
  if (/\/specifications\/(?:.*\/)?g\.gemspec$/.test(name)) return /s\.name = "(g\d)"/.exec(text)?.[1];
  return name === "lib/apk/db/installed" ? /^P:(k\d)$/m.exec(text)?.[1] : undefined;
}

/** Packages of the files below a folder. */
function packagesIn(root: string): Set<string> {
  const found = new Set<string>();
  for (const at of walk(root, root)) {
    const name = packageOf(at.slice(root.length + 1), readFileSync(at, "utf8"));
    if (name !== undefined) found.add(name);
  }
  return found;
}

/**
 * Unpacks layers as engines do without overlayfs (vfs, btrfs): into one folder. Links of layers below are followed, and
 * what is removed is gone at once.
 * @returns the packages; nothing if a member cannot be unpacked, or a link leads out
 */
function packagesWithoutOverlay(all: readonly (readonly TarEntry[])[]): Set<string> | undefined {
  using folder = temporaryFolder("random");
  const root = join(folder.path, "one/two/three/four/root");
  mkdirSync(root, { recursive: true });
  try {
    return all.every((members) => unpackOver(members, root)) ? packagesIn(root) : undefined;
  } catch (error) {
    if (error instanceof Outside) return undefined;
    throw error;
  }
}

function unpackOver(members: readonly TarEntry[], root: string): boolean {
  const unpacked: string[] = [];
  return members.every((member) => {
    const { path: name, link, type } = member;
    const at = join(root, posix.normalize(`/${name}`)).replace(/\/$/, "");
    const target = type === "1" ? join(root, link ?? "") : undefined;
    if (!isPossible(dirname(at), root) || (target !== undefined && !isFileToLink(target, at, root))) return false;
    mkdirSync(dirname(at), { recursive: true });
    const real = join(realpathSync(dirname(at)), basename(at));
    if (basename(at) === ".wh..wh..opq") {
      for (const below of readdirSync(dirname(real)).map((each) => join(dirname(real), each)))
        if (!unpacked.some((each) => inside(each, below))) rmSync(below, { recursive: true });
    } else if (!basename(at).startsWith(".wh.")) {
      write(member, real, target);
      unpacked.push(real);
    } else rmSync(join(dirname(real), basename(at).slice(4)), { recursive: true, force: true });
    return true;
  });
}

/** Unpacks the layers as far as possible, and finds the packages in the result. */
function truthOf(all: readonly (readonly TarEntry[])[]): { unpacked: TarEntry[][]; found: Set<string> } {
  using folder = temporaryFolder("random");
  const root = join(folder.path, "one/two/three/four/root");
  mkdirSync(root, { recursive: true });
  const unpacked = all.map((members, index) => {
    const upper = join(folder.path, `one/two/three/four/layer-${index}`);
    const possible = unpack(members, upper);
    put(upper, root, true);
    return possible;
  });
  return { unpacked, found: packagesIn(root) };
}

let compared = 0;

/** Compares, unless a link leads out. */
async function compare(all: readonly (readonly TarEntry[])[]): Promise<void> {
  try {
    const { unpacked, found } = truthOf(all);
    const { entries } = await inventoryOf(...unpacked).catch((error) => {
      // A construct that engines read differently, and no honest image has, is refused.
      if (error instanceof ImageFault && error.code === "image-inconsistent") throw new Outside();
      throw error;
    });
    if (found.size > 0) compared++;
    const namesOf = (some: typeof entries) => some.flatMap(({ packages = [] }) => packages.map(({ name }) => name));
    const known = new Set(namesOf(entries));
    const missing = [...found, ...(packagesWithoutOverlay(unpacked) ?? [])].filter((name) => !known.has(name));
    expect(missing).toEqual([]);
    // A file whose path leads through a link may count although a later member replaces it at the link's target.
    const links = unpacked.flat().filter(({ link, type }) => link !== undefined && type !== "1");
    const isBehind = (at: string) =>
      links.some((each) => at.startsWith(`${posix.normalize(`/${each.path}`).slice(1)}/`));
    const stored = namesOf(entries.filter((one) => one.linkTo === undefined && !one.isDisputed && !isBehind(one.path)));
    expect(stored.filter((name) => !found.has(name))).toEqual([]);
  } catch (error) {
    if (!(error instanceof Outside)) throw error;
  }
}

// Proves: layer-read-container-engines
fuzz("the inventory of random layers has the packages of the file system that they make", layers, compare, {
  leastRuns: 200,
});

test("most random layers have packages, so that the property is not empty", () => {
  expect(compared).toBeGreaterThan(25);
});
