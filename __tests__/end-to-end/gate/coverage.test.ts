import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { saveImage } from "../../support/images/images.ts";
import { buildImage } from "../../support/images/oci.ts";
import { apkStanza, debianBase, dpkgStatus, npmPackage, osRelease } from "../../support/images/packages.ts";
import { contentManifest, redHatBase } from "../../support/images/rpm.ts";
import type { TarEntry } from "../../support/images/tar.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, messages, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("coverage"));
const workspace = join(stage.folder, "workspace");

/** Has no finding with any scanner. */
const application = npmPackage("left-pad", "1.3.0");
const packages = [["bash", "5.2.15-2"]] as const;
const whiteout = (path: string): TarEntry => ({ path: path.replace(/([^/]+)$/, ".wh.$1"), data: "" });

function save(name: string, ...layers: readonly (readonly TarEntry[])[]): string {
  const steps = layers.map((files, index) => ({ createdBy: `RUN step ${index} # buildkit`, files }));
  return saveImage(join(workspace, `${name}.tar`), buildImage(steps));
}

const alpineBase: readonly TarEntry[] = [
  osRelease("alpine", "3.22.0", "Alpine Linux v3.22"),
  { path: "lib/apk/db/installed", data: `${apkStanza("alpine-baselayout", "3.7.0-r0", "alpine-baselayout")}\n` },
  application,
];
const OLD_REPOSITORY = {
  path: "etc/apk/repositories",
  data: "https://dl-cdn.alpinelinux.org/alpine/v3.3/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.3/community\n",
};
/** Its `bash` has a critical finding. */
const redHat = redHatBase([
  ["bash", "5.1.8", "6.el9"],
  ["redhat-release", "9.3", "0.5.el9"],
]);
const OPENSHIFT = contentManifest("rhocp-4.12-for-rhel-9-x86_64-rpms");
const OPENSHIFT_IMAGE = {
  path: "root/buildinfo/Dockerfile-openshift-console-v4.12-1",
  data: "FROM scratch\nLABEL com.redhat.component=ose-console-container architecture=x86_64\n",
};
const UNKNOWN_RELEASE = { path: "etc/debian_version", data: "trixie/sid\n" };

describe("an image whose system was not looked at", () => {
  const cases: readonly (readonly [string, string, readonly (readonly TarEntry[])[]])[] = [
    [
      "its package list removed",
      "os-packages-missing",
      [[...debianBase(packages), application], [whiteout("var/lib/dpkg")]],
    ],
    ["a release that is not out", "os-release-unknown", [[...debianBase(packages), application], [UNKNOWN_RELEASE]]],
    ["os-release changed", "os-mismatch", [[...debianBase(packages), application], [osRelease("alpine", "3.22", "x")]]],
    ["no os-release", "os-unknown", [[dpkgStatus(packages), application]]],
    ["an application alone", "os-unknown", [[application]]],
    ["the repository of an older Alpine", "os-mismatch", [alpineBase, [OLD_REPOSITORY]]],
    ["RHEL with a manifest of another product", "os-mismatch", [redHat, [OPENSHIFT]]],
    ["RHEL called another product's image", "os-mismatch", [redHat, [OPENSHIFT_IMAGE]]],
    ["Alpine called Wolfi", "os-mismatch", [[osRelease("wolfi", "20230201", "Wolfi"), ...alpineBase.slice(1)]]],
  ];
  // Proves: looked-not-nothing-found, nor-repository-s-name, nor-content-manifest
  it(`is an error, and no pass: ${cases.map(([name]) => name).join(", ")}`, async () => {
    const images = cases.map(([name, , layers]) => save(name.replaceAll(" ", "-"), ...layers));
    images.push(save("unknown-manifest", redHat, [contentManifest("unknown")]));
    const result = await stage.run({ image: images.join("\n"), mode: "warn" }, { workspace });
    // Trivy gives up at a manifest that the database does not know.
    expect(result.results.at(-1)).toMatchObject({ verdict: "error", code: "os-repositories-unknown" });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "" });
    for (const [index, [name, code]] of cases.entries()) {
      expect(result.results[index], name).toMatchObject({ verdict: "error", code, gaps: [{ code, accepted: null }] });
      expect(result.report.targets[index]?.coverage?.gaps, name).toMatchObject([{ code }]);
      for (const text of [result.summary, result.log]) expect(text).toContain(code);
      expect(result.summary).toContain(`gap: ${code}`);
    }
    for (const text of [result.summary, result.log]) expect(text).toContain("was not completely scanned");
    expect(messages(result, "error").join()).toContain("os-packages-missing");
  });

  it("that is whole passes, and says what was looked at", async () => {
    const result = await stage.run({ image: save("whole", [...debianBase(packages), application]) }, { workspace });
    expect(result.outputs.verdict).toBe("pass");
    expect(result.results).toMatchObject([{ gaps: [] }]);
    expect(result.report.targets[0]?.coverage?.rows).toContainEqual({
      subject: "Operating system",
      status: "looked",
      detail: "debian 12.8",
    });
    expect(result.summary).toContain("<summary>Coverage: complete</summary>");
    expect(result.log).toMatch(/^Coverage: complete\n+ +.*Operating system: debian 12\.8$/m);
  });
});

