import { expect, it } from "vitest";
import { decodePolicy } from "../../src/policy/decode.ts";
import { PolicyError } from "../../src/policy/mistakes.ts";

function badLine(bytes: Uint8Array): number | undefined {
  try {
    decodePolicy(bytes, "p.yml");
    return undefined;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    expect(error.what).toContain("this is not UTF-8 text (save the file as UTF-8)");
    return error.mistakes[0]?.line;
  }
}

it("decodes UTF-8 and drops a byte order mark", () => {
  expect(decodePolicy(Buffer.from("\ufeffversion: 1 # é 🦊\n"), "p.yml")).toBe("version: 1 # é 🦊\n");
});

it.each<[string, Uint8Array, number | undefined]>([
  ["UTF-8 that holds the replacement character itself", Buffer.from("a\n\ufffd\n"), undefined],
  ["Latin-1 on the third line", Buffer.concat([Buffer.from("a\nb\n# "), Buffer.from([0xe9, 0x0a])]), 3],
  ["a sequence that the file's end cuts short", Buffer.from("a\né").subarray(0, 3), 2],
  ["an encoded surrogate", Buffer.from([0xed, 0xa0, 0x80]), 1],
  ["an overlong form", Buffer.from([0xc0, 0xaf]), 1],
  ["UTF-16 with its byte order mark", Buffer.from("\ufeffversion: 1", "utf16le"), 1],
  ["nothing", Buffer.alloc(0), undefined],
])("finds the line of the first bytes that are not UTF-8: %s", (_, bytes, line) => {
  expect(badLine(bytes)).toBe(line);
});
