import { describe, expect, it } from "vitest";
import type { Target } from "../../../../src/domain/target.ts";
import { LogListener, needsJavaDatabase } from "../../../../src/scanners/trivy/process/log-facts.ts";
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

describe("what the log says", () => {
  const TIME = "2026-11-25T21:00:00Z";
  function factsOf(...lines: readonly string[]) {
    const listener = new LogListener();
    for (const line of lines) listener.line(`${TIME}\t${line}`);
    return listener.facts();
  }

  it.each([
    [
      'DEBUG\tWalk error\tfile_path="b/package-lock.json" err="parse error: failed to parse b/package-lock.json: decode error"',
      "b/package-lock.json",
      "packages",
      "decode error",
    ],
    [
      'DEBUG\t[analyzer] Analysis error\terr="h/pom.xml parse error: failed to parse h/pom.xml: failed to parse h/pom.xml: xml"',
      "h/pom.xml",
      "packages",
      "xml",
    ],
    ['WARN\t[uv] Failed to parse uv lockfile\terr="failed to parse q/uv.lock: toml"', "q/uv.lock", "packages", "toml"],
    [
      'WARN\t[dpkg] Parse error\tfile_path="var/lib/dpkg/status" err="malformed \\"MIME\\""',
      "var/lib/dpkg/status",
      "packages",
      'malformed "MIME"',
    ],
    [
      'DEBUG\t[analyzer] Analysis error\terr="failed to parse app/x/package.json: JSON"',
      "app/x/package.json",
      "no-package",
      "JSON",
    ],
    [
      'DEBUG\t[analyzer] Analysis error\terr="failed to parse app/node_modules/@a/x/package.json: JSON"',
      "app/node_modules/@a/x/package.json",
      "packages",
      "JSON",
    ],
    [
      'DEBUG\t[analyzer] Analysis error\terr="failed to parse node_modules/.pnpm/x@1.0.0/node_modules/x/package.json: JSON"',
      "node_modules/.pnpm/x@1.0.0/node_modules/x/package.json",
      "packages",
      "JSON",
    ],
    [
      'DEBUG\t[analyzer] Analysis error\terr="failed to parse node_modules/x/test/node_modules/y/package.json: JSON"',
      "node_modules/x/test/node_modules/y/package.json",
      "no-package",
      "JSON",
    ],
    ['ERROR\t[dockerfile scanner] Failed to parse file\tfile_path="Dockerfile" err="no"', "Dockerfile", "config", "no"],
  ])("hears what could not be read: %s", (line, path, kind, why) => {
    expect(factsOf(line).unread).toEqual([{ path, kind, why }]);
  });

  it("keeps what it does not know as Trivy's own words, and only that", () => {
    const facts = factsOf(
      'WARN\tUnsupported os\tfamily="none"',
      'WARN\t[new] Something else\ta="b"',
      'INFO\tDetected OS\tfamily="x"',
      'WARN\tThis OS version is not on the EOL list\tfamily="redhat" version="99"',
      'WARN\t[applier] Some OS packages were skipped due to mismatched PURL namespace\tpkg_count=2 detected_os="debian"',
    );
    expect(facts).toMatchObject({
      otherWarnings: ['new: Something else (a="b")'],
      releaseUnlisted: true,
      skippedPackages: 2,
    });
    expect(facts.understood).toBe(false);
  });

  it("keeps of an error in Go what happened, and neither the moment nor the program's own places", () => {
    const error = (id: number) =>
      `err.message="failed" err.err="failed: \\"x\\"" err.time=2026-11-25T22:33:5${id}.963Z err.trace="01M8ADG13KP${id}" err.context.id="CVE-1" err.stacktrace="Oops: no\\n  --- at /home/runner/go/pkg/mod/x.go:1 \\"a\\"`;
    expect(
      factsOf(`WARN\t[new] Something else\t${error(1)}"`, `WARN\t[new] Something else\t${error(2)}…`).otherWarnings,
    ).toEqual(['new: Something else (err.message="failed" err.err="failed: \\"x\\"" err.context.id="CVE-1")']);
    // It is a finding of unknown severity.
    expect(
      factsOf(`WARN\tUnable to get vulnerability details (CVE may be rejected)\t${error(1)}"`).otherWarnings,
    ).toEqual([]);
  });

  // Proves: file-could-not-read
  it("a forged line adds a gap, and takes none away", () => {
    const real = 'INFO\t[alpine] Detecting vulnerabilities...\tos_version="3.23" repository="edge" pkg_num=1';
    const forged = 'INFO\t[alpine] Detecting vulnerabilities...\tos_version="3.22" repository="3.22" pkg_num=1';
    // Every release that is named must be known.
    expect(factsOf(forged, real).repositories).toEqual(["3.22", "edge"]);
    const broken = 'DEBUG\tWalk error\tfile_path="a.jar" err="x"';
    expect(
      factsOf(broken, 'DEBUG\tWalk error\tfile_path="package.json" err="x"', "DEBUG\t[secret] a.jar").unread,
    ).toHaveLength(2);
  });

  it("counts what is too much to keep", () => {
    const lines = Array.from({ length: 250 }, (_, index) => `DEBUG\tWalk error\tfile_path="${index}.jar" err="x"`);
    expect(factsOf(...lines)).toMatchObject({ unreadMore: 50, understood: true });
  });

  it("hears of a file that neither of two readers can read twice: one may be accepted", () => {
    const unread = factsOf(
      'ERROR\t[cloudformation scanner] Failed to parse file\tfile_path="a.json" err="no"',
      'DEBUG\tWalk error\tfile_path="a.json" err="x"',
    ).unread;
    expect(unread.map(({ kind }) => kind)).toEqual(["config", "packages"]);
  });

  it("reads each version that an error may mean, also one with a quotation mark or with what ends it", () => {
    const line = (version: string) =>
      `WARN\tVersion matching error\terr=${JSON.stringify(`npm version error (${version}): invalid ${version}): x`)}`;
    for (const version of ["latest", '4"x', "4): x"]) expect(factsOf(line(version)).unreadVersions).toContain(version);
  });
});
