import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { grype } from "../../scripts/add-scanner/grype.ts";
import { newestVersion } from "../../scripts/add-scanner/newest.ts";
import { mentionsOf, withChange } from "../../scripts/add-scanner/pages.ts";
import { shortName } from "../../scripts/add-scanner/release.ts";
import { hasNewest, readTable } from "../../scripts/add-scanner/table.ts";
import { trivy } from "../../scripts/add-scanner/trivy.ts";
import { addRelease } from "../../scripts/add-scanner.ts";
import { fileSha256, root } from "../../scripts/setup/tools.ts";
import { GRYPE } from "../../src/scanners/grype/install/install.ts";
import { TRIVY } from "../../src/scanners/trivy/install/release.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";
import { zip } from "../support/images/zip.ts";
import { type ReleaseArchive, releaseArchive, startReleaseServer } from "../support/programs/releases.ts";
import { mockSigstore, type SigningOptions } from "../support/programs/sigstore.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/runs/folder.ts";

const VERSION = "0.199.0";
const OLDER = "0.198.0";
const hashOf = (data: string) => createHash("sha256").update(data).digest("hex");

const [sigstore, server] = await Promise.all([mockSigstore(), startReleaseServer()]);
afterAll(() => server.close());

/** Differences between the two scanners' releases. */
const CASES = [
  {
    scanner: trivy,
    signer: (version: string): SigningOptions => ({ version }),
    program: (version: string) => `#!/bin/sh\nprintf '%s' '{"Version":"${version}"}'\n`,
    linux: "Linux-64bit.tar.gz",
    rare: "Linux-s390x.tar.gz",
    mac: "macOS-ARM64.tar.gz",
    evil: "https://github.com/evil/trivy/.github/workflows/x.yaml@refs/tags/v0.199.0",
    tooOld: "0.62.0",
  },
  {
    scanner: grype,
    // The signer names the branch, with any version.
    signer: (): SigningOptions => GRYPE.signerOf(VERSION),
    program: (version: string) =>
      `#!/bin/sh\nprintf '%s' '{"application":"grype","version":"${version}","supportedDbSchema":6}'\n`,
    linux: "linux_amd64.tar.gz",
    rare: "linux_s390x.tar.gz",
    mac: "darwin_arm64.tar.gz",
    evil: GRYPE.signerOf(VERSION).identity.replace("heads/main", `tags/v${VERSION}`),
    tooOld: "0.87.0",
  },
];

