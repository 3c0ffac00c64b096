import { afterAll, describe, expect, test } from "vitest";
import type { Target } from "../../src/domain/target.ts";
import { harborScanner } from "../../src/scanners/harbor/index.ts";
import { asGateError } from "../../src/system/errors.ts";
import {
  digestOf,
  type Harbor,
  type HarborArtifact,
  type HarborRow,
  type HarborScan,
  OLD_REPORT,
  startHarbor,
} from "../support/registry/harbor.ts";
import { temporaryFolder } from "../support/runs/folder.ts";
import { testWorld } from "./trivy/world.ts";

// A real server that speaks Harbor's API, and the real client.

const folder = temporaryFolder("harbor-report");
afterAll(() => folder.remove());
const world = testWorld(folder.path);
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR).toISOString();

const openssl: HarborRow = {
  id: "CVE-2024-5535",
  package: "openssl",
  version: "3.0.11-1",
  fix: "3.0.15-1",
  severity: "High",
};

async function harborWith(scan: HarborScan | undefined, more: Partial<HarborArtifact> = {}): Promise<Harbor> {
  const harbor = await startHarbor();
  const web: HarborArtifact = { id: "web", tags: ["1.0"], pushed: ago(48), ...(scan && { scan }), ...more };
  harbor.repositories.set("shop/backend/web", [web]);
  return harbor;
}

interface Asked {
  readonly digest?: string;
  readonly platform?: string;
  readonly login?: { readonly username: string; readonly password: string };
  readonly timeoutMs?: number;
}

async function scanned(harbor: Harbor, { digest = digestOf("web"), platform, login, timeoutMs = 10_000 }: Asked = {}) {
  const name = `${harbor.host}/shop/backend/web`;
  const target: Target = { kind: "image", input: `${name}:1.0`, label: `${name}:1.0`, platform };
  const scanner = harborScanner({
    origins: new Map([[harbor.host, `http://${harbor.host}`]]),
    credentials: async () => login,
    maxAgeMs: 72 * HOUR,
    timeoutMs,
  });
  const options = { reportFile: "/nowhere" };
  const located = { how: "reference", location: `${name}@${digest}`, platform } as const;
  return scanner.session("/nowhere").scan(target, located, options, world);
}

const failed = async (harbor: Harbor, asked?: Asked) =>
  scanned(harbor, asked).then(
    () => undefined,
    (thrown: unknown) => asGateError(thrown),
  );

