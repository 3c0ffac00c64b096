import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { root } from "../../scripts/setup/tools.ts";

/** Names that tools write into the root, and Git does not keep. */
const MADE = /^(?:\.git|\.cache|node_modules|out|coverage|reports|\.stryker-tmp|dist\.new-.*|.*\.(?:tsbuildinfo|tgz))$/;

it("the root shows few things: the action, the sources, and what has its place there", () => {
  const names = readdirSync(root).filter(
    (name) => !MADE.test(name) && !/^\.(?:editorconfig|gitattributes|gitignore|node-version|npmrc)$/.test(name),
  );
  expect(names.sort()).toEqual([
    ...[".ci", ".github", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "__tests__"],
    ...["action.yml", "biome.json", "dist", "docs", "gitlab", "package-lock.json", "package.json", "rescan", "schema"],
    ...["scripts", "sign", "src", "templates", "tsconfig.json", "verify", "vitest.config.ts"],
  ]);
});