describe.each(CASES)(
  "add-scanner for $scanner.name",
  ({ scanner, signer, program, linux, rare, mac, evil, tooOld }) => {
    const tool = scanner.name.toLowerCase();
    const checksumsFile = `${tool}_${VERSION}_checksums.txt`;
    const PROGRAM = program(VERSION);
    const nameOf = (short: string) => `${tool}_${VERSION}_${short}`;
    const whole = temporaryFolder("add-scanner");
    const archives = new Map<string, ReleaseArchive>();
    let folder: TemporaryFolder;
    let world: TestWorld;
    let table: string;
    let changelog: string;

    beforeAll(async () => {
      const members = [{ path: tool, data: PROGRAM, mode: 0o755 }];
      for (const { archive } of scanner.releasesOf(VERSION)) {
        const path = join(whole.path, archive);
        if (archive.endsWith(".zip")) writeFileSync(path, zip({ [`${tool}.exe`]: PROGRAM, "README.md": "" }));
        archives.set(
          archive,
          archive.endsWith(".zip") ? { path, sha256: await fileSha256(path) } : await releaseArchive({ members }),
        );
      }
    });
    afterAll(() => whole.remove());
    beforeEach(async () => {
      folder = temporaryFolder("add-scanner");
      world = testWorld(folder.path, { platform: "linux", arch: "x64" });
      table = join(folder.path, "table.json");
      changelog = join(folder.path, "CHANGELOG.md");
      cpSync(join(root, scanner.table), table);
      writeFileSync(changelog, "# Changes\n\n## Unreleased\n\n- Something.\n\n## 0.1.0\n\n- First.\n");
      server.clearFaults();
      server.requests.length = 0;
      Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 });
      await publish();
    });
    afterEach(() => folder.remove());

    /** Puts the release on the server. */
    async function publish(options: SigningOptions & { without?: string; text?: string } = {}): Promise<void> {
      const { without, text: given, ...signing } = options;
      const listed = [...archives].filter(([name]) => name !== without);
      const text = given ?? listed.map(([name, { sha256 }]) => `${sha256}  ${name}\n`).join("");
      for (const [name, archive] of archives) server.add(VERSION, archive, name);
      server.addText(VERSION, checksumsFile, text);
      const bundle = await sigstore.sign(text, { ...signer(VERSION), ...signing });
      server.addText(VERSION, `${checksumsFile}.sigstore.json`, bundle);
    }
    const add = (version = VERSION) =>
      addRelease({ scanner, version, mirror: server.url, table, changelog }, world, { root: sigstore.trustedRoot });
    const unchanged = () => {
      expect(readFileSync(table, "utf8")).toBe(readFileSync(join(root, scanner.table), "utf8"));
      expect(readFileSync(changelog, "utf8")).not.toContain(VERSION);
    };

    it("writes the SHA-256 of every archive and program of a release whose signature is good, and makes it the default", async () => {
      const before = readTable(table);
      await add();
      const after = readTable(table);
      const names = scanner.releasesOf(VERSION).map(shortName);
      expect(after.default).toBe(VERSION);
      expect(after.archives[VERSION]).toEqual(
        Object.fromEntries(
          [...archives].map(([name, { sha256 }]) => [name.slice(`${tool}_${VERSION}_`.length), sha256]),
        ),
      );
      // The second part of a small program is empty.
      const hashes = { sha256: hashOf(PROGRAM), parts: [hashOf(PROGRAM), hashOf("")] };
      expect(after.programs[VERSION]).toEqual(Object.fromEntries(names.map((name) => [name, hashes])));
      expect(after.archives[before.default]).toEqual(before.archives[before.default]);
      expect(after.programs[before.default]).toEqual(before.programs[before.default]);
      expect(after.bad).toEqual(before.bad);
      expect(readFileSync(changelog, "utf8")).toContain(`- Something.\n- ${scanner.name} ${VERSION} is the default`);
    });

    it("changes nothing the second time", async () => {
      await add();
      const after = [table, changelog].map((file) => readFileSync(file, "utf8"));
      await add();
      expect([table, changelog].map((file) => readFileSync(file, "utf8"))).toEqual(after);
    });

    it("leaves out what is not released for a rare machine, but not for GitHub's runners", async () => {
      await publish({ without: nameOf(rare) });
      await add();
      expect(Object.keys(readTable(table).archives[VERSION] ?? {})).toHaveLength(archives.size - 1);
      cpSync(join(root, scanner.table), table);
      writeFileSync(changelog, "# Changes\n");
      await publish({ without: nameOf(mac) });
      await expect(add()).rejects.toMatchObject({ code: `${tool}-checksum-missing` });
      unchanged();
    });

    it.each<[string, SigningOptions, string]>([
      ["by another workflow, or at another place", { identity: evil }, "not by"],
      ["with another issuer's word", { issuer: "https://accounts.google.com" }, "vouched for by"],
      ["after the certificate had expired", { minutesLate: 11 }, "not valid at the time of signing"],
    ])("refuses a release that was signed %s, before it downloads it", async (_, options, words) => {
      await publish(options);
      await expect(add()).rejects.toMatchObject({
        code: `${tool}-signature-invalid`,
        what: expect.stringContaining(words),
      });
      unchanged();
      expect(server.requests).toHaveLength(2);
    });

    it("refuses a release whose checksums are not signed, even where its archive is", async () => {
      server.fault(/checksums\.txt\.sigstore\.json$/, { status: 404 });
      server.addText(VERSION, `${nameOf(linux)}.sigstore.json`, "{}");
      await expect(add()).rejects.toThrow(/is not signed|there is no signature/);
      unchanged();
    });

    it("refuses checksums that are another version's, however good their signature is", async () => {
      const text = [...archives].map(([name, { sha256 }]) => `${sha256}  ${name.replace(VERSION, OLDER)}\n`).join("");
      await publish({ text });
      await expect(add()).rejects.toMatchObject({ code: `${tool}-checksum-missing` });
      unchanged();
    });

    it("refuses an archive that is not the one in the signed checksums", async () => {
      server.fault(new RegExp(`${mac}$`), { body: "other bytes" });
      await expect(add()).rejects.toThrow(`not ${archives.get(nameOf(mac))?.sha256}`);
      unchanged();
    });

    it("refuses a known-bad release however good its signature is, and one that is too old", async () => {
      if (scanner === trivy) await expect(add("0.69.4")).rejects.toMatchObject({ code: "trivy-known-bad" });
      await expect(add(tooOld)).rejects.toMatchObject({ code: `${tool}-too-old` });
      expect(server.requests).toEqual([]);
      unchanged();
    });

    it("refuses a release whose program says that it is another one", async () => {
      const other = await releaseArchive({ members: [{ path: tool, data: program(OLDER), mode: 0o755 }] });
      const name = nameOf(linux);
      const mine = archives.get(name);
      archives.set(name, other);
      await publish();
      await expect(add()).rejects.toThrow(`says that it is ${scanner.name} ${OLDER}`);
      if (mine) archives.set(name, mine);
      unchanged();
    });

    it("writes the line of the changelog, too, if it is the default already, but had no hashes", async () => {
      writeFileSync(table, JSON.stringify({ default: VERSION, archives: {}, programs: {} }));
      expect(hasNewest(readTable(table), VERSION)).toBe(false);
      await add();
      expect(readFileSync(changelog, "utf8")).toContain(`${scanner.name} ${VERSION} is the default`);
      expect(hasNewest(readTable(table), VERSION)).toBe(true);
      expect(hasNewest(readTable(table), "0.200.0")).toBe(false);
    });

    it("refuses other hashes than the table has for the same release", async () => {
      const before = readTable(table);
      const wrong = { ...before, archives: { ...before.archives, [VERSION]: { [linux]: "0".repeat(64) } } };
      writeFileSync(table, JSON.stringify(wrong));
      await expect(add()).rejects.toThrow("but the table has");
      expect(JSON.parse(readFileSync(table, "utf8"))).toEqual(wrong);
    });

    it("does not make an older release the default", async () => {
      const before = readTable(table);
      writeFileSync(table, JSON.stringify({ ...before, default: "1.2.3", archives: { "1.2.3": {} }, programs: {} }));
      await add();
      expect(readTable(table).default).toBe("1.2.3");
      expect(Object.keys(readTable(table).archives)).toEqual(["1.2.3", VERSION]);
      expect(readFileSync(changelog, "utf8")).not.toContain(VERSION);
    });

    it("finds the table in the repository written as it would write it", () => {
      const text = readFileSync(join(root, scanner.table), "utf8");
      expect(`${JSON.stringify(readTable(join(root, scanner.table)), undefined, 2)}\n`).toBe(text);
    });
  },
);

