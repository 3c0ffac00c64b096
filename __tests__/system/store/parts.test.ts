import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hasParts, partsOf } from "../../../src/system/store/parts.ts";
import { temporaryFolder } from "../../support/folder.ts";

const folder = temporaryFolder("parts");
afterAll(() => folder.remove());

let count = 0;
function file(bytes: Buffer | string): string {
  const path = join(folder.path, `file-${++count}`);
  writeFileSync(path, bytes);
  return path;
}

describe("the parts of a file", () => {
  it.each([1, 31, 32, 33, 65, 100, 1023, 1 << 20, (40 << 20) + 7])("of %i bytes are its own", async (size) => {
    const path = file(randomBytes(size));
    const parts = await partsOf(path);
    expect(parts.size).toBe(size);
    expect(await hasParts({ path }, parts)).toBe(true);
  });

  it("are not those of a file in which any one byte is another", async () => {
    const bytes = randomBytes(100_000);
    const parts = await partsOf(file(bytes));
    for (const at of [0, 3124, 3125, 50_000, 99_999]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await hasParts({ path: file(changed) }, parts), String(at)).toBe(false);
    }
  });

  // Proves: hashing-several-cores-checks
  it("are not those of a longer or a shorter file, or of the same parts in another order", async () => {
    const bytes = randomBytes(64);
    const parts = await partsOf(file(bytes));
    expect(await hasParts({ path: file(Buffer.concat([bytes, Buffer.from("x")])) }, parts)).toBe(false);
    expect(await hasParts({ path: file(bytes.subarray(0, 63)) }, parts)).toBe(false);
    expect(await hasParts({ path: file(Buffer.concat([bytes.subarray(2), bytes.subarray(0, 2)])) }, parts)).toBe(false);
    expect(await hasParts({ path: file("") }, { size: 0, sha256: [] })).toBe(false);
  });

  it("are those of the copy that is made meanwhile", async () => {
    const bytes = randomBytes(20_000_000);
    const path = file(bytes);
    const copy = file("");
    expect(await hasParts({ path, copy }, await partsOf(path))).toBe(true);
    expect(readFileSync(copy).equals(bytes)).toBe(true);
  });

  it("are not those of a copy that has more than was copied", async () => {
    const path = file(randomBytes(1000));
    expect(await hasParts({ path, copy: file("x".repeat(1001)) }, await partsOf(path))).toBe(false);
  });
});
