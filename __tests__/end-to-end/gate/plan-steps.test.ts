import { join } from "node:path";
import { expect, it } from "vitest";
import { epssFile, kevFile, startExploitSources } from "../../support/databases/exploit-sources.ts";
import { saveImage, secret } from "../../support/images/images.ts";
import { log4jJar } from "../../support/images/jars.ts";
import { buildImage } from "../../support/images/oci.ts";
import { type DebianPackage, debianBase } from "../../support/images/packages.ts";
import { shared } from "../../support/runs/shared.ts";
import { day, type GateResult, openStage } from "../../support/runs/stage.ts";

// The real Trivy: the plan's order, its lines and its commands.

const NPM = "npm::GitHub Security Advisory Npm";
const fixed = (version: string) => ({ PatchedVersions: [version], VulnerableVersions: [`< ${version}`] });
const MORE = {
  advisories: {
    "debian 12": {
      "util-linux": {
        "CVE-2095-1": { FixedVersion: "2.38.1-5+deb12u1" },
        "CVE-2095-2": { FixedVersion: "2.38.1-5+deb12u1" },
      },
    },
    [NPM]: { qs: { "CVE-2095-3": fixed("6.5.3") }, send: { "CVE-2095-4": fixed("2.0.0") } },
  },
  severities: { "CVE-2095-1": "CRITICAL", "CVE-2095-2": "HIGH", "CVE-2095-3": "HIGH", "CVE-2095-4": "HIGH" },
} as const;

/** As Debian 12 has them: bsdutils has its own version. */
const UTIL_LINUX: readonly DebianPackage[] = [
  ["bsdutils", "1:2.38.1-5+b1", "util-linux (2.38.1-5)"],
  ...["fdisk", "libblkid1", "libfdisk1", "libmount1", "libsmartcols1", "libuuid1", "mount"].map(
    (name): DebianPackage => [name, "2.38.1-5+b1", "util-linux (2.38.1-5)"],
  ),
  ["util-linux", "2.38.1-5+b1", "util-linux (2.38.1-5)"],
];

const LOCK = JSON.stringify({
  name: "web",
  lockfileVersion: 3,
  packages: {
    "": { name: "web", dependencies: { express: "^4.17.1", lodash: "4.17.20" } },
    "node_modules/express": { version: "4.17.1", dependencies: { qs: "~6.5.2", send: "0.17.1" } },
    "node_modules/lodash": { version: "4.17.20" },
    "node_modules/qs": { version: "6.5.2" },
    "node_modules/send": { version: "0.17.1" },
  },
});

const stage = await shared(openStage("plan-steps", { database: { more: MORE } }));
const sources = await shared(startExploitSources());
const today = `${day()}T00:00:00Z`;
sources.serve("/kev.json", kevFile([{ id: "CVE-2021-44832", due: "2099-12-01", ransomware: true }], today));
sources.serve("/epss.csv.gz", epssFile({ "CVE-2021-44832": 0.94 }, today));

const save = (name: string, ...steps: Parameters<typeof buildImage>[0]) =>
  saveImage(join(stage.folder, name), buildImage(steps), [`example.test/${name.replace(".tar", "")}:1.0`]);
const planOf = ({ report, log }: GateResult) => {
  expect(report.plan, log).toBeDefined();
  return report.plan ?? [];
};
const planLines = (markdown: string) => markdown.split("\n").filter((line) => /^\d+\. /.test(line));

it("the fix of what is exploited is line 1 and marked, though another line clears more", async () => {
  const image = save(
    "exploited.tar",
    { createdBy: "RUN apt-get install", files: debianBase([["apt", "2.6.1"], ...UTIL_LINUX]) },
    { createdBy: "COPY app.jar /app", files: [{ path: "app/log4j-core-2.14.1.jar", data: log4jJar() }] },
  );
  const policy = `version: 1\nthresholds: {exploited: 0}\nexploit-data: {kev: "${sources.kevUrl}", epss: "${sources.epssUrl}"}\n`;
  const result = await stage.run({ image }, { files: { ".github/image-gate.yml": policy }, onPullRequest: true });
  const [first, second] = planOf(result);
  expect(first).toMatchObject({ kind: "upgrade", to: "2.17.1", exploited: 1, epss: 0.94 });
  expect(second?.clears).toBeGreaterThan(first?.clears ?? 0);
  const comment = stage.github.comments().at(-1)?.body ?? "";
  for (const text of [comment, result.summary]) {
    expect(planLines(text)[0]).toMatch(
      /^1\. `org\.apache\.logging\.log4j:log4j-core` 2\.14\.1 → \*\*2\.17\.1\*\* clears 4 .*, 🔥 exploited, EPSS 94 %/,
    );
  }
  expect(result.log).toMatch(
    /Fix plan: .*\n {2}org\.apache\.logging\.log4j:log4j-core 2\.14\.1 → 2\.17\.1 clears 4 .*exploited/,
  );
});

it("nine packages of one source are one line with one version and one command, bsdutils among them", async () => {
  const image = save("source.tar", {
    createdBy: "RUN make rootfs",
    files: debianBase([["apt", "2.6.1"], ...UTIL_LINUX]),
  });
  const result = await stage.run({ image });
  const [step, ...others] = planOf(result);
  expect(others).toEqual([]);
  expect(step).toMatchObject({
    family: { kind: "source", name: "util-linux" },
    to: "2.38.1-5+deb12u1",
    clears: 18,
    check: { stays: [], brings: [] },
    command: `apt-get update && apt-get install -y --only-upgrade ${UTIL_LINUX.map(([name]) => name).join(" ")}`,
  });
  expect(step?.upgrades).toHaveLength(9);
  expect(planLines(result.summary)[0]).toContain("`util-linux` (9 packages) 2.38.1-5 → **2.38.1-5+deb12u1** clears 18");
  expect(result.summary).not.toContain("No fix");
  expect(result.log).toContain("\n    apt-get update && apt-get install -y --only-upgrade bsdutils fdisk");
});

it("a direct dependency of npm has a command, and what brings in another one is named", async () => {
  const result = await stage.run({ path: "." }, { files: { "web/package-lock.json": LOCK } });
  const commands = planOf(result).map(({ text, command, line }) => [text.split(" ")[0], command ?? line?.text]);
  expect(commands.sort()).toEqual([
    ["lodash", "npm install lodash@4.17.21"],
    ["qs", undefined],
    ["send", undefined],
  ]);
  expect(result.summary).toMatch(/`lodash` 4\.17\.20 → .*<br>`npm install lodash@4\.17\.21`/);
  expect(result.summary).toMatch(
    /`qs` 6\.5\.2 → \*\*6\.5\.3\*\* clears 1 HIGH.*brought in by `express`: raise `express` 4\.17\.1/,
  );
});

it("a secret is in the plan: revoke, then remove, with its layer", async () => {
  const image = saveImage(join(stage.folder, "secret.tar"), secret());
  const result = await stage.run({ image, scanners: "secret" });
  const secrets = planOf(result);
  expect(secrets.length).toBeGreaterThan(1);
  expect(secrets.every(({ kind }) => kind === "secret")).toBe(true);
  expect(secrets.flatMap(({ places }) => places?.map(({ path }) => path))).toContain("app/.env");
  expect(planLines(result.summary).join("\n")).toMatch(
    /Revoke, then remove: AWS Access Key ID in `app\/\.env:1` · clears 1 CRITICAL · layer 2: a later layer does not remove it/,
  );
});
