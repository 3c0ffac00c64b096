import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { ImageFault } from "../../../src/images/fault.ts";
import { layerReader } from "../../../src/images/layers/pool.ts";
import { readLayer } from "../../../src/images/layers/read-layer.ts";
import { tar } from "../../support/images/tar.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

const folder = temporaryFolder("layers");
const reader = layerReader({ threads: 2 });
afterAll(async () => {
  await reader.close();
  folder.remove();
});

function stored(name: string, bytes: Buffer): string {
  const file = join(folder.path, name);
  writeFileSync(file, bytes);
  return file;
}

/** A layer that is too large to be read without a thread. */
const large = (version: string) =>
  tar([
    { path: "package.json", data: JSON.stringify({ name: "a", version }) },
    { path: "filling", data: Buffer.alloc(1 << 20, version) },
  ]);

test("layers that threads read are the same as those read here", async () => {
  const files = ["1.0", "2.0", "3.0", "4.0", "5.0"].map((version) => stored(version, large(version)));
  const read = await Promise.all(files.map((file) => reader.read({ file, output: `${file}.tar` })));
  expect(read).toEqual(await Promise.all(files.map((file) => readLayer({ file, output: `${file}.here` }))));
});

test("a small blob that unpacks to much is read by a thread", async () => {
  const file = stored("bomb", gzipSync(tar([{ path: "zeros", data: Buffer.alloc(32 << 20) }])));
  const output = join(folder.path, "bomb.tar");
  expect(await reader.read({ file, output })).toMatchObject({ unpackedSize: (32 << 20) + 3 * 512 });
  await expect(
    reader.read({ file, output: `${output}.second`, limits: { unpackedBytes: 1 << 20 } }),
  ).rejects.toMatchObject({
    code: "image-too-large",
  });
});

test("what is wrong with a layer is an ImageFault, also from a thread, which is used again", async () => {
  const file = stored("cut", large("1.0").subarray(0, 900_000));
  const output = join(folder.path, "cut.tar");
  for (let time = 0; time < 3; time++) {
    const error = await reader.read({ file, output }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ImageFault);
    expect(error).toMatchObject({ code: "image-damaged" });
  }
  expect(existsSync(output)).toBe(false);
  await expect(reader.read({ file: join(folder.path, "none"), output })).rejects.toMatchObject({ code: "ENOENT" });
});

test("a signal ends the reading and removes what was written", async () => {
  const zeros = gzipSync(tar([{ path: "zeros", data: Buffer.alloc(64 << 20) }]));
  const file = stored("long", Buffer.concat([gzipSync(Buffer.alloc(0)), zeros]));
  const output = join(folder.path, "long.tar");
  const stop = new AbortController();
  const reading = reader.read({ file, output }, stop.signal);
  setTimeout(() => stop.abort(new Error("stopped")), 20);
  await expect(reading).rejects.toThrow("stopped");
  expect(existsSync(output)).toBe(false);
  await expect(reader.read({ file, output }, stop.signal)).rejects.toThrow("stopped");
});

test("nothing is read after the reader is closed", async () => {
  const closed = layerReader();
  const file = stored("late", large("1.0"));
  const reading = closed.read({ file, output: `${file}.tar` });
  await closed.close();
  await expect(reading).rejects.toThrow("no more");
  await expect(closed.read({ file, output: `${file}.tar` })).rejects.toThrow("no more");
});
