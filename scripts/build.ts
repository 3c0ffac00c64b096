import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type OutputAsset, type OutputChunk, type Plugin, rolldown } from "rolldown";
import { licencesOf } from "./build/licences.ts";
import { NODE_EXPORTS } from "./build/node-exports.ts";
import { buildSingles, PROCESSORS } from "./build/single.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Modules of ours that are loaded before anything else: with them, the hash of the scanner's program is begun. */
const atStart = new Set<string>();
/** Modules of ours by which a gate reads its inputs. */
const atInputs = new Set<string>();
/** Modules of ours by which a gate prepares its scans. */
const beforeScan = new Set<string>();
/** Modules of ours that are needed until the scanner works. */
const forScan = new Set<string>();
/** Modules of ours that judge what the scanner found. */
const forJudging = new Set<string>();
/** Modules of ours by which a gate shows its answer, even if its inputs are wrong. */
const inAnswers = new Set<string>();

/** Modules of ours that the work of a thread needs. */
const inThreads = new Set<string>();

/** Packages that several chunks need, and our own shared code. */
const SHARED = [
  { name: "package.commander", test: /\/node_modules\/commander\// },
  { name: "package.zod", test: /\/node_modules\/zod\// },
  { name: "package.node", test: /\0lazy-builtin\// },
  // Not the older copy that @actions/github has, which needs undici.
  {
    name: "package.http-client",
    test: /(?<!\/@actions\/github)\/node_modules\/(?:tunnel|@actions\/http-client)\/|\0without-undici/,
  },
  { name: "package.undici", test: /\/node_modules\/(?:undici|@actions\/http-client)\// },
  { name: "package.toolkit", test: /\/node_modules\/(?:semver|@actions\/(?:exec|io))\//, minShareCount: 2 },
  { name: "package.azure", test: /\/node_modules\/@(?:azure|typespec)\//, minShareCount: 2 },
  {
    name: "shared.thread",
    test: (id: string) => (atStart.has(id) && inThreads.has(id)) || id.includes("\0own-builtin/"),
  },
  // Not the module that is started itself.
  { name: "shared.start", test: (id: string) => atStart.has(id) && !id.endsWith("/src/index.ts") },
  // Small modules that a thread, a given report, help and completion need, without the code around them.
  { name: "system.used-buffers", test: /\/src\/system\/used-buffers\.ts$/ },
  { name: "domain.json.is-object", test: /\/src\/domain\/json\/is-object\.ts$/ },
  { name: "shared.names", test: /\/src\/domain\/(?:did-you-mean|image\/reference|severity)\.ts$/ },
  { name: "shared.inputs", test: (id: string) => atInputs.has(id) },
  { name: "shared.scan", test: (id: string) => beforeScan.has(id) || (forScan.has(id) && /\/src\/domain\//.test(id)) },
  // The part of Trivy's room that reading a Trivy report needs, even without a scan of ours.
  {
    name: "shared.trivy",
    test: /\/src\/scanners\/(?:report-too-large|trivy\/(?:database\/health|process\/(?:left-out|log-facts)))\.ts$/,
  },
  // Each file that is loaded takes half a millisecond of CPU: what each gate needs is in few of them.
  { name: "shared.layers", test: (id: string) => forScan.has(id) && inThreads.has(id) },
  { name: "shared.system", test: (id: string) => forScan.has(id) && /\/src\/system\/(?!tar\/)/.test(id) },
  { name: "shared.scanner", test: (id: string) => forScan.has(id) },
  // The code that a run with wrong inputs needs alongside them. Other runs load it while the scanner works.
  { name: "shared.answer", test: (id: string) => inAnswers.has(id) },
  {
    name: "shared.domain",
    test: /\/src\/(?:domain\/(?!(?:evidence|report|history|metrics)\/)|system\/(?:errors|given-files)|render\/(?:shared\/)?(?:plain|safe-text|words|phrases))/,
    minShareCount: 2,
  },
  { name: "shared.judging", test: (id: string) => forJudging.has(id) },
  // Not needed by a gate on its way to an answer: schemas of evidence take 10 ms of CPU, and most runs have no history.
  { name: "shared.evidence", test: /\/src\/domain\/(?:report|evidence)\//, minShareCount: 2 },
  { name: "shared.render", test: /\/src\/render\/(?!sarif\/|rescan\/)/, minShareCount: 2 },
  // After what it shares with a gate: a group takes along what its modules import.
  { name: "shared.history", test: /\/src\/(?:domain\/(?:history|metrics)|render\/rescan)\//, minShareCount: 2 },
  { name: "shared.reports", test: /\/src\/(?:render\/sarif|reports\/)/, minShareCount: 2 },
];

/** Finds the modules that a few modules import by `import … from`, and their imports. */
const REACHED: Plugin = {
  name: "reached",
  buildEnd() {
    for (const [found, roots] of [
      [atStart, /\/src\/index\.ts$/],
      [inThreads, /\/src\/(?:images\/layers\/read-layer|system\/store\/hashing)\.ts$/],
      [atInputs, /\/src\/(?:actions\/gate\/run|job\/github\/platform)\.ts$/],
      [beforeScan, /\/src\/actions\/gate\/decide\.ts$/],
      [forScan, /\/src\/(?:actions\/gate\/bring-images|scanners\/trivy\/(?:scanner|install\/install))\.ts$/],
      [forJudging, /\/src\/(?:actions\/gate\/judge-scans|base-image\/find-bases)\.ts$/],
      [inAnswers, /\/src\/render\/answer\.ts$/],
    ] as const) {
      found.clear();
      const left = [...this.getModuleIds()].filter((id) => roots.test(id));
      for (const id of left) {
        if (found.has(id) || !id.includes("/src/")) continue;
        found.add(id);
        left.push(...(this.getModuleInfo(id)?.importedIds ?? []));
      }
    }
  },
};

/** Sub-actions: the file that is started tells `src/index.ts` what to run. */
const STARTS = ["rescan", "sign", "verify"];

/** The oldest Node that runs the bundle. */
const OLDEST_NODE = 24;

/**
 * The command. An older Node must be able to read it, to say which one is needed. The version is answered here, before
 * anything is loaded; a link with another name starts the command all the same.
 */
function commandStart(version: string): string {
  return `#!/usr/bin/env node
const [, , first, ...more] = process.argv;
if (Number(process.versions.node.split(".")[0]) < ${OLDEST_NODE}) {
  console.error(\`error: image-gate needs Node.js ${OLDEST_NODE} or newer; this is \${process.version}\`);
  process.exitCode = 2;
} else if ((first === "--version" || first === "-V") && more.length === 0) {
  process.stdout.on("error", ({ code }) => {
    if (code === "EPIPE") return;
    console.error(\`error: the version cannot be written to standard output (\${code})\`);
    process.exitCode = 2;
  });
  process.stdout.write(${JSON.stringify(`${version}\n`)});
} else {
  process.argv[1] = import.meta.filename;
  import("./index.js");
}
`;
}

/** Packages whose code is in a generated text, not among the modules. */
const WITHIN_TEXTS = [join(root, "node_modules/uplot/package.json")];

/** Warnings that say nothing about the bundle: on a busy machine, rolldown complains about slow plugins. */
const HARMLESS: ReadonlySet<string> = new Set(["CIRCULAR_DEPENDENCY", "PLUGIN_TIMINGS"]);

/** Only the uploading part of @actions/artifact is used; its downloads unpack with a package that has no licence. */
const WITHOUT_UNZIP = {
  name: "without-unzip-stream",
  resolveId: (id: string) => (id === "unzip-stream" ? "\0unzip-stream" : null),
  load: (id: string) => (id === "\0unzip-stream" ? "export default {};" : null),
};

/**
 * The HTTP client that sends our requests has undici for `getAgentDispatcher`, which is only called on the older copy
 * of it in @actions/github. Loading undici takes 25 ms of CPU.
 */
const WITHOUT_UNDICI = {
  name: "without-undici",
  resolveId: (id: string, importer?: string) =>
    id === "undici" && /(?<!\/@actions\/github)\/node_modules\/@actions\/http-client\//.test(importer ?? "")
      ? "\0without-undici"
      : null,
  load: (id: string) =>
    id === "\0without-undici"
      ? 'export class ProxyAgent { constructor() { throw new Error("undici is not in this bundle"); } }'
      : null,
};

/**
 * Modules of Node that are loaded when something of theirs is used, since most runs ask no server. `node:tls` takes 15
 * ms of CPU. An `import` of `node:http` takes 40 ms: it reads everything that it exports, also `WebSocket`, for which
 * Node loads its own undici and compiles a program of WebAssembly.
 */
const LAZY_BUILTINS = {
  name: "lazy-builtins",
  resolveId(id: string, _importer: string | undefined, { kind }: { readonly kind: string }) {
    const name = /^(?:node:)?(https?|tls)$/.exec(id)?.[1];
    return name !== undefined && kind !== "require-call" ? `\0lazy-builtin/${name}` : null;
  },
  load(id: string) {
    const name = /^\0lazy-builtin\/(.*)$/.exec(id)?.[1];
    if (name === undefined) return null;
    return `for (const name of ${JSON.stringify(NODE_EXPORTS[name])})
  Object.defineProperty(exports, name, { enumerable: true, get: () => process.getBuiltinModule("node:${name}")[name] });`;
  },
};

/** Modules of Node that are loaded when a function of theirs is called: `node:child_process` takes 3 ms of CPU. */
const LATE = ["child_process", "crypto", "fs/promises", "v8", "vm"];

/**
 * An `import` of `node:fs` reads everything that it exports, and so loads promises, streams and watchers of files: 3 ms
 * of CPU. Our own modules take only what they name. Packages import these modules as Node has them.
 */
const BARE = ["fs"];

const OWN_BUILTINS = {
  name: "own-builtins",
  resolveId(id: string, importer: string | undefined) {
    const name = id.replace(/^node:/, "");
    const isOurs = /^(?!.*\/node_modules\/).*\/src\//.test(importer ?? "");
    return isOurs && [...LATE, ...BARE].includes(name) ? `\0own-builtin/${name}` : null;
  },
  load(id: string) {
    const name = /^\0own-builtin\/(.*)$/.exec(id)?.[1];
    if (name === undefined) return null;
    const module = `process.getBuiltinModule("node:${name}")`;
    // Sorted: their order in Node is not the same in each version.
    const exported = Object.entries(
      Object.getOwnPropertyDescriptors(process.getBuiltinModule(`node:${name}`) ?? {}),
    ).sort(([a], [b]) => (a < b ? -1 : 1));
    const isLate = LATE.includes(name);
    const names = exported.flatMap(([key, { value }]) =>
      value !== undefined && key !== "default" && (!isLate || typeof value === "function") ? [key] : [],
    );
    const lines = names.map((key) => {
      const value = isLate ? `(...given) => ${module}.${key}(...given)` : `/* @__PURE__ */ own("${key}")`;
      return `export const ${key} = ${value};`;
    });
    const own = isLate ? "" : `const own = (key) => ${module}[key];\n`;
    return { code: `${own}${lines.join("\n")}\n`, moduleSideEffects: false };
  },
};

/** Names that are given above, and rolldown's own few lines. */
const GIVEN_NAMES = new Set([...SHARED.map(({ name }) => name), "rolldown-runtime"]);

/**
 * The path of a chunk's main module, which is the one that its others are there for: `src/images/registry/client.ts` is
 * `images.registry.client.js`. A module is in one chunk only, and so a name does not depend on other chunks' names.
 * `….entry.js` has no code: it exports from another chunk what `import()` of that module may see.
 */
function chunkName({ name, facadeModuleId, moduleIds }: ChunkToName, from: string): string {
  if (GIVEN_NAMES.has(name)) return "[name].js";
  const ours = moduleIds.filter((id) => id.startsWith(join(from, "src/")));
  const main = facadeModuleId ?? ours.at(-1) ?? moduleIds.at(-1);
  if (main === undefined) throw new Error(`chunk ${name} has no module`);
  const path = relative(from, main)
    .replace(/^src\//, "")
    .replace(/^.*node_modules\//, "package.")
    .replace(/(?:\/index)?\.[cm]?[jt]s$/, "")
    .replaceAll("/", ".");
  return moduleIds.length === 0 ? `${path}.entry.js` : `${path}.js`;
}

interface ChunkToName {
  readonly name: string;
  readonly facadeModuleId?: string | null | undefined;
  readonly moduleIds: readonly string[];
}

/**
 * Builds the bundle into `folder`. It has `index.js`, a file for each of the other starts, and the processes
 * `cache-service.js` and `artifact-service.js`. `thread.js` is the program of all threads. Named chunks and the
 * licences of their contents are alongside them. `from` is the folder that has `src/`.
 */
export async function build(folder: string, from = root): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundle = await rolldown({
    input: {
      index: join(from, "src/index.ts"),
      "cache-service": join(from, "src/job/github/cache/service.ts"),
      "artifact-service": join(from, "src/job/github/artifacts/service.ts"),
      thread: join(from, "src/images/layers/thread.ts"),
    },
    cwd: from,
    platform: "node",
    plugins: [REACHED, WITHOUT_UNZIP, WITHOUT_UNDICI, LAZY_BUILTINS, OWN_BUILTINS],
    treeshake: {
      // The toolkit's modules do nothing when imported; said so, its HTTP client stays out of runs that send nothing.
      moduleSideEffects: [{ test: /\/node_modules\/@actions\//, sideEffects: false }],
    },
    onLog(level, log, handle) {
      if (level === "warn" && !HARMLESS.has(log.code ?? "")) throw new Error(`rolldown: ${log.message}`);
      handle(level, log);
    },
  });
  const { output } = await bundle.write({
    dir: folder,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: (chunk) => chunkName(chunk, from),
    codeSplitting: { groups: SHARED },
    minify: false,
    // Otherwise an export is one letter, given again in each build: a changed file would change all that import it.
    minifyInternalExports: false,
    comments: { legal: true, annotation: false, jsdoc: false },
  });
  await bundle.close();
  refuseImportedEntries(output);
  for (const start of STARTS) writeFileSync(join(folder, `${start}.js`), 'import "./index.js";\n');
  const { version } = JSON.parse(readFileSync(join(from, "package.json"), "utf8")) as { version: string };
  writeFileSync(join(folder, "image-gate.js"), commandStart(version), { mode: 0o755 });
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  writeFileSync(join(folder, "licenses.txt"), licencesOf([...modules, ...WITHIN_TEXTS]));
}

/** A chunk that imported one of the processes would start it: their shared code must be in its own chunk. */
function refuseImportedEntries(output: readonly (OutputChunk | OutputAsset)[]): void {
  const chunks = output.filter((file) => file.type === "chunk");
  const entries = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const { fileName, imports, dynamicImports } of chunks)
    for (const name of [...imports, ...dynamicImports])
      if (entries.has(name)) throw new Error(`${fileName} imports ${name}: add what they share to SHARED`);
}

/** Builds alongside `folder` and moves the files in, so that anyone who runs the bundle meanwhile finds it whole. */
async function replaceBundle(folder: string): Promise<void> {
  const fresh = `${folder}.new-${process.pid}`;
  await build(fresh);
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(fresh);
  for (const name of names) renameSync(join(fresh, name), join(folder, name));
  for (const name of readdirSync(folder)) if (!names.includes(name)) rmSync(join(folder, name), { recursive: true });
  rmSync(fresh, { recursive: true });
}

/** Files of the committed bundle that differ from a fresh build; empty: it is current. */
export async function staleFiles(): Promise<string[]> {
  const fresh = mkdtempSync(join(tmpdir(), "image-gate-dist-"));
  try {
    await build(fresh);
    const committed = join(root, "dist");
    const names = new Set([...readdirSync(fresh), ...readdirSync(committed)]);
    return [...names].filter((name) => contents(join(fresh, name)) !== contents(join(committed, name))).sort();
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function contents(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  if (process.argv[2] === "--check") {
    const stale = await staleFiles();
    if (stale.length > 0) {
      console.error(`dist/ is not what the sources build: ${stale.join(", ")}. Run npm run build and commit it.`);
      process.exitCode = 1;
    }
  } else if (process.argv[2] === "--single") {
    const asked = process.argv.slice(3);
    const processors = PROCESSORS.filter((each) => asked.length === 0 || asked.includes(each));
    const fresh = mkdtempSync(join(tmpdir(), "image-gate-dist-"));
    await build(fresh);
    for (const file of await buildSingles(fresh, processors)) console.log(relative(root, file));
    rmSync(fresh, { recursive: true });
  } else {
    await replaceBundle(join(root, "dist"));
    console.log(`dist/: ${readdirSync(join(root, "dist")).join(", ")}`);
  }
}
