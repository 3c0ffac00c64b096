import { describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { needsJavaDatabase } from "../../../../src/scanners/trivy/process/log-facts.ts";
import { fatalMessage, logGroup, shortened } from "../../../../src/scanners/trivy/process/process-output.ts";
import { scanFailure } from "../../../../src/scanners/trivy/scan/failures.ts";
import type { Log } from "../../../../src/system/world.ts";

describe("Trivy's fatal message", () => {
  it("is the last one, on several lines, without time and level", () => {
    const stderr = "x\tINFO\ta\nx\tFATAL\tFatal error\tone: 2 errors occurred:\n\t* two\n\t* three\n\n\n";
    expect(fatalMessage(stderr)).toBe("one: 2 errors occurred:\n\t* two\n\t* three");
    expect(fatalMessage("x\tFATAL\tError\tyour mistake\n")).toBe("your mistake");
  });

  it("is without Go's stacks under --debug", () => {
    const stderr = [
      "x\tFATAL\tFatal error",
      "  - run error:",
      "    github.com/aquasecurity/trivy/pkg/commands/artifact.Run",
      "        /home/runner/build/trivy/pkg/commands/artifact/run.go:411",
      "  - scan error:",
      "    github.com/aquasecurity/trivy/pkg/commands/artifact.(*runner).scanArtifact",
      "        /home/runner/build/trivy/pkg/commands/artifact/run.go:304",
      "  - 1 error occurred:",
      "\t* remote error: GET https://x: DENIED: denied",
    ].join("\n");
    expect(fatalMessage(stderr)).toBe(
      "run error: scan error: 1 error occurred:\n\t* remote error: GET https://x: DENIED: denied",
    );
  });

  it("is the end of what was said if there is none", () => {
    expect(fatalMessage("a\nb\nc\nd\n")).toBe("b\nc\nd");
    expect(shortened(fatalMessage(""))).toBe("it said nothing");
  });

  it("is short, on one line, and shows no login", () => {
    expect(shortened("a\n\t b")).toBe("a b");
    expect(shortened("x".repeat(5000)).length).toBeLessThanOrEqual(401);
    expect(fatalMessage("\tFATAL\tx https://me:pass@host/y and ssh://you@host")).toBe(
      "x https://***@host/y and ssh://***@host",
    );
  });
});

it("what Trivy says is shown without the logins in it: a fatal message, a line of its log", () => {
  const said = "unable to access https://me:a/hushHush42@git.example/app: denied";
  const shown = "unable to access https://***@git.example/app: denied";
  const lines: string[] = [];
  const log = { startGroup: () => {}, endGroup: () => {}, info: (text: string) => lines.push(text) };
  logGroup("Trivy", log as unknown as Log).line(said);
  expect([fatalMessage(`\tFATAL\t${said}`), ...lines]).toEqual([shown, shown]);
});

describe("a scan that failed", () => {
  const target: Target = { kind: "image", input: "ghcr.io/acme/app:1", label: "ghcr.io/acme/app:1" };
  const failure = (stderr: string, code = 1) =>
    scanFailure({ code, signal: null, timedOut: false, stderr: `x\tFATAL\tFatal error\t${stderr}\n` }, target, 60_000);

  it.each([
    ["database-unusable", "error in vulnerability DB initialization: failed to open db: invalid database"],
    ["database-unusable", "error in vulnerability DB initialization: failed to open db: file size too small 5000"],
    ["database-unusable", "the version of DB schema doesn't match. Local DB: 3, Expected: 2"],
    [
      "database-unusable",
      "validate error: --skip-db-update cannot be specified with the old DB schema. Local DB: 1, Expected: 2",
    ],
    ["database-unusable", "DB error: database error: --skip-db-update cannot be specified on the first run"],
    [
      "os-repositories-unknown",
      "image scan error: scan error: redhat vulnerability detection error: failed to get Red Hat advisories: unable to find CPE indices. See https://github.com/aquasecurity/trivy-db/issues/435 for details",
    ],
    ["sbom-unreadable", "SBOM decode error: unknown scanning is not yet supported"],
    ["repository-unavailable", "repository clone error: git clone error: authentication required"],
    ["target-missing", "walk dir error: unknown error with /nope: lstat /nope: no such file or directory"],
    ["scan-timeout", "analyze error: pipeline error: context deadline exceeded"],
    ["disk-full", "write /tmp/x: no space left on device"],
    ["trivy-flags-unknown", "unknown flag: --nope"],
    [
      "trivy-flags-unknown",
      'flag error: unable to parse flags: unable to parse flag: invalid argument "x" for "--scanners" flag',
    ],
    ["trivy-failed", "something new"],
  ])("is %s: %j", (code, stderr) => {
    const error = failure(stderr);
    expect(error.code).toBe(code);
    expect(error.message).toContain(target.label);
    expect(error.what).not.toMatch(/\.$/);
    expect(error.what).not.toContain("\n");
    expect(error.remedy).toMatch(/\.$/);
  });

  it("by the kernel's lack of memory has no separate line", () => {
    expect(scanFailure({ code: 137, signal: null, timedOut: false, stderr: "" }, target, 1).code).toBe("out-of-memory");
    expect(scanFailure({ code: null, signal: "SIGKILL", timedOut: false, stderr: "" }, target, 1).code).toBe(
      "out-of-memory",
    );
    expect(scanFailure({ code: 143, signal: null, timedOut: false, stderr: "" }, target, 1).code).toBe("trivy-killed");
  });

  it("for want of the Java database is distinguished", () => {
    expect(needsJavaDatabase("x\tERROR\t[javadb] The first run cannot skip downloading Java DB")).toBe(true);
    expect(needsJavaDatabase("x\tERROR\t[vulndb] The first run cannot skip downloading DB")).toBe(false);
  });
});
