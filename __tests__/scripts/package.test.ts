import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** Names of the packages whose code the bundle has. */
const bundled = new Set(
  [...readFileSync(join(root, "dist/licenses.txt"), "utf8").matchAll(/^-{80}\n(\S+)@\S+ \(/gm)].map(([, name]) => name),
);

it("package.json calls dependencies what the bundle contains, and everything else devDependencies", () => {
  const direct = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(Object.keys(manifest.dependencies).sort()).toEqual(direct.filter((name) => bundled.has(name)).sort());
  for (const name of ["@actions/core", "@actions/github", "@actions/exec", "@actions/tool-cache", "zod"])
    expect(manifest.dependencies).toHaveProperty([name]);
});

it("the project itself cannot be published by mistake", () => {
  expect(manifest.private).toBe(true);
});
