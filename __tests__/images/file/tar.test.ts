import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { bytesOfStream } from "../../../src/images/file/bytes.ts";
import { tarMembers } from "../../../src/images/file/tar.ts";
import { type TarEntry, tar } from "../../support/tar.ts";

async function membersOf(bytes: Buffer) {
  const members: { name: string; offset: number; size: number }[] = [];
  for await (const { name, offset, size } of tarMembers(bytesOfStream(Readable.from([bytes]))))
    members.push({ name, offset, size });
  return members;
}

test("a member's content begins at its offset, behind extended headers too", async () => {
  const entries: TarEntry[] = [
    { path: "a", data: "one" },
    { path: "folder/" },
    { path: "n".repeat(150), data: "two" },
    { path: "x", type: "x", data: "10 path=b\n" },
    { path: "c", data: "three" },
  ];
  const bytes = tar(entries);
  const members = await membersOf(bytes);
  expect(members.map(({ name }) => name.slice(0, 6))).toEqual(["a", "folder", "nnnnnn", "b"]);
  expect(members.map(({ offset, size }) => bytes.toString("utf8", offset, offset + size))).toEqual([
    "one",
    "",
    "two",
    "three",
  ]);
});

test("names are bounded in sum", async () => {
  const member = tar([{ path: "n".repeat(5000) }]).subarray(0, -1024);
  const bytes = Buffer.concat([...Array.from({ length: 3500 }, () => member), Buffer.alloc(1024)]);
  await expect(membersOf(bytes)).rejects.toMatchObject({
    code: "image-too-large",
    message: expect.stringMatching(/in sum/),
  });
});
