import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isOnPackage } from "../../../../src/domain/finding.ts";
import { inVersion, listOf, type PackageList, withAnswer } from "../../../../src/domain/packages/package-list.ts";
import type { ScanResult, Target } from "../../../../src/domain/target.ts";
import { checkedBy, type VersionQuestion } from "../../../../src/domain/upgrade/check.ts";
import { listDocuments } from "../../../../src/scanners/trivy/match/list-document.ts";
import { match } from "../../../../src/scanners/trivy/match/look-up.ts";
import {
  alpine,
  debian12,
  distroless,
  endOfLife,
  hostile,
  node,
  python,
  saveImage,
} from "../../../support/images/images.ts";
import { buildImage } from "../../../support/images/oci.ts";
import { debianBase, dpkgStatus, osRelease } from "../../../support/images/packages.ts";
import { redHatBase } from "../../../support/images/rpm.ts";
import { fakeTrivy } from "../../../support/programs/fake-trivy.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { type TrivyBed, trivyBed } from "../../../support/runs/scans.ts";
import { testWorld } from "../world.ts";

// The real Trivy's findings in packages that are not installed: the same as in the image or lock file, or marked as
// unread.

const folder = temporaryFolder("check-versions");
const world = testWorld(folder.path);
let bed: TrivyBed;

const below = (version: string) => ({ PatchedVersions: [version], VulnerableVersions: [`< ${version}`] });
const LISTED = {
  "go::a test": { "golang.org/x/net": { "CVE-2096-1": below("0.33.0") }, stdlib: { "CVE-2096-2": below("1.22.5") } },
  "cargo::a test": { time: { "CVE-2096-3": below("0.2.23") } },
  "nuget::a test": { "newtonsoft.json": { "CVE-2096-4": below("13.0.1") } },
  "composer::a test": { "symfony/http-kernel": { "CVE-2096-5": below("4.4.13") } },
  "rubygems::a test": { rack: { "CVE-2096-6": below("2.2.8") } },
  "pip::a test": { django: { "CVE-2096-7": below("3.2.25") } },
  "npm::a test": { "@babel/traverse": { "CVE-2096-8": below("7.23.2") } },
  "maven::a test": { "com.fasterxml.jackson.core:jackson-databind": { "CVE-2096-9": below("2.9.10.8") } },
  "ubuntu 22.04": { openssl: { "CVE-2096-10": { FixedVersion: "3.0.2-0ubuntu1.18" } } },
  "alma 9": {
    curl: { "CVE-2096-11": { FixedVersion: "0:7.76.1-29.el9" } },
    "nodejs:18::nodejs": { "CVE-2096-12": { FixedVersion: "1:18.20.4-1.module_el9" } },
  },
  "rocky 9": { curl: { "CVE-2096-11": { FixedVersion: "0:7.76.1-29.el9" } } },
} as const;

const LOCK_FILES: Readonly<Record<string, string>> = {
  "go/go.mod": "module example.test/a\n\ngo 1.22.1\n\nrequire golang.org/x/net v0.20.0\n",
  "rust/Cargo.lock":
    'version = 3\n\n[[package]]\nname = "time"\nversion = "0.1.43"\nsource = "registry+https://example.test/index"\n',
  "net/packages.lock.json": JSON.stringify({
    version: 1,
    dependencies: { "net6.0": { "Newtonsoft.Json": { type: "Direct", resolved: "12.0.1", contentHash: "x" } } },
  }),
  "php/composer.lock": JSON.stringify({ packages: [{ name: "symfony/http-kernel", version: "v4.4.1" }] }),
  "ruby/Gemfile.lock":
    "GEM\n  remote: https://example.test/\n  specs:\n    rack (2.2.3)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  rack\n",
  "python/requirements.txt": "Django==3.2.0\n",
  // The same package in the same version: Trivy takes both for one.
  "other/poetry.lock":
    '[[package]]\nname = "Django"\nversion = "3.2.0"\ndescription = ""\noptional = false\npython-versions = "*"\n',
  "web/package-lock.json": JSON.stringify({
    name: "a",
    lockfileVersion: 3,
    packages: { "": { name: "a" }, "node_modules/@babel/traverse": { version: "7.20.0" } },
  }),
  "java/pom.xml":
    "<project><modelVersion>4.0.0</modelVersion><groupId>a</groupId><artifactId>b</artifactId><version>1</version><dependencies><dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>2.9.10.1</version></dependency></dependencies></project>",
};

