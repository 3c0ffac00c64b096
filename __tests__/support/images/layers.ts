import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../../src/domain/coverage/inventory.ts";
import type { LayerContent } from "../../../src/images/layers/content.ts";
import type { FileBytes } from "../../../src/images/layers/inventory/file-bytes.ts";
import { readLayer } from "../../../src/images/layers/read-layer.ts";
import { resolveLayers } from "../../../src/images/layers/resolve.ts";
import { temporaryFolder } from "../runs/folder.ts";
import { type TarEntry, tar } from "./tar.ts";

/** A member of a tar, or in short: `path`, a link `path -> target`, a hard link `path => target`. */
export type ShortEntry = TarEntry | string;

/** These members as a tar has them. */
export function entriesOf(members: readonly ShortEntry[]): TarEntry[] {
  return members.map((member) => {
    if (typeof member !== "string") return member;
    const [, path = member, arrow, link] = /^(.*) ([-=])> (.*)$/.exec(member) ?? [];
    return { path, ...(link !== undefined && { link }), ...(arrow === "=" && { type: "1" }) };
  });
}

/** Reads layers of these members, or of these tars. */
export async function contentsOf(layers: readonly (readonly ShortEntry[] | Buffer)[]): Promise<LayerContent[]> {
  const folder = temporaryFolder("layers");
  try {
    const contents: LayerContent[] = [];
    for (const [index, layer] of layers.entries()) {
      const file = join(folder.path, `${index}`);
      writeFileSync(file, Buffer.isBuffer(layer) ? layer : tar(entriesOf(layer)));
      contents.push((await readLayer({ file, output: `${file}.tar` })).content);
    }
    return contents;
  } finally {
    folder.remove();
  }
}

/** The content of a file, to be inspected. */
export function fileOf(bytes: Buffer): FileBytes {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

export async function inventoryOf(...layers: (readonly ShortEntry[] | Buffer)[]): Promise<Inventory> {
  return resolveLayers(await contentsOf(layers));
}

/**
 * Each entry in a line: kind, path, layer, packages, the place of its content, its owner, and the reason why it is
 * unknown.
 */
export function linesOf({ entries }: Inventory): string[] {
  return entries.map(({ kind, path, layer, packages, linkTo, owner, unread }) =>
    [
      `${kind} ${path} (${layer})`,
      ...(packages?.map(({ name, version }) => `${name}@${version}`) ?? []),
      ...(linkTo === undefined ? [] : [`-> ${linkTo}`]),
      ...(owner === undefined ? [] : [`of ${owner}`]),
      ...(unread === undefined ? [] : [`unread: ${unread}`]),
    ].join(" "),
  );
}

export const packageJson = (name: string, version = "1.0.0"): string => JSON.stringify({ name, version });
export const metadata = (name: string, version = "1.0.0"): string =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nText\n`;
export const gemspec = (name: string, version = "1.0.0"): string =>
  `# -*- encoding: utf-8 -*-\n# stub: ${name} ${version} ruby lib\n\nGem::Specification.new do |s|\n  s.name = "${name}".freeze\n  s.version = "${version}"\nend\n`;
