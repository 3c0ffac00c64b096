import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";
import { testProjects } from "../../scripts/test/projects.ts";
import { importsOf } from "../../scripts/test/source.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

it("a test file is real if it, or a helper of it, loads what starts processes, servers, threads or a browser, and in go-tools if that is built with Go", () => {
  using folder = temporaryFolder("projects");
  const files = {
    "__tests__/process.test.ts": 'import { spawn } from "node:child_process";',
    "__tests__/helped.test.ts": 'import { start } from "./support/bed.ts";',
    "__tests__/deep.test.ts": 'export * from "./support/deep.ts";',
    "__tests__/dynamic.test.ts": 'await import("./support/bed.ts");',
    "__tests__/ours.test.ts": 'import { runProcess } from "../src/system/process.ts";',
    "__tests__/comment.test.ts": '// import "node:http";\nconst text = \'import "node:http"\';',
    "__tests__/types.test.ts": 'import type { Server } from "node:http";\nimport type { Bed } from "./support/bed.ts";',
    "__tests__/source.test.ts": 'import { scan } from "../src/scan.ts";',
    "__tests__/support/bed.ts": 'import { createServer } from "node:http";',
    "__tests__/support/deep.ts": 'import "./bed.ts";',
    "src/scan.ts": 'import "./system/process.ts";',
    "src/system/process.ts": 'import "node:child_process";',
    "__tests__/signed.test.ts": 'import { sign } from "./support/sign.ts";',
    "__tests__/support/sign.ts": 'import { cosign } from "../../scripts/setup/go-tools.ts";',
    "scripts/setup/go-tools.ts": 'import "node:child_process";',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  const names = (paths: readonly string[]) => paths.map((path) => path.slice("__tests__/".length, -".test.ts".length));
  const { unit, real, "go-tools": goTools } = testProjects(folder.path);
  expect(names(unit)).toEqual(["comment", "source", "types"]);
  expect(names(real)).toEqual(["deep", "dynamic", "helped", "ours", "process"]);
  expect(names(goTools)).toEqual(["signed"]);
});

it("every test file of this repository is in one project", () => {
  const { unit, real, "go-tools": goTools } = testProjects(root);
  const all = readdirSync(join(root, "__tests__"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `__tests__/${name}`);
  expect([...unit, ...real, ...goTools].sort()).toEqual(all.sort());
  expect(goTools).toContain("__tests__/examples/policy-controller.test.ts");
  expect(goTools.length).toBeLessThan(real.length / 4);
});

it("every kind of import is seen, and what only looks like one is not", () => {
  using folder = temporaryFolder("imports");
  const file = join(folder.path, "file.ts");
  writeFileSync(
    file,
    `import "a"; import { b } from "./b.ts"; import type { C } from "c"; export * from "d"; export type { E } from "e";
    export { b }; export const f = () => import("./f.ts"); type G = import("./g.ts").G; type H = typeof import("h");
    import(String(f)); // import "no";
    const text = 'import "no"'; /* import("no") */`,
  );
  expect(
    importsOf(file).map(({ to, type }) => `${to?.replace(folder.path, ".") ?? "computed"}${type ? " type" : ""}`),
  ).toEqual([...["a", "./b.ts", "c type", "d", "e type", "./f.ts", "./g.ts type", "h type", "computed"]]);
});