describe("Harbor's own report", () => {
  test("has its findings with severity and fix, its scanner and the dates; no package's kind is made up", async () => {
    await using harbor = await harborWith({ rows: [openssl], report: { generated_at: ago(5) } });
    harbor.scanner = { ...harbor.scanner, databaseUpdatedAt: ago(9) };
    const { findings, provenance, artifact, packages, coverage } = await scanned(harbor);
    expect(findings).toEqual([
      {
        kind: "vulnerability",
        id: "CVE-2024-5535",
        severity: "HIGH",
        title: "",
        url: "https://avd.aquasec.com/nvd/cve-2024-5535",
        package: { name: "openssl", version: "3.0.11-1", type: "unknown" },
        fixedVersions: ["3.0.15-1"],
        status: "fixed",
      },
    ]);
    expect(provenance).toMatchObject({
      scanner: "Harbor's Trivy (Aqua Security)",
      scannerVersion: "v0.58.1",
      databaseUpdatedAt: harbor.scanner.databaseUpdatedAt,
      scanners: ["vuln"],
    });
    expect(artifact).toEqual({
      names: [`${harbor.host}/shop/backend/web:1.0`],
      platform: "linux/amd64",
      packages: undefined,
    });
    expect(packages).toEqual([]);
    expect(coverage?.gaps).toEqual([]);
    expect(new Set(harbor.requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  // Proves: harbor-s-report-judged
  test("does not say what was looked at, and the coverage says so", async () => {
    await using harbor = await harborWith({ rows: [] });
    const { coverage } = await scanned(harbor);
    expect(coverage?.rows.map(({ subject, status }) => [subject, status])).toEqual([
      ["Operating system", "not-known"],
      ["Packages", "not-known"],
      ["Files that could not be read", "not-known"],
      ["Misconfigurations", "not-asked"],
      ["Secrets", "not-asked"],
      ["Licences", "not-asked"],
    ]);
  });

  test("may be of any scanner, and of the older format", async () => {
    await using harbor = await harborWith({ rows: [openssl], format: OLD_REPORT });
    harbor.scanner = { name: "Clair", vendor: "CoreOS", version: "2.x" };
    const { findings, provenance } = await scanned(harbor);
    expect(findings).toHaveLength(1);
    expect(provenance.scanner).toBe("Harbor's Clair (CoreOS)");
  });

  test("of an index is the report of the platform's image, by its own scan", async () => {
    const platforms = ["linux/amd64", "linux/arm64", "unknown/unknown"];
    await using harbor = await harborWith({ rows: [] }, { platforms });
    const arm = { ...openssl, id: "CVE-ARM" };
    harbor.repositories
      .get("shop/backend/web")
      ?.push(
        { id: "amd", digest: digestOf("weblinux/amd64"), tags: [], pushed: ago(48), scan: { rows: [openssl] } },
        { id: "arm", digest: digestOf("weblinux/arm64"), tags: [], pushed: ago(48), scan: { rows: [arm] } },
      );
    expect((await scanned(harbor)).findings.map(({ id }) => id)).toEqual(["CVE-2024-5535"]);
    expect((await scanned(harbor, { platform: "linux/arm64" })).findings.map(({ id }) => id)).toEqual(["CVE-ARM"]);
    expect((await failed(harbor, { platform: "linux/s390x" }))?.code).toBe("platform-mismatch");
    harbor.repositories.get("shop/backend/web")?.splice(1, 1);
    expect((await failed(harbor))?.code).toBe("harbor-report-unread");
  });

  test("of an index whose image is an index again is refused", async () => {
    const platforms = ["linux/amd64"];
    await using harbor = await harborWith({ rows: [] }, { platforms });
    const inner = { id: "amd", digest: digestOf("weblinux/amd64"), tags: [], pushed: ago(48), platforms };
    harbor.repositories.get("shop/backend/web")?.push({ ...inner, scan: { rows: [openssl] } });
    expect((await failed(harbor))?.code).toBe("harbor-report-invalid");
  });

  test("of another platform than the one that runs is refused", async () => {
    await using harbor = await harborWith({ rows: [] });
    expect((await failed(harbor, { platform: "linux/arm64" }))?.code).toBe("platform-mismatch");
  });

  // Proves: harbor-s-report-judged
  test.each(["Pending", "Running", "Stopped", "Error", "success?"])(
    "of a scan that is %s is an error",
    async (status) => {
      await using harbor = await harborWith({ status });
      const what = expect.stringContaining(`its scan has the status "${status}"`);
      expect(await failed(harbor)).toMatchObject({ code: "harbor-scan-unfinished", what });
    },
  );

  test("that is not there, in no known format or in part is an error and no pass", async () => {
    for (const scan of [undefined, { format: "application/x-other" }, { overview: { complete_percent: 50 } }]) {
      await using harbor = await harborWith(scan);
      expect((await failed(harbor))?.code, JSON.stringify(scan)).toBe("harbor-scan-unfinished");
    }
    await using gone = await harborWith({ rows: [] });
    gone.fault(/additions/, { body: "{}" });
    expect((await failed(gone))?.code).toBe("harbor-scan-unfinished");
  });

  // Proves: harbor-s-report-judged
  test.each<[string, HarborScan]>([
    ["without its list", { rows: [openssl], report: { vulnerabilities: null } }],
    ["that lists nothing although something was counted", { rows: [], overview: { summary: { total: 3 } } }],
    ["that lists nothing although it is severe", { rows: [], report: { severity: "High" } }],
    ["with findings of another image", { rows: [{ ...openssl, digests: [digestOf("another")] }] }],
    ["with a severity that does not exist", { rows: [{ ...openssl, severity: "Severe" }] }],
    ["without a date", { rows: [openssl], report: { generated_at: "" } }],
    ["of the future", { rows: [openssl], report: { generated_at: ago(-3) } }],
  ])("%s is an error", async (_, scan) => {
    await using harbor = await harborWith(scan);
    expect((await failed(harbor))?.code).toBe("harbor-report-invalid");
  });

  test("for another digest than was asked for is an error", async () => {
    await using harbor = await harborWith({ rows: [openssl] });
    const other = JSON.stringify({ digest: digestOf("another"), type: "IMAGE", references: null });
    harbor.fault(/artifacts\/sha256/, { body: other });
    expect((await failed(harbor))?.code).toBe("harbor-report-invalid");
  });

  // Proves: harbor-s-report-judged
  test("that is older than max-db-age, or whose scanner's database is, is an error", async () => {
    await using old = await harborWith({ rows: [], report: { generated_at: ago(73) } });
    const error = await failed(old);
    expect(error?.code).toBe("harbor-report-stale");
    expect(error?.what).toContain("(72 hours)");
    await using stuck = await harborWith({ rows: [], report: { generated_at: ago(1) } });
    stuck.scanner = { ...stuck.scanner, databaseUpdatedAt: ago(100) };
    expect((await failed(stuck))?.what).toContain("scanner's database");
  });

  test("says nothing about its database if that was renewed since, is another scanner's, or is not accessible", async () => {
    await using harbor = await harborWith({ rows: [], report: { generated_at: ago(5) } });
    const untold = ["The report of Harbor has no date of its database, so that its age is unknown."];
    const told = async () => {
      const { provenance } = await scanned(harbor);
      return provenance.databaseUpdatedAt ?? provenance.notes;
    };
    expect(await told()).toEqual(untold);
    harbor.scanner = { ...harbor.scanner, databaseUpdatedAt: ago(6) };
    expect(await told()).toBe(harbor.scanner.databaseUpdatedAt);
    harbor.fault(/\/metadata$/, { status: 403 });
    expect(await told()).toEqual(untold);
    const report = { scanner: { name: "Trivy", vendor: "Aqua Security", version: "v0.40.0" }, generated_at: ago(5) };
    await using changed = await harborWith({ rows: [], report });
    changed.scanner = { ...changed.scanner, databaseUpdatedAt: ago(6) };
    expect((await scanned(changed)).provenance.databaseUpdatedAt).toBe(undefined);
  });

  test("needs the login of its Harbor; a denied question is an error", async () => {
    await using harbor = await harborWith({ rows: [openssl] });
    harbor.requireLogin("robot$shop", "secret");
    const error = await failed(harbor);
    expect(error).toMatchObject({ code: "harbor-report-unread", what: expect.stringContaining("401") });
    expect(error?.remedy).toContain("Artifact Addition");
    const login = { username: "robot$shop", password: "secret" };
    expect((await scanned(harbor, { login })).findings).toHaveLength(1);
    harbor.fault(/additions/, { status: 403 });
    expect((await failed(harbor, { login }))?.what).toContain("403");
  });

  test("that is huge, no JSON, or never comes ends in an error", async () => {
    await using harbor = await harborWith({ rows: [openssl] });
    harbor.fault(/artifacts\/sha256/, { body: " ".repeat(5 * 1024 * 1024) });
    expect((await failed(harbor))?.what).toContain("sends an unexpected answer");
    await using page = await harborWith({ rows: [openssl] });
    expect((await failed(page, { digest: digestOf("none") }))?.what).toContain("404");
    page.fault(/additions/, { body: "<html>" });
    expect((await failed(page))?.code).toBe("harbor-report-unread");
    await using silent = await harborWith({ rows: [openssl] });
    silent.fault(/additions/, { hang: true });
    expect((await failed(silent, { timeoutMs: 500 }))?.what).toContain("in time");
  });
});
