import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { advisedFor } from "../../../domain/make.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";
import { trivyBed } from "../../../support/runs/scans.ts";
import { testWorld } from "../world.ts";

// The real Trivy's reports about lock files, and the chains that the plan derives from them.

const folder = temporaryFolder("lock-files");
const world = testWorld(folder.path);
let plan: ReturnType<typeof advisedFor>;

const npm = (root: Readonly<Record<string, string>>, packages: Readonly<Record<string, object>>) =>
  JSON.stringify({
    name: "app",
    lockfileVersion: 3,
    packages: {
      "": { name: "app", dependencies: root },
      ...Object.fromEntries(Object.entries(packages).map(([name, about]) => [`node_modules/${name}`, about])),
    },
  });

const poetry = (name: string, version: string, needs?: string) =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\ndescription = ""\noptional = false\npython-versions = "*"\nfiles = []\n${needs === undefined ? "" : `\n[package.dependencies]\n${needs} = "*"\n`}\n`;

const FILES: Readonly<Record<string, string>> = {
  "web/package-lock.json": npm(
    { express: "1.0.0", lint: "1.0.0" },
    {
      express: { version: "1.0.0", dependencies: { middle: "1.0.0" } },
      // A cycle, and a longer path.
      middle: { version: "1.0.0", dependencies: { lodash: "4.17.20", express: "1.0.0" } },
      lint: { version: "1.0.0", dependencies: { rules: "1.0.0" } },
      rules: { version: "1.0.0", dependencies: { middle: "1.0.0" } },
      lodash: { version: "4.17.20" },
    },
  ),
  "direct/package-lock.json": npm({ minimist: "0.2.1" }, { minimist: { version: "0.2.1" } }),
  "api/poetry.lock": `${poetry("flask-app", "2.0.0", "client")}${poetry("client", "1.0.0", "requests")}${poetry("requests", "2.31.0")}[metadata]\nlock-version = "2.0"\npython-versions = "*"\ncontent-hash = "x"\n`,
  "old/yarn.lock": `# yarn lockfile v1\n\n\nhelper@1.0.0:\n  version "1.0.0"\n  dependencies:\n    minimist "1.2.0"\n\nminimist@1.2.0:\n  version "1.2.0"\n`,
  "java/pom.xml": `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>org.acme</groupId><artifactId>app</artifactId><version>1.0</version><dependencies><dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.14.1</version></dependency></dependencies></project>`,
  "go/go.mod":
    "module example.org/app\n\ngo 1.24\n\nrequire example.org/direct v1.0.0\n\nrequire example.org/indirect v0.1.0 // indirect\n",
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) {
    const path = join(world.workspace, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const { scan: scanOf } = await trivyBed(join(folder.path, "databases"));
  const javaDatabase = () => Promise.reject(new Error("no jar here"));
  const scan = await scanOf({ kind: "path", input: world.workspace, label: "." }, world, { javaDatabase });
  plan = advisedFor(scan.findings, scan.packages);
});
afterAll(() => folder.remove());

/** The plan for a package: its path, what it clears, and the names in the chain. */
function planned(name: string, from: string) {
  return plan.upgrades
    .filter((upgrade) => upgrade.package === name && upgrade.from === from)
    .map(({ to, clears, paths, chains }) => ({
      to,
      clears,
      paths,
      chains: chains.map(({ packages, direct }) => [packages.map((each) => each.name).join(" → "), direct]),
    }));
}

describe("chains from the real Trivy", () => {
  it("npm: the shortest from a direct dependency, past a circle", () => {
    expect(planned("lodash", "4.17.20")).toEqual([
      {
        to: "4.17.21",
        clears: 1,
        paths: ["web/package-lock.json"],
        chains: [["express → middle → lodash", true]],
      },
    ]);
  });

  it("none for a direct dependency", () => {
    expect(planned("minimist", "0.2.1")).toEqual([
      { to: "0.2.4", clears: 1, paths: ["direct/package-lock.json"], chains: [] },
    ]);
    expect(planned("org.apache.logging.log4j:log4j-core", "2.14.1")).toEqual([
      { to: "2.17.1", clears: 4, paths: ["java/pom.xml"], chains: [] },
    ]);
  });

  it("Poetry and Yarn, whose lock files do not say what is direct", () => {
    expect(planned("requests", "2.31.0")).toMatchObject([
      { to: "2.32.0", paths: ["api/poetry.lock"], chains: [["flask-app → client → requests", true]] },
    ]);
    expect(planned("minimist", "1.2.0")).toMatchObject([
      { to: "1.2.6", paths: ["old/yarn.lock"], chains: [["helper → minimist", true]] },
    ]);
  });
});
