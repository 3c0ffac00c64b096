import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { openVex, statement } from "../../enrichment/vex/documents.ts";
import { type Edges, MATRIX, statementsAbout } from "../../enrichment/vex/matrix.ts";
import { javaDatabase, vulnerabilityDatabase, writeDatabases } from "../../support/databases/database.ts";
import { node } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, messages, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("vex-agreement"));
const trivy = await ensureTrivy();
const cache = join(stage.folder, "cache");
const now = new Date();
writeDatabases(cache, { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) });
stage.bed.registry.add("acme/shop", "1.0", node());
const image = `${stage.bed.registry.host}/acme/shop:1.0`;

interface TrivyReport {
  readonly Results?: readonly {
    readonly ExperimentalModifiedFindings?: readonly {
      readonly Finding: { readonly VulnerabilityID: string; readonly PkgIdentifier: { readonly PURL: string } };
    }[];
  }[];
}

/** The findings that `trivy --vex` suppresses in a target, sorted. */
async function suppressed(command: string, target: string, document: string): Promise<string[]> {
  const flags = `--cache-dir ${cache} --skip-db-update --skip-java-db-update --offline-scan --skip-version-check --disable-telemetry`;
  const args = [command, ...flags.split(" "), "--scanners", "vuln", "--format", "json", "--show-suppressed", "--quiet"];
  const { stdout } = await finish(trivy, [...args, "--vex", document, target]);
  const { Results = [] } = JSON.parse(stdout) as TrivyReport;
  return Results.flatMap(({ ExperimentalModifiedFindings: all = [] }) =>
    all.map(({ Finding: { VulnerabilityID, PkgIdentifier } }) => `${VulnerabilityID} ${PkgIdentifier.PURL}`),
  ).sort();
}

/** The findings that the gate accepts because of a document, sorted. */
const accepted = ({ report }: GateResult): string[] =>
  report.findings
    .filter(({ vex }) => vex !== undefined)
    .map(({ id, package: about }) => `${id} ${about?.purl}`)
    .sort();

function put(path: string, value: unknown): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

const LODASH = { vulnerability: { name: "CVE-2099-4001" } };

/** In the matrix' words: `leaf` is lodash, which has a finding, and 1.0.0 its vulnerable version. */
function purlOf(name: string): string {
  const [, plain = "", major] = /^(\w+)(?:@v(\d)\.0\.0)?$/.exec(name) ?? [];
  const version = major === undefined ? "" : `@4.0.${Number(major) - 1}`;
  return `pkg:npm/${plain === "leaf" ? "lodash" : plain}${version}`;
}

function sbomOf(edges: Edges): object {
  const names = [...new Set(Object.entries(edges).flatMap(([user, needs]) => [user, ...needs]))];
  const purl = (name: string) => purlOf(`${name}@v1.0.0`);
  const components = names.map((name) => ({
    "bom-ref": purl(name),
    type: "library",
    name: purl(name).replace(/^pkg:npm\/|@.*$/g, ""),
    version: "4.0.0",
    purl: purl(name),
  }));
  const dependencies = Object.entries(edges).map(([user, needs]) => ({ ref: purl(user), dependsOn: needs.map(purl) }));
  return { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components, dependencies };
}

