import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { discovered } from "./discovered.ts";

const folder = temporaryFolder("discovery-list");
const world = testWorld(folder.path);
afterAll(() => folder.remove());

const DIGEST = `sha256:${"a".repeat(64)}`;

function list(content: string | Buffer) {
  writeFileSync(join(world.workspace, "images.txt"), content);
  return discovered(["file:images.txt"], world);
}

test("a list has one image a line, with comments, a byte order mark and lines of Windows", async () => {
  const { images, sources } = await list(
    `\ufeff# what we run\r\n\r\n  nginx:1.27 # the proxy\r\n\tghcr.io/acme/app@${DIGEST}\t#by digest\r\nalpine\r\n`,
  );
  expect(images).toEqual([
    { reference: "nginx:1.27", at: { source: "file:images.txt", name: "line 3" } },
    { reference: `ghcr.io/acme/app@${DIGEST}`, digest: DIGEST, at: { source: "file:images.txt", name: "line 4" } },
    { reference: "alpine", at: { source: "file:images.txt", name: "line 5" } },
  ]);
  expect(sources).toEqual([{ source: "file:images.txt", images: 3, notes: [] }]);
});

test("a list in UTF-16, as PowerShell writes it, is read", async () => {
  const { images } = await list(Buffer.from("\ufeffnginx:1\r\nredis:7\r\n", "utf16le"));
  expect(images.map(({ reference }) => reference)).toEqual(["nginx:1", "redis:7"]);
});

test("an image that is twice is found twice", async () => {
  expect((await list("nginx\nnginx\n")).images).toHaveLength(2);
});

test("a bad line is an error with its number, and the other lines count all the same", async () => {
  const { images, sources } = await list("nginx\nhttps://ghcr.io/acme/app\nredis alpine\n-v\nredis\n");
  expect(images.map(({ reference }) => reference)).toEqual(["nginx", "redis"]);
  expect(sources[0]?.error?.code).toBe("discovery-reference-invalid");
  expect(sources[0]?.error?.what).toBe(
    'images.txt, line 2: "https://ghcr.io/acme/app" is not an image reference. Also: ' +
      'images.txt, line 3: "redis alpine" is not an image reference; images.txt, line 4: "-v" is not an image reference',
  );
});

// Proves: no-input-shows-login
test("a login in a line is not repeated by its error", async () => {
  const lines = ["u:hushHush42@ghcr.io/acme/app", "https://hushHush42@ghcr.io/acme/app", "hushHush42@ghcr.io/acme/app"];
  const { sources } = await list(lines.join("\n"));
  expect(sources[0]?.error?.what).toContain('images.txt, line 1: "***@ghcr.io/acme/app" is not an image reference');
  expect(JSON.stringify(sources)).not.toContain("hushHush42");
});

// Proves: image-runs-not-left
test("a list with no image is an error, and so is one of comments alone", async () => {
  for (const content of ["", "# nothing\n"]) {
    expect((await list(content)).sources[0]?.error?.code).toBe("discovery-no-image");
  }
});

// Proves: list-images-takes-no
test("a list that is not there, or leads out of the workspace, fails alone: the others are read", async () => {
  mkdirSync(join(folder.path, "elsewhere"), { recursive: true });
  writeFileSync(join(folder.path, "elsewhere", "secret.txt"), "nginx\n");
  symlinkSync(join(folder.path, "elsewhere", "secret.txt"), join(world.workspace, "link.txt"));
  writeFileSync(join(world.workspace, "good.txt"), "nginx\n");
  const { images, sources } = await discovered(
    ["file:missing.txt", "file:link.txt", "file:.", "file:../elsewhere/secret.txt", "file:good.txt"],
    world,
  );
  expect(sources.map(({ error }) => error?.code)).toEqual([
    "file-missing",
    "file-outside-workspace",
    "file-not-regular",
    "file-outside-workspace",
    undefined,
  ]);
  expect(images).toHaveLength(1);
});

test("a list of more images than are read ends in an error that says how many are", async () => {
  const { images, sources } = await list("nginx\n".repeat(20_001));
  expect(images).toHaveLength(20_000);
  expect(sources[0]?.error).toMatchObject({
    code: "discovery-too-large",
    what: "The source names more than 20000 images",
  });
});