const ubuntu = () =>
  buildImage([
    {
      createdBy: "ADD",
      files: [
        osRelease("ubuntu", "22.04", "Ubuntu 22.04"),
        { path: "etc/lsb-release", data: "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n" },
        dpkgStatus([["libssl3", "3.0.2-0ubuntu1.10", "openssl"]]),
      ],
    },
  ]);
const redHat = () => buildImage([{ createdBy: "ADD", files: redHatBase([["bash", "5.1.8", "6.el9"]]) }]);
/** An epoch, and a version of the package that its source does not have. */
const epochs = () =>
  buildImage([
    {
      createdBy: "ADD",
      files: debianBase([
        ["bsdutils", "1:3.0.1-1", "openssl (3.0.1-1)"],
        ["zlib1g", "1:1.2.13.dfsg-1", "zlib"],
      ]),
    },
  ]);

/** An rpm system by an SBOM, since only that says which module stream a package is of. */
function rpmSbom(family: string): string {
  const label = "nodejs:18:9030020231122100416:rhel9";
  const property = (name: string, value: string) => ({ name: `aquasecurity:trivy:${name}`, value });
  const component = (name: string, version: string, more = "") => ({
    "bom-ref": name,
    type: "library",
    name,
    version,
    purl: `pkg:rpm/${family}/${name}@${version}?arch=x86_64&distro=${family}-9.3${more}`,
    properties: more === "" ? [] : [property("Modularitylabel", label), property("SrcEpoch", "1")],
  });
  return JSON.stringify({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    components: [
      { "bom-ref": "os", type: "operating-system", name: family, version: "9.3" },
      component("curl", "7.76.1-26.el9"),
      component("nodejs", "18.18.2-2.module_el9", `&epoch=1&modularitylabel=${encodeURIComponent(label)}`),
    ],
  });
}

beforeAll(async () => {
  const severities = Object.fromEntries(
    Object.values(LISTED).flatMap((packages) =>
      Object.values(packages).flatMap((ids) => Object.keys(ids).map((id) => [id, "HIGH"] as const)),
    ),
  );
  bed = await trivyBed(folder.path, { more: { advisories: LISTED, severities } });
});
afterAll(() => folder.remove());

