import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readPayload } from "../../../src/job/github/payload-file.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

it("an event's payload is read only from a file that ends", () => {
  using folder = temporaryFolder("payload");
  const at = (name: string) => join(folder.path, name);
  writeFileSync(at("event.json"), "{}");
  expect(readPayload(at("event.json"))).toBe("{}");
  truncateSync(at("event.json"), 101 << 20);
  execFileSync("mkfifo", [at("pipe")]);
  for (const path of [at("event.json"), at("pipe"), "/dev/zero", folder.path])
    expect(() => readPayload(path)).toThrow("the payload is not a regular file, or too large");
  expect(() => readPayload(at("absent"))).toThrow("ENOENT");
});
