import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { importsOf } from "./source.ts";

/** Anyone who loads one of these starts a process, a server, a thread or a browser. */
const REAL = /^(node:(child_process|http|http2|https|net|worker_threads)|playwright-core)$/;
/** A test that calls one of these, or writes a program for the product to start, lets a process or a thread start. */
const STARTS = [
  "src/system/process.ts",
  "src/system/store/hashing.ts",
  "src/system/threads.ts",
  "src/images/layers/pool.ts",
  "__tests__/support/programs/program.ts",
];
/**
 * A test that reaches one of these needs programs that are built from Go sources, which takes minutes the first time.
 * They are Cosign, the parts of clusters and engines that hold images to their signatures, and the readers that ours
 * are compared with.
 */
const BUILT = ["scripts/setup/go-tools.ts"];
/** The folders whose imports are followed: in `src/` nearly everything leads to a process in the end. */
const OURS = /^(__tests__|scripts)\//;

/** The test files of each project, as paths below the root. */
export interface TestProjects {
  /** Starts nothing. */
  readonly unit: string[];
  /** Starts processes, servers, threads or a browser. */
  readonly real: string[];
  /** Needs, too, programs that are built from Go sources. */
  readonly "go-tools": string[];
}

/** No list is kept: the imports of the test files below `root`, and of their helpers, decide. */
export function testProjects(root: string): TestProjects {
  const reaches = (isGoal: (to: string, path: string) => boolean) => {
    const known = new Map<string, boolean>();
    const look = (file: string): boolean => {
      const before = known.get(file);
      if (before !== undefined) return before;
      known.set(file, false);
      const found = imports(file).some(
        ({ to, path }) => isGoal(to, path) || (OURS.test(path) && path.endsWith(".ts") && existsSync(to) && look(path)),
      );
      known.set(file, found);
      return found;
    };
    return look;
  };
  const read = new Map<string, { readonly to: string; readonly path: string }[]>();
  /** The modules that a file loads at run time, each also as a path below `root`. */
  function imports(file: string) {
    const before = read.get(file);
    if (before) return before;
    const loaded = importsOf(join(root, file)).flatMap(({ to, type }) =>
      type || to === undefined ? [] : [{ to, path: relative(root, to) }],
    );
    read.set(file, loaded);
    return loaded;
  }
  const isReal = reaches((to, path) => REAL.test(to) || STARTS.includes(path));
  const isBuilt = reaches((_, path) => BUILT.includes(path));
  const files = readdirSync(join(root, "__tests__"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `__tests__/${name}`)
    .sort();
  const real = files.filter(isReal);
  return {
    unit: files.filter((file) => !isReal(file)),
    real: real.filter((file) => !isBuilt(file)),
    "go-tools": real.filter(isBuilt),
  };
}
