import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { debian12, python, saveImage, secret } from "../../support/images/images.ts";
import { FAKE_RUNTIME_TOKEN, FAKE_TOKEN } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { filesBelow, type GateResult, openStage, writeFiles } from "../../support/runs/stage.ts";

const stage = await shared(openStage("isolation", { asBundle: true }));
const trivy = await ensureTrivy();
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "app.tar"), debian12());
saveImage(join(workspace, "secret.tar"), secret());
writeFiles(workspace, {
  "package-lock.json": JSON.stringify({
    name: "app",
    lockfileVersion: 3,
    packages: {
      "": { name: "app", dependencies: { lodash: "4.17.20" } },
      "node_modules/lodash": { version: "4.17.20" },
    },
  }),
});

const INPUTS = { image: "app.tar\nsecret.tar", path: ".", scanners: "vuln,secret" };

/** The findings, without parts that differ from run to run. */
const found = ({ report }: GateResult) =>
  report.findings.map(({ target, kind, id, severity, package: about, path }) =>
    [target, kind, id, severity, about?.name, path].join(" "),
  );

/** All files that can make Trivy ignore something. */
const DISARMING = {
  ".trivyignore": "CVE-2099-1001\nCVE-2099-1003\nCVE-2099-1005\nCVE-2099-1008\nCVE-2099-4001\naws-access-key-id\n",
  ".trivyignore.yaml": "vulnerabilities:\n  - id: CVE-2099-1003\n  - id: CVE-2099-4001\n",
  "trivy.yaml":
    "severity: [LOW]\nexit-code: 7\nignorefile: .trivyignore\nvulnerability:\n  ignore-unfixed: true\nscan:\n  skip-files: ['**/package-lock.json']\n",
  "trivy-secret.yaml": "disable-rules: [aws-access-key-id, github-pat, private-key]\n",
};

describe("a repository that tries to disarm the scanner", () => {
  // Proves: trivy-reads-no-file
  it("changes nothing by files, and nothing by the environment", async () => {
    const plain = await stage.run(INPUTS, { workspace });
    expect(found(plain).join("\n")).toMatch(/CVE-2099-1003/);
    expect(found(plain).join("\n")).toMatch(/secret aws-access-key-id/);
    expect(found(plain).join("\n")).toMatch(/CVE-2099-4001/);

    const armed = join(stage.folder, "armed");
    mkdirSync(armed);
    saveImage(join(armed, "app.tar"), debian12());
    saveImage(join(armed, "secret.tar"), secret());
    writeFiles(armed, {
      ...DISARMING,
      "package-lock.json": readFileSync(join(workspace, "package-lock.json"), "utf8"),
    });
    const result = await stage.run(INPUTS, {
      workspace: armed,
      env: {
        TRIVY_SEVERITY: "LOW",
        TRIVY_IGNORE_UNFIXED: "true",
        TRIVY_IGNOREFILE: join(armed, ".trivyignore"),
        TRIVY_CONFIG: join(armed, "trivy.yaml"),
        TRIVY_SECRET_CONFIG: join(armed, "trivy-secret.yaml"),
        TRIVY_SKIP_FILES: "**/package-lock.json",
        TRIVY_EXIT_CODE: "7",
        TRIVY_FORMAT: "table",
      },
    });
    expect(found(result)).toEqual(found(plain));
    expect(result.outputs.reason).toBe(plain.outputs.reason);
  });
});

/** The environment, the working folder and the arguments of each Trivy process. */
interface Started {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly entries: string;
  readonly args: string;
}

/** A program that records how it was started, and then starts the real Trivy. */
function watchedTrivy(name: string): { path: string; started(): Started[] } {
  const folder = join(stage.folder, name);
  mkdirSync(folder);
  const path = join(folder, "trivy");
  const at = `"${folder}/$$`;
  writeFileSync(
    path,
    `#!/bin/sh\nenv > ${at}.env"\nls -A . > ${at}.entries"\npwd > ${at}.cwd"\necho "$@" > ${at}.args"\nexec '${trivy}' "$@"\n`,
  );
  chmodSync(path, 0o755);
  return {
    path,
    started: () =>
      readdirSync(folder)
        .filter((entry) => entry.endsWith(".env"))
        .map((entry) => {
          const read = (kind: string) => readFileSync(join(folder, entry.replace(/env$/, kind)), "utf8");
          const env = Object.fromEntries(
            read("env")
              .trimEnd()
              .split("\n")
              .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
          );
          return { env, cwd: read("cwd").trim(), entries: read("entries"), args: read("args") };
        }),
  };
}