describe("the newest version", () => {
  const redirect = (location: string) => async () => new Response(null, { status: 302, headers: { location } });

  it("is where GitHub redirects to", async () => {
    const base = "https://github.com/aquasecurity/trivy/releases/tag";
    expect(await newestVersion(trivy, redirect(`${base}/v0.77.1`))).toBe("0.77.1");
    const other = "https://github.com/anchore/grype/releases/tag";
    expect(await newestVersion(grype, redirect(`${other}/v0.122.0`))).toBe("0.122.0");
    await expect(newestVersion(grype, redirect(`${base}/v0.77.1`))).rejects.toThrow("names no release");
  });

  it.each([
    "https://github.com/aquasecurity/trivy/releases",
    "https://evil.test/aquasecurity/trivy/releases/tag/v0.77.1",
    "https://github.com/aquasecurity/trivy/releases/tag/v0.77.1-rc1",
    "https://github.com/aquasecurity/trivy/releases/tag/v0.77.1$(id)",
    "",
  ])("is not read out of %j", async (location) => {
    await expect(newestVersion(trivy, redirect(location))).rejects.toThrow();
  });
});

describe("pages", () => {
  it("the changelog gets one line, in the part of what is not released", () => {
    const line = "- Trivy 0.199.0 is the default; its SHA-256 are compiled in.";
    expect(withChange("# C\n\n## Unreleased: 1.1\n\n- A.\n", "Trivy", VERSION)).toBe(
      `# C\n\n## Unreleased: 1.1\n\n- A.\n${line}\n`,
    );
    expect(withChange("# C\n\n## 1.0\n\n- A.\n", "Trivy", VERSION)).toBe(
      `# C\n\n## Unreleased\n\n${line}\n\n## 1.0\n\n- A.\n`,
    );
  });

  it("that name a version are listed with their lines", () => {
    const lines = mentionsOf(TRIVY.table.default, root);
    expect(lines.some((line) => /^action\.yml:\d+: /.test(line))).toBe(true);
    expect(mentionsOf("77.77.77", root)).toEqual([]);
  });
});

describe("the command", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, "scripts/add-scanner.ts"), ...args], { encoding: "utf8" });

  it.each([[[]], [["0.77.0"]], [["clair", "0.77.0"]], [["grype", "0.77.0", "--newest"]]])(
    "with %j tells how it is used",
    (args) => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toContain("npm run add-scanner -- trivy|grype VERSION");
    },
  );

  it("refuses in the action's words", () => {
    const { status, stderr } = run("trivy", "0.69.4", `--mirror=${server.url}`);
    expect(status).toBe(1);
    expect(stderr).toContain("[trivy-known-bad]");
    expect(run("grype", "0.87.0").stderr).toContain("[grype-too-old]");
  });
});
