import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { ImageFault } from "../../src/images/fault.ts";
import { acquiredLayout, acquiredTar } from "../support/images/acquired.ts";
import { classicDocker, crane, entriesOf, hex, modernDocker, podman } from "../support/images/image-files.ts";
import { clean } from "../support/images/images.ts";
import { buildImage, type Image, writeLayout } from "../support/images/oci.ts";
import { type TarEntry, tar } from "../support/images/tar.ts";
import { fuzz } from "../support/runs/fuzz.ts";
import { sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("image-fuzz");

const path = join(folder.path, "image.tar");
const image = (): Image =>
  buildImage([
    { createdBy: "a", files: [{ path: "a", data: "a" }] },
    { createdBy: "b", files: [] },
  ]);

/** The id of the image, or undefined for an expected refusal. Anything else fails the test. */
async function idOf(bytes: Buffer): Promise<string | undefined> {
  writeFileSync(path, bytes);
  return withoutRefusal(acquiredTar(path));
}

async function withoutRefusal(work: Promise<{ imageId: string }>): Promise<string | undefined> {
  try {
    return (await work).imageId;
  } catch (error) {
    if (error instanceof ImageFault || /^Z/.test((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}

const archives = [classicDocker, modernDocker, podman, crane, (one: Image) => modernDocker(one, "zstd")].map((make) =>
  entriesOf(make(image())),
);
const own = `sha256:${hex(image().config)}`;

describe("a random tar", () => {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255) });
  fuzz(
    "of changed bytes is the image that it was, or refused",
    fc.tuple(fc.constantFrom(...archives), fc.array(change, { minLength: 1, maxLength: 3 })),
    async ([entries, changes]) => {
      const bytes = tar(entries);
      for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
      expect([own, undefined]).toContain(await idOf(bytes));
    },
  );

  const other = clean();
  const both = [image(), other].flatMap((each) => [
    ...entriesOf(classicDocker(each)),
    ...entriesOf(modernDocker(each)),
  ]);
  const spelling = fc.constantFrom<(name: string) => string>(
    (name) => name,
    (name) => `./${name}`,
    (name) => name.replace("/", "//"),
  );
  const member = fc.tuple(fc.constantFrom(...both), spelling, fc.option(fc.constantFrom(...both), { freq: 12 }));
  const contentOf = ({ data, link }: TarEntry) => String(data ?? link);
  // Proves: tar-one-image
  fuzz(
    "of two images' members, in any order and spelling, is one of them; a name with two contents is refused",
    fc.tuple(fc.array(member, { maxLength: 6 }), fc.constantFrom(...archives)),
    async ([more, whole]) => {
      const members = more.map(
        ([entry, spell, content]): TarEntry => ({
          ...entry,
          ...(content && { data: content.data ?? "" }),
          path: spell(entry.path),
        }),
      );
      const id = await idOf(tar([...members, ...whole]));
      expect([own, `sha256:${hex(other.config)}`, undefined]).toContain(id);
      const contents = new Map(whole.map((each) => [each.path, contentOf(each)]));
      const isTwofold = members.some((each) => {
        const known = contents.get(each.path.replace(/^\.\//, "").replace("//", "/"));
        return known !== undefined && known !== contentOf(each) && !each.path.endsWith("/");
      });
      if (isTwofold) expect(id).toBeUndefined();
    },
  );

  fuzz("of random blocks is refused", fc.uint8Array({ maxLength: 4096 }), async (bytes) => {
    expect(await idOf(Buffer.from(bytes))).toBeUndefined();
  });
});

describe("a random layout", () => {
  const one = image();
  const at = join(folder.path, "layout");
  const request = { location: at, roots: [] };
  writeLayout(at, one);
  const blobs = fc.constantFrom(...one.blobs.keys());
  // Proves: so-meant-layout
  fuzz(
    "of one changed byte is refused: each of its blobs is bound",
    fc.record({ blob: blobs, position: fc.nat(), change: fc.integer({ min: 1, max: 255 }) }),
    async ({ blob, position, change }) => {
      const file = join(at, "blobs/sha256", blob.slice("sha256:".length));
      const bytes = Buffer.from(one.blobs.get(blob) ?? "");
      const index = position % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ change;
      expect((await acquiredLayout(request)).imageId).toBe(own);
      writeFileSync(file, bytes);
      try {
        expect(await withoutRefusal(acquiredLayout(request))).toBeUndefined();
      } finally {
        writeFileSync(file, one.blobs.get(blob) ?? "");
      }
    },
  );
});