describe("a Red Hat image whose vulnerable package is matched", () => {
  const cases: readonly (readonly [string, readonly (readonly TarEntry[])[]])[] = [
    ["without a content manifest", [redHat]],
    ["by a manifest of its release", [redHat, [contentManifest("rhel-9-for-x86_64-baseos-rpms__9")]]],
    ["by one of its long-term release", [redHat, [contentManifest("rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2")]]],
    ["by one of its release and a product", [redHat, [contentManifest("rhel-9-for-x86_64-baseos-rpms", "unknown")]]],
    ["and a manifest that has no say", [redHat, [application], [OPENSHIFT]]],
  ];
  // Proves: nor-content-manifest
  it(`fails, without a gap: ${cases.map(([name]) => name).join(", ")}`, async () => {
    const images = cases.map(([name, layers]) => save(name.replaceAll(" ", "-"), ...layers));
    const result = await stage.run({ image: images.join("\n") }, { workspace });
    expect(result.results).toMatchObject(cases.map(() => ({ verdict: "fail", gaps: [] })));
    const found = result.report.findings.filter(({ id }) => id === "CVE-2099-6001");
    expect(new Set(found.map(({ target }) => target)).size).toBe(cases.length);
  });
});

describe("a gap that the policy accepts", () => {
  const policy = (expires: string) => `version: 1
coverage:
  - {gap: os-unknown, images: ["**/accepted.tar"], reason: Arch., owner: "@acme/web", expires: ${expires}}
`;

  // Proves: looked-not-nothing-found
  it("is shown with owner and last day, and ends", async () => {
    const image = save("accepted", [application]);
    const judge = (expires: string) =>
      stage.run(
        { image, policy: "p.yml", reports: "html: out.html\nsarif: out.sarif" },
        {
          workspace,
          files: { "p.yml": policy(expires) },
          writes: ["out.html", "out.sarif"],
        },
      );
    const accepted = await judge(day(3));
    expect(accepted.outputs.verdict).toBe("pass");
    expect(accepted.results).toMatchObject([{ gaps: [{ code: "os-unknown", accepted: day(3) }] }]);
    expect(accepted.summary).toContain(`accepted by \`@acme/web\` until ${day(3)}`.replaceAll("`", "").slice(0, 11));
    expect(accepted.summary).toContain(day(3));
    expect(messages(accepted, "warning").join()).toContain(`accepted by @acme/web until ${day(3)}: Arch.`);
    expect(messages(accepted, "warning").join()).not.toContain("..");
    // This one line does not claim that everything was scanned, and does not send its reader to the exceptions.
    expect(accepted.outputs.reason).toMatch(/accepted\.tar, 1 accepted gap in coverage$/);
    expect(messages(accepted, "warning").join()).toContain(": coverage os-unknown ends on ");
    expect(accepted.summary).toContain(`line 3: coverage \`os-unknown\` ends on ${day(3)}`);
    expect(accepted.log).toContain(`line 3: coverage os-unknown ends on ${day(3)}`);
    expect(accepted.summary).not.toContain("`none`");
    // Ends within 14 days: worded as for an exception.
    expect(accepted.report.exceptions).toMatchObject([{ id: "os-unknown", gap: true, state: "ending", matches: 1 }]);
    const ended = await judge(day(-1));
    expect(ended.outputs.verdict).toBe("error");
    expect(ended.report.exceptions).toMatchObject([{ id: "os-unknown", state: "ended" }]);
    expect(ended.summary).toContain(`ended on ${day(-1)}`);
  });
});