describe("the gate accepts what `trivy --vex` suppresses", () => {
  // Proves: vex-document-accepts-names
  it.each(MATRIX)("in an SBOM, if a document names %s: %j", async (what, edges, statements, expected) => {
    const workspace = join(stage.nextFolder(), "workspace");
    const sbom = put(join(workspace, "app.cdx.json"), sbomOf(edges));
    const document = put(join(workspace, "a.json"), openVex(statementsAbout(statements, purlOf, LODASH)));
    const theirs = await suppressed("sbom", sbom, document);
    expect(theirs).toEqual(expected ? ["CVE-2099-4001 pkg:npm/lodash@4.0.0"] : []);
    // `__tests__/enrichment/vex/reachability.test.ts` compares the gate's matcher with every row.
    if (MATRIX.findIndex(([name]) => name === what) % 6 !== 0) return;
    const result = await stage.run({ sbom: "app.cdx.json", vex: "a.json" }, { workspace });
    expect(accepted(result), result.log).toEqual(theirs);
    expect(result.report.findings.filter(({ id }) => id === "CVE-2099-4001")).toHaveLength(1);
  });

  const LOCK = {
    name: "shop",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": { name: "shop", version: "1.0.0", dependencies: { web: "1.0.0", cli: "1.0.0" } },
      "node_modules/web": { version: "1.0.0", dependencies: { lodash: "4.0.0", minimist: "1.0.0" } },
      "node_modules/cli": { version: "1.0.0", dependencies: { minimist: "1.0.0" } },
      "node_modules/lodash": { version: "4.0.0" },
      "node_modules/minimist": { version: "1.0.0" },
    },
  };
  const MINIMIST = { vulnerability: { name: "CVE-2099-4002" } };
  const of = (product: string, ...within: string[]) => [
    { "@id": product, subcomponents: within.map((each) => ({ "@id": each })) },
  ];
  const [web, cli, lodash, minimist] = ["web", "cli", "lodash", "minimist"].map((name) => `pkg:npm/${name}`) as [
    string,
    string,
    string,
    string,
  ];

  it.each<[string, (repository: string) => object[], { folder: number; image: boolean }]>([
    ["one package", () => [statement({ ...LODASH, products: of(lodash) })], { folder: 1, image: true }],
    [
      "what one package needs",
      () => [statement({ ...LODASH, products: of(web, lodash) })],
      { folder: 1, image: false },
    ],
    ["one way of two", () => [statement({ ...MINIMIST, products: of(web, minimist) })], { folder: 0, image: false }],
    [
      "both ways",
      () => [statement({ ...MINIMIST, products: [...of(web, minimist), ...of(cli, minimist)] })],
      { folder: 1, image: false },
    ],
    [
      "the image and a package in it",
      (repository) => [statement({ ...LODASH, products: of(`pkg:oci/shop?repository_url=${repository}`, lodash) })],
      { folder: 0, image: true },
    ],
    [
      "the image, by an id that is not a name",
      (repository) => [
        statement({
          vulnerability: { "@id": "CVE-2099-4001" },
          products: of(`pkg:oci/shop?repository_url=${repository}`),
        }),
      ],
      { folder: 0, image: true },
    ],
    [
      "another image",
      (repository) => [statement({ ...LODASH, products: of(`pkg:oci/shop?repository_url=${repository}x`, lodash) })],
      { folder: 0, image: false },
    ],
  ])("in a lock file and an image of a registry, if a document names %s", async (_, statements, expected) => {
    const workspace = join(stage.nextFolder(), "workspace");
    put(join(workspace, "shop/package-lock.json"), LOCK);
    const document = put(join(workspace, "a.json"), openVex(statements(image.replace(/:1\.0$/, "")) as never));
    const folder = await suppressed("fs", join(workspace, "shop"), document);
    const ofImage = await suppressed("image", image, document);
    expect([folder.length, ofImage.length > 0]).toEqual([expected.folder, expected.image]);
    const result = await stage.run({ path: "shop", image, vex: "a.json" }, { workspace });
    expect(accepted(result), result.log).toEqual([...folder, ...ofImage].sort());
  });
});

describe("a VEX repository", () => {
  const report = {
    "shop/package-lock.json": JSON.stringify({
      lockfileVersion: 3,
      packages: { "": {}, "node_modules/lodash": { version: "4.0.0" } },
    }),
  };
  const index = (location: string) =>
    JSON.stringify({ updated_at: "2026-01-01T00:00:00Z", packages: [{ id: "pkg:npm/lodash", location }] });
  const good = JSON.stringify(openVex([statement({ ...LODASH, products: [{ "@id": "pkg:npm/lodash" }] })]));

  it("accepts what its document about a package says, and is not part of the answer otherwise", async () => {
    const files = {
      ...report,
      "hub/.git/HEAD": "",
      "hub/index.json": index("pkg/npm/lodash.json"),
      "hub/pkg/npm/lodash.json": good,
    };
    const result = await stage.run({ path: "shop", vex: "repo:hub" }, { files });
    expect(accepted(result), result.log).toEqual(["CVE-2099-4001 pkg:npm/lodash@4.0.0"]);
    expect(result.report.findings.find(({ vex }) => vex)?.vex).toMatchObject({ document: "hub/pkg/npm/lodash.json" });
    const speaks = JSON.stringify(openVex([statement({ ...LODASH, products: [{ "@id": "pkg:npm/other" }] })]));
    const other = await stage.run(
      { path: "shop", vex: "repo:hub" },
      { files: { ...files, "hub/pkg/npm/lodash.json": speaks } },
    );
    expect([accepted(other), messages(other, "warning")]).toEqual([[], []]);
  });
});
