import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ScanArguments, scanArguments } from "../../../../src/scanners/trivy/process/arguments.ts";

const scan = (overrides: Partial<ScanArguments>): string[] =>
  scanArguments({
    target: { how: "image", location: "/verified" },
    scanners: ["vuln"],
    skipDirs: [],
    skipFiles: [],
    timeoutMs: 60_000,
    cacheFolder: "/cache",
    output: "/out.json",
    ...overrides,
  });

describe("arguments of a scan", () => {
  // Proves: nothing-asks-host-target
  it("are spelt out, so that nothing depends on a default", () => {
    expect(scan({})).toEqual([
      "image",
      "--format=json",
      "--output=/out.json",
      "--cache-dir=/cache",
      "--timeout=90s",
      "--scanners=vuln",
      "--list-all-pkgs",
      "--skip-db-update",
      "--skip-java-db-update",
      "--offline-scan",
      "--disable-telemetry",
      "--skip-version-check",
      "--no-progress",
      "--debug",
      "--input=/verified",
    ]);
  });

  it.each([
    ["image", "image", ["--input=/x.tar"]],
    ["folder", "fs", ["--", "/x.tar"]],
    ["repository", "repo", ["--", "/x.tar"]],
    ["sbom", "sbom", ["--", "/x.tar"]],
  ] as const)("tell Trivy of a %s", (how, command, end) => {
    const args = scan({ target: { how, location: "/x.tar" } });
    expect(args[0]).toBe(command);
    expect(args.slice(-end.length)).toEqual(end);
    // Only the debug log names files that could not be read.
    expect(args).toContain("--debug");
    expect(args).toContain("--offline-scan");
  });

  it("use the checks that are built in", () => {
    expect(scan({ scanners: ["misconfig"] })).toContain("--skip-check-update");
    expect(scan({ scanners: ["vuln"] })).not.toContain("--skip-check-update");
  });

  // Proves: no-name-can-become
  it("never let a value become a flag or two values", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const args = scan({ skipDirs: [text], skipFiles: [text], target: { how: "folder", location: text } });
        expect(args.filter((arg) => arg === text && !arg.startsWith("--")).length).toBeLessThanOrEqual(1);
        expect(args.at(-2)).toBe("--");
        expect(args.filter((arg) => arg.startsWith("--skip-dirs=")).length).toBe(1);
      }),
    );
  });

  it("quote what Trivy would split at a comma", () => {
    expect(scan({ skipDirs: ["a,b", 'c"d', "e f"] })).toEqual(
      expect.arrayContaining(['--skip-dirs="a,b"', '--skip-dirs="c""d"', "--skip-dirs=e f"]),
    );
  });
});
