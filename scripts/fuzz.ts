import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// npm run fuzz -- [MINUTES] [part of a file's name]: the properties of __tests__/fuzz, each for this many minutes (1).
const root = fileURLToPath(new URL("..", import.meta.url));
const [first, ...rest] = process.argv.slice(2);
const isTime = first !== undefined && /^\d+(\.\d+)?$/.test(first);
const minutes = isTime ? Number(first) : 1;
const words = isTime || first === undefined ? rest : [first, ...rest];
const files = readdirSync(join(root, "__tests__/fuzz"))
  .filter((name) => name.endsWith(".test.ts") && (words.length === 0 || words.some((word) => name.includes(word))))
  .map((name) => join("__tests__/fuzz", name));
if (files.length === 0) throw new Error(`No file of __tests__/fuzz has ${words.join(" or ")} in its name.`);
console.log(`${files.length} files, ${minutes} minutes for each property`);
const { status } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...files], {
  cwd: root,
  stdio: "inherit",
  env: { FUZZ_SEED: "random", ...process.env, FUZZ_SECONDS: String(minutes * 60) },
});
process.exitCode = status ?? 1;
