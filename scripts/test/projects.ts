import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { importsOf } from "./source.ts";

/** Whoever loads one of these starts a process, a server, a thread or a browser. */
const REAL = /^(node:(child_process|http|http2|https|net|worker_threads)|playwright-core)$/;
/** A test that calls one of these, or writes a program for the product to start, lets a process or a thread start. */
const STARTS = [
  "src/system/process.ts",
  "src/system/store/parts.ts",
  "src/images/layers/pool.ts",
  "__tests__/support/program.ts",
];
/** Whose imports are followed: in `src/` nearly everything leads to a process in the end. */
const OURS = /^(__tests__|scripts)\//;

/** The test files of each project, as paths below `root`; no list is kept, their imports decide. */
export function testProjects(root: string): { readonly unit: string[]; readonly real: string[] } {
  const known = new Map<string, boolean>();
  const isReal = (file: string): boolean => {
    const before = known.get(file);
    if (before !== undefined) return before;
    known.set(file, false);
    const real = importsOf(join(root, file)).some(({ to, type }) => {
      if (type || to === undefined) return false;
      const path = relative(root, to);
      return (
        REAL.test(to) ||
        STARTS.includes(path) ||
        (OURS.test(path) && path.endsWith(".ts") && existsSync(to) && isReal(path))
      );
    });
    known.set(file, real);
    return real;
  };
  const files = readdirSync(join(root, "__tests__"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `__tests__/${name}`)
    .sort();
  return { unit: files.filter((file) => !isReal(file)), real: files.filter(isReal) };
}