function write(name: string, text: string): string {
  const path = join(world.workspace, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const scanned = (kind: Target["kind"], input: string) =>
  bed.scan({ kind, input, label: input }, world, { offline: true });
const matched = (lists: readonly PackageList[], program = bed.trivy.path, timeoutMs = 60_000) =>
  match(lists, { trivy: program, version: "0.76.0", database: bed.database, timeoutMs }, world);

const check = (questions: readonly VersionQuestion[], program = bed.trivy.path, timeoutMs = 60_000) =>
  checkedBy((lists) => matched(lists, program, timeoutMs))(questions);

/** The documents with the questions to Trivy. */
async function documentsOf(questions: readonly VersionQuestion[]) {
  let asked: readonly PackageList[] = [];
  await checkedBy(async (lists) => {
    asked = lists;
    return [];
  })(questions);
  return listDocuments(asked);
}

/** A question about each package with findings, and those findings. */
function questionsAbout({ findings, packages, artifact }: ScanResult) {
  const groups = Map.groupBy(findings.filter(isOnPackage), ({ package: { type, name } }) => `${type} ${name}`);
  return [...groups].map(([name, found]) => {
    const about = found[0]?.package ?? { name: "", version: "", type: "" };
    const { system, source, modularity } =
      packages.find((each) => each.name === about.name && each.version === about.version) ?? {};
    const installed = { ...about, system, source, modularity };
    return { name, found, question: { package: installed, os: artifact.os } satisfies VersionQuestion };
  });
}

describe("the packages of a scan, without what was scanned", () => {
  const essence = ({ findings }: ScanResult) =>
    findings
      .map(({ layer, owner: _, ...finding }) => ({ ...finding, layer: layer?.diffId }))
      .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  const keyOf = ({ id, package: of, path }: Pick<ScanResult["findings"][number], "id" | "package" | "path">) =>
    `${id} ${of?.name} ${of?.version} ${path}`;

  it.each([
    ["Debian", debian12, 16],
    ["Alpine", alpine, 6],
    ["Node", node, 2],
    ["Python with a jar below", python, 14],
    ["a system past its end", endOfLife, 2],
    ["hostile names in lock files", hostile, 40],
    ["nothing that is known", distroless, 0],
  ] as const)("have the findings of the image at their places: %s", async (name, image, count) => {
    const result = await scanned("image", saveImage(join(world.workspace, `${name}.tar`), image()));
    expect(result.findings).toHaveLength(count);
    const [answer] = await matched([listOf(result, name)]);
    if (answer === undefined) throw new TypeError("each list has an answer");
    expect(essence(withAnswer(result, answer))).toEqual(essence(result));
    const unread = result.packages.filter((_, at) => answer.unread.has(String(at)));
    expect(unread.filter(({ purl }) => purl !== undefined)).toEqual([]);
  });

  // Proves: stored-sbom-digest-s
  it("are not looked at if their package URL is of another kind than the image has them", async () => {
    const property = (name: string, value: string) => ({ name: `aquasecurity:trivy:${name}`, value });
    const within = (purl: string) =>
      JSON.stringify({
        bomFormat: "CycloneDX",
        specVersion: "1.6",
        version: 1,
        metadata: { component: { "bom-ref": "root", type: "container", name: "app" } },
        components: [
          {
            ...{ "bom-ref": "list", type: "application", name: "app/requirements.txt" },
            properties: [property("Class", "lang-pkgs"), property("Type", "pip")],
          },
          { "bom-ref": "django", type: "library", name: "django", version: "3.2.0", purl },
        ],
        dependencies: [
          { ref: "root", dependsOn: ["list"] },
          { ref: "list", dependsOn: ["django"] },
        ],
      });
    const askedAbout = async (purl: string) => {
      const files = [...debianBase([]), { path: "opt/app.cdx.json", data: within(purl) }];
      const tar = saveImage(join(world.workspace, "within.tar"), buildImage([{ createdBy: "ADD", files }]));
      const result = await scanned("image", tar);
      expect(result.findings.map(({ id }) => id)).toEqual(["CVE-2096-7"]);
      const [answer] = await matched([listOf(result, "app")]);
      const unread = result.packages.filter((_, at) => answer?.unread.has(String(at)));
      return [[...(answer?.found.values() ?? [])].flat().map(({ id }) => id), unread.map(({ name }) => name)];
    };
    expect(await askedAbout("pkg:pypi/django@3.2.0")).toEqual([["CVE-2096-7"], []]);
    for (const type of ["npm", "deb/debian"])
      expect(await askedAbout(`pkg:${type}/django@3.2.0`)).toEqual([[], ["django"]]);
  });

  it("are not asked about where Trivy does not look for advisories in an image either", async () => {
    const purl = "pkg:deb/debian/a@1";
    const of = (ref: string, more: object) => ({ ref, name: "a", version: "1", type: "debian", system: true, ...more });
    const packages = [of("0", { purl }), of("1", { purl, thirdParty: true }), of("2", {})];
    const system = { family: "debian", name: "12", endOfLife: false };
    const [document] = listDocuments([{ packages, system }]);
    expect(
      [...(document?.components.values() ?? [])].flatMap(({ entries }) => entries.map(({ each }) => each.ref)),
    ).toEqual(["0"]);
    const [answer] = await matched([{ packages, system }, { packages }]);
    expect([...(answer?.unread ?? [])]).toEqual(["2"]);
  });
});

describe("versions that are not installed", () => {
  it.each([
    ["Debian", "image", () => saveImage(join(world.workspace, "debian.tar"), debian12()), 9],
    ["Debian with epochs", "image", () => saveImage(join(world.workspace, "e.tar"), epochs()), 2],
    ["Ubuntu", "image", () => saveImage(join(world.workspace, "ubuntu.tar"), ubuntu()), 1],
    ["Alpine", "image", () => saveImage(join(world.workspace, "alpine.tar"), alpine()), 4],
    ["Red Hat", "image", () => saveImage(join(world.workspace, "redhat.tar"), redHat()), 1],
    ["Alma with a module", "sbom", () => write("alma.cdx.json", rpmSbom("alma")), 2],
    ["Rocky", "sbom", () => write("rocky.cdx.json", rpmSbom("rocky")), 1],
    ["Python and a jar", "image", () => saveImage(join(world.workspace, "p.tar"), python()), 7],
    ["Node", "image", () => saveImage(join(world.workspace, "node.tar"), node()), 2],
    [
      "lock files of nine kinds",
      "path",
      () => {
        for (const [name, text] of Object.entries(LOCK_FILES)) write(`locks/${name}`, text);
        return join(world.workspace, "locks");
      },
      9,
    ],
  ] as const)(
    "have the findings of the scan if they are installed, and none at the fix: %s",
    async (_, kind, input, count) => {
      const asked = questionsAbout(await scanned(kind, input()));
      expect(asked.length).toBeGreaterThanOrEqual(count);
      const fixOf = (found: (typeof asked)[number]["found"]) => found.flatMap((each) => each.fixedVersions);
      const questions = asked.flatMap(({ question, found }): VersionQuestion[] => [
        question,
        ...fixOf(found).map((version) => ({ ...question, package: inVersion(question.package, version) })),
      ]);
      const answers = await check(questions);
      const idsOf = ({ package: about }: VersionQuestion, version?: string) => {
        const wanted = version === undefined ? about : inVersion(about, version);
        return answers[questions.findIndex((each) => isDeepStrictEqual(each.package, wanted))]?.map(({ id }) => id);
      };
      for (const { name, question, found } of asked) {
        expect(idsOf(question)?.sort(), name).toEqual([...new Set(found.map(({ id }) => id))].sort());
        for (const { id, fixedVersions } of found)
          for (const version of fixedVersions) expect(idsOf(question, version), `${name} ${version}`).not.toContain(id);
      }
    },
  );

  it("are asked of several systems and languages at once, one process a system, and leave nothing behind", async () => {
    const all = await Promise.all([
      scanned("image", saveImage(join(world.workspace, "debian.tar"), debian12())),
      scanned("image", saveImage(join(world.workspace, "alpine.tar"), alpine())),
    ]);
    const asked = all.flatMap(questionsAbout);
    const questions = asked.map(({ question }) => question);
    expect(await documentsOf(questions)).toHaveLength(2);
    const answers = await check(questions);
    expect(answers.map((each) => each?.length)).toEqual(
      asked.map(({ found }) => new Set(found.map(({ id }) => id)).size),
    );
    expect(readdirSync(join(world.runFolder, "private")).filter((name) => name.startsWith("match"))).toEqual([]);
  });

  it("are asked once about all packages of a Debian source, as its advisories name sources", async () => {
    const built = (name: string, source: string, version: string): VersionQuestion => ({
      package: {
        ...{ name, version, type: "debian", purl: `pkg:deb/debian/${name}@${version}?distro=debian-12.8` },
        ...{ system: true, source: { name: source, version } },
      },
      os: { family: "debian", name: "12.8", endOfLife: false },
    });
    const questions = [
      built("libssl3", "openssl", "3.0.1-1"),
      built("openssl", "openssl", "3.0.1-1"),
      built("openssl", "openssl", "3.0.1-2"),
      built("zlib1g", "zlib", "1:1.2.13.dfsg-1"),
    ];
    const [document] = await documentsOf(questions);
    const asked = [...(document?.components.values() ?? [])].map(({ entries }) => entries.map(({ each }) => each.ref));
    expect(asked).toEqual([["0", "1"], ["2"], ["3"]]);
    const [first, second] = await check(questions);
    expect(first?.length).toBeGreaterThan(0);
    expect(second).toEqual(first);
  });

  // Proves: plan-believes-only-looked
  it("are not answered if Trivy cannot read the version, or if the package is unknown", async () => {
    const lodash = (version: string) => ({
      package: { name: "lodash", version, type: "npm", purl: `pkg:npm/lodash@${version}` },
    });
    const openssl = (version: string): VersionQuestion => ({
      package: inVersion(
        {
          ...{ name: "openssl", version: "1", type: "debian", purl: "pkg:deb/debian/openssl@1?distro=debian-12.8" },
          ...{ system: true, source: { name: "openssl", version: "1" } },
        },
        version,
      ),
      os: { family: "debian", name: "12.8", endOfLife: false },
    });
    const unnamed = { package: { name: "lodash", version: "4.17.20", type: "npm" } };
    const versions = ["4.17.x", "4.17): x", '4.17"x', '1"): 2'];
    const odd = versions.map((version) => ({ package: inVersion(lodash("4.17.20").package, version) }));
    const answers = await check([lodash("4.17.20"), unnamed, ...odd]);
    const ids = answers.map((each) => each?.map(({ id }) => id));
    expect(ids).toEqual([["CVE-2099-4001"], undefined, ...odd.map(() => undefined)]);
    // A system's package does not state which version it means.
    expect(await check([openssl("what"), openssl("3.0.15-1~deb12u1")])).toEqual([undefined, undefined]);
  });

  // Proves: plan-believes-only-looked
  it("are asked in an empty folder, without the variables that could bend the scan", async () => {
    const told = join(folder.path, "told");
    const program = fakeTrivy(
      join(folder.path, "tells", "trivy"),
      `ls -A > ${told}; env >> ${told}; echo '{"SchemaVersion":2,"ArtifactType":"cyclonedx"}' > "$out"`,
    );
    process.env.TRIVY_IGNORE_UNFIXED = "true";
    try {
      await check([{ package: { name: "a", version: "1", type: "npm", purl: "pkg:npm/a@1" } }], program);
    } finally {
      delete process.env.TRIVY_IGNORE_UNFIXED;
    }
    const text = readFileSync(told, "utf8");
    expect(text).not.toContain("TRIVY_");
    expect(text.split("\n")[0]).toMatch(/^\w+=/);
  });

  it.each([
    ["fails", "printf 'x\\tFATAL\\tbroken\\n' >&2; exit 1", /second scan failed: broken/],
    ["writes nothing", "exit 0", /wrote no report/],
    [
      "finds something in what it was not asked about",
      `echo '{"SchemaVersion":2,"ArtifactType":"cyclonedx","Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-1"}]}]}' > "$out"`,
      /not in the list/,
    ],
    ["takes too long", "sleep 60", /took too long/],
  ])("end in an error that says why, if Trivy %s", async (_, script, why) => {
    const program = fakeTrivy(join(folder.path, "bad", "trivy"), script);
    const question = { package: { name: "a", version: "1", type: "npm", purl: "pkg:npm/a@1" } };
    await expect(check([question], program, 1500)).rejects.toMatchObject({
      code: "versions-not-checked",
      what: expect.stringMatching(why),
    });
    expect(existsSync(join(world.runFolder, "private"))).toBe(true);
  });
});