const SECRETS = {
  GITHUB_TOKEN: FAKE_TOKEN,
  GH_TOKEN: FAKE_TOKEN,
  TRIVY_USERNAME: "robot",
  TRIVY_PASSWORD: "trivy-password",
  NODE_OPTIONS: "--max-old-space-size=4096",
  NPM_TOKEN: "npm-token-of-the-job",
  AWS_SECRET_ACCESS_KEY: "aws-secret-of-the-job",
  REGISTRY_AUTH_FILE: "/nowhere/auth.json",
};

/** The variables that a process may have: ours and its shell's, and no others. */
const ALLOWED = new Set(
  [
    "PATH",
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "DOCKER_CONFIG",
    // Keeps AWS's library from asking the machine for its role.
    "AWS_EC2_METADATA_DISABLED",
  ].concat(["GOGC", "GOMEMLIMIT", "PWD", "OLDPWD", "SHLVL", "_"]),
);

describe("each Trivy process", () => {
  // Proves: trivy-sees-no-token
  it("sees an environment of our making and an empty folder, and no login of any kind", async () => {
    const watched = watchedTrivy("watched");
    const { registry, inputs } = stage.bed;
    registry.add("jar", "1.0", python({ withNopomJar: true }));
    const home = join(stage.folder, "real-home");
    mkdirSync(home);
    const result = await stage.run(
      {
        ...inputs,
        "trivy-binary": watched.path,
        "trivy-sha256": "",
        image: `app.tar\n${registry.host}/jar:1.0`,
        path: ".",
      },
      { workspace, toolCache: join(stage.folder, "watched-tools"), env: { ...SECRETS, HOME: home } },
    );
    expect(result.outputs.verdict).toBe("fail");
    const started = watched.started();
    const of = (match: RegExp) => started.filter(({ args }) => match.test(args));
    // Its version, a folder, a tar, and the registry's image. At the end, the versions that the fix plan advises.
    expect(started).toHaveLength(5);
    expect(of(/^sbom /)).toHaveLength(1);
    expect(of(/--skip-db-update --skip-java-db-update --offline-scan/)).toHaveLength(4);
    expect(of(/--input=/)).toHaveLength(2);
    expect(of(new RegExp(`${registry.host}/jar`))).toEqual([]);

    for (const { env, cwd, entries } of started) {
      expect(Object.keys(env).filter((name) => !ALLOWED.has(name))).toEqual([]);
      const values = Object.values(env).join("\n");
      for (const value of [FAKE_TOKEN, FAKE_RUNTIME_TOKEN, ...Object.values(SECRETS)])
        expect(values).not.toContain(value);
      expect(env.DOCKER_CONFIG).not.toContain(home);
      expect(env.HOME?.startsWith(result.temp)).toBe(true);
      expect(env.TMPDIR?.startsWith(result.temp)).toBe(true);
      expect(cwd.startsWith(result.temp)).toBe(true);
      expect(entries).toBe("");
    }
  });
});

describe("what a run leaves behind", () => {
  // Proves: run-leaves-reports-nothing
  it("is its reports and nothing else, in its own folder", async () => {
    const failed = await stage.run(INPUTS, { workspace });
    expect(filesBelow(failed.temp).map((name) => name.replace(/^image-gate-\w+\//, ""))).toEqual([
      "report.json",
      "trivy-report-1.json",
      "trivy-report-2.json",
      "trivy-report-3.json",
    ]);
    expect(readdirSync(failed.temp)).toHaveLength(1);
    const folders = readdirSync(failed.temp, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    );
    expect(folders).toHaveLength(1);
    const broken = await stage.run({ image: "none.tar" }, { workspace });
    expect(filesBelow(broken.temp).map((name) => name.replace(/^image-gate-\w+\//, ""))).toEqual(["report.json"]);
  });
});