describe("alongside a baseline", () => {
  const vulnerable = [["openssl", "3.0.14-1~deb12u1"]] as const;
  const accepting = (gaps: readonly string[]) =>
    `version: 1\ncoverage: [${gaps.map((gap) => `{gap: ${gap}, reason: known, expires: ${day(30)}}`).join()}]\n`;
  async function compared(gaps: readonly string[], layer: readonly TarEntry[]) {
    const { registry } = stage.bed;
    const base = { createdBy: "ADD rootfs.tar / ", files: [...debianBase(vulnerable), application] };
    registry.add("acme/whole", "1", buildImage([base]));
    registry.add("acme/blind", "1", buildImage([base, { createdBy: "RUN hide # buildkit", files: layer }]));
    const at = (name: string) => `${registry.host}/acme/${name}:1`;
    const inputs = { image: at("blind"), baseline: at("whole"), policy: "p.yml", reports: "html: out.html" };
    return stage.run(inputs, { files: { "p.yml": accepting(gaps) }, writes: ["out.html"] });
  }

  // Proves: hidden-not-fixed
  it("what is not matched any more is no longer seen, and never fixed", async () => {
    const result = await compared(["os-packages-missing"], [whiteout("var/lib/dpkg")]);
    expect(result.report.fixed).toEqual([]);
    expect(result.report.unseen?.length).toBeGreaterThan(0);
    const unseen = result.report.unseen?.length ?? 0;
    expect(result.report.targets[0]?.baseline?.counts).toMatchObject({ fixed: 0, unseen });
    for (const text of [result.summary, result.log]) {
      expect(text).toContain(`${unseen} no longer seen`);
      expect(text).not.toMatch(/\d fixed/);
    }
    expect(result.summary).toContain("**3 no longer seen**");
  });

  it("a system that changed is reported, and what is still there is not fixed", async () => {
    const result = await compared(["os-mismatch", "versions-unreadable"], [osRelease("alpine", "3.22", "x")]);
    expect(result.report.fixed).toEqual([]);
    expect(result.report.targets[0]?.baseline?.systemChange).toEqual({ from: "debian 12", to: "alpine 3.22" });
    expect(result.summary).toContain("The operating system changed from `debian 12` to `alpine 3.22`.");
    expect(result.log).toContain("The operating system changed from debian 12 to alpine 3.22.");
  });
});

describe("files that could not be read", () => {
  it("a lock file that does not parse alongside one that does: `error`, unless its path is accepted", async () => {
    const lock = JSON.stringify({
      name: "a",
      lockfileVersion: 3,
      packages: { "": { name: "a" }, "node_modules/left-pad": { version: "1.3.0" } },
    });
    const files = { "src/package-lock.json": lock, "src/old/package-lock.json": "{ broken" };
    const result = await stage.run({ path: "src" }, { files });
    expect(result.results).toMatchObject([
      { code: "packages-unreadable", gaps: [{ code: "packages-unreadable", path: "old/package-lock.json" }] },
    ]);
    const rule = `version: 1\ncoverage: [{gap: packages-unreadable, paths: ["old/**"], reason: old, expires: ${day(30)}}]\n`;
    const accepted = await stage.run({ path: "src", policy: "p.yml" }, { files: { ...files, "p.yml": rule } });
    expect(accepted.outputs.verdict).toBe("pass");
  });

  it("even where licences alone are looked for: `error`", async () => {
    const result = await stage.run(
      { path: "src", scanners: "license" },
      { files: { "src/package-lock.json": "{ broken" } },
    );
    expect(result.results).toMatchObject([{ code: "packages-unreadable", gaps: [{ path: "package-lock.json" }] }]);
    const hidden = save("licences", [...debianBase(packages), application], [whiteout("var/lib/dpkg")]);
    const none = await stage.run({ image: hidden, scanners: "license" }, { workspace });
    expect(none.results).toMatchObject([{ code: "os-packages-missing" }]);
    const whole = save("licences-whole", [...debianBase(packages), application]);
    const passed = await stage.run({ image: whole, scanners: "license" }, { workspace });
    expect(passed.results).toMatchObject([{ verdict: "pass", gaps: [] }]);
  });

  // Proves: nor-repository-s-name
  it("the description of an npm package that Trivy refuses for an odd field: `error`, unless it belongs to its tests", async () => {
    const odd = {
      path: "app/node_modules/odd/package.json",
      data: '{"name":"odd","version":"1.0.0","dependencies":[]}',
    };
    const fixture = { path: "app/node_modules/left-pad/test/package.json", data: "{ broken" };
    const image = save("odd", [...debianBase(packages), application, odd, fixture]);
    const result = await stage.run({ image }, { workspace });
    expect(result.results).toMatchObject([{ code: "packages-unreadable", gaps: [{ path: odd.path }] }]);
    const without = save("odd-fixture", [...debianBase(packages), application, fixture]);
    expect((await stage.run({ image: without }, { workspace })).outputs.verdict).toBe("pass");
  });

  it("Terraform where misconfigurations were asked for: `error`", async () => {
    const files = { "src/main.tf": 'resource "aws_s3_bucket" "b" {}\n' };
    const result = await stage.run({ path: "src", scanners: "misconfig" }, { files });
    expect(result.results).toMatchObject([{ code: "terraform-not-read", gaps: [{ path: "main.tf" }] }]);
    const none = await stage.run({ path: "src", scanners: "misconfig", "skip-files": "*.tf" }, { files });
    expect(none.outputs.verdict).toBe("pass");
    // Parts that the run leaves out are named, and do not count as scanned.
    expect(none.summary).toContain("Coverage: without the parts that the run leaves out");
    expect(none.report.targets[0]?.coverage?.rows).toContainEqual({
      subject: "Left out by skip-files",
      status: "not-asked",
      detail: "*.tf",
    });
  });
});
