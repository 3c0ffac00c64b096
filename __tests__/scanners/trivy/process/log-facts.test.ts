import { expect, it } from "vitest";
import { LogListener } from "../../../../src/scanners/trivy/process/log-facts.ts";

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
