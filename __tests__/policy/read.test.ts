import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_POLICY } from "../../src/domain/policy/policy.ts";
import { MAX_POLICY_BYTES, readWorkspacePolicy } from "../../src/policy/read.ts";
import { GateError } from "../../src/system/errors.ts";

let root: string;
let world: { workspace: string; temp: string };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "policy-read-"));
  world = { workspace: join(root, "workspace"), temp: join(root, "temp") };
  mkdirSync(join(world.workspace, ".github"), { recursive: true });
  mkdirSync(world.temp);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const inWorkspace = (path: string): string => join(world.workspace, path);
const read = (path: string = DEFAULT_POLICY, named = false) => readWorkspacePolicy({ path, named }, world);

function code(path?: string, named?: boolean): string {
  try {
    read(path, named);
  } catch (error) {
    if (error instanceof GateError) return error.code;
    throw error;
  }
  return "none";
}

describe("the default policy", () => {
  it("is read if it is there", () => {
    writeFileSync(inWorkspace(DEFAULT_POLICY), "version: 1\n");
    expect(read()?.toString()).toBe("version: 1\n");
  });

  it("may be absent, and its folder and the workspace too", () => {
    expect(read()).toBeUndefined();
    rmSync(inWorkspace(".github"), { recursive: true });
    expect(read()).toBeUndefined();
    writeFileSync(inWorkspace(".github"), "a file");
    expect(read()).toBeUndefined();
    rmSync(world.workspace, { recursive: true });
    expect(read()).toBeUndefined();
  });

  // Proves: policy-not-fully-understood
  it("is an error, and not a missing file, if it is a broken link", () => {
    symlinkSync("nowhere.yml", inWorkspace(DEFAULT_POLICY));
    expect(code()).toBe("file-missing");
    expect(() => read()).toThrow(/broken symbolic link/);
  });

  it("is an error, not absent, behind a folder that is a link to nowhere or to itself", () => {
    rmSync(inWorkspace(".github"), { recursive: true });
    symlinkSync("nowhere", inWorkspace(".github"));
    expect(code()).toBe("file-missing");
    rmSync(inWorkspace(".github"));
    symlinkSync(".github", inWorkspace(".github"));
    expect(code()).toBe("file-missing");
  });

  it("is an error, not absent, if only its ending is another", () => {
    writeFileSync(inWorkspace(".github/image-gate.yaml"), "version: 1\n");
    expect(code()).toBe("policy-misnamed");
    expect(() => read()).toThrow(/expected at \.github\/image-gate\.yml, and there is a \.github\/image-gate\.yaml/);
    expect(read(".github/image-gate.yaml", true)?.toString()).toBe("version: 1\n");
    writeFileSync(inWorkspace(DEFAULT_POLICY), "version: 1\nthresholds: {}\n");
    expect(read()?.toString()).toContain("thresholds");
  });

  it("is an error if it is a folder or a pipe", () => {
    mkdirSync(inWorkspace(DEFAULT_POLICY));
    expect(code()).toBe("file-not-regular");
    rmSync(inWorkspace(DEFAULT_POLICY), { recursive: true });
    execFileSync("/usr/bin/mkfifo", [inWorkspace(DEFAULT_POLICY)]);
    expect(code()).toBe("file-not-regular");
  });
});

describe("a named policy", () => {
  it("must exist", () => {
    expect(code("gate.yml", true)).toBe("file-missing");
    expect(code(DEFAULT_POLICY, true)).toBe("file-missing");
  });

  it("may be in RUNNER_TEMP", () => {
    writeFileSync(join(world.temp, "gate.yml"), "version: 1\n");
    expect(read(join(world.temp, "gate.yml"), true)?.toString()).toBe("version: 1\n");
  });

  it.each(["../secret.yml", "/etc/hostname"])("must not be outside the workspace: %s", (path) => {
    writeFileSync(join(root, "secret.yml"), "s3cret");
    expect(code(path, true)).toBe("file-outside-workspace");
  });
});

describe("links", () => {
  it("within the workspace are followed", () => {
    writeFileSync(inWorkspace("gate.yml"), "version: 1\n");
    symlinkSync("../gate.yml", inWorkspace(DEFAULT_POLICY));
    expect(read()?.toString()).toBe("version: 1\n");
  });

  // Proves: file-runner-cannot-read
  it.each(["/proc/self/environ", "/etc/hostname"])("out of the workspace are not: %s", (target) => {
    symlinkSync(target, inWorkspace(DEFAULT_POLICY));
    expect(code()).toBe("file-outside-workspace");
  });

  it("out of the workspace by way of a folder are not", () => {
    writeFileSync(join(root, "image-gate.yml"), "s3cret");
    rmSync(inWorkspace(".github"), { recursive: true });
    symlinkSync("..", inWorkspace(".github"));
    expect(code()).toBe("file-outside-workspace");
  });
});

// Proves: hostile-yaml-costs-no
it("reads a mebibyte and refuses a byte more", () => {
  writeFileSync(inWorkspace(DEFAULT_POLICY), "#".repeat(MAX_POLICY_BYTES));
  expect(read()).toHaveLength(1024 * 1024);
  writeFileSync(inWorkspace(DEFAULT_POLICY), "#".repeat(MAX_POLICY_BYTES + 1));
  expect(code()).toBe("file-too-large");
});
