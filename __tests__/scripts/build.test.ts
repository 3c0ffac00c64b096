import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { build } from "../../scripts/build.ts";
import { root } from "../../scripts/setup/tools.ts";
import { sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("build");
const bundle = join(folder.path, "dist");
const source = join(folder.path, "source");

cpSync(join(root, "src"), join(source, "src"), { recursive: true });
cpSync(join(root, "package.json"), join(source, "package.json"));
symlinkSync(join(root, "node_modules"), join(source, "node_modules"));
await build(bundle, source);

const chunks = (of: string) => readdirSync(of).filter((name) => name.endsWith(".js"));

/** Our own modules whose code is in a chunk, as the bundler notes them in it. */
const modulesIn = (chunk: string) =>
  [...readFileSync(join(bundle, chunk), "utf8").matchAll(/^\/\/ src\/(.*)\.ts$/gm)].map(([, path = ""]) => path);

const ENTRIES = [
  "artifact-service.js",
  "cache-service.js",
  "image-gate.js",
  "index.js",
  "rescan.js",
  "sign.js",
  "thread.js",
  "verify.js",
];

test("a chunk with code of ours is named by the path of one of its modules", () => {
  const named = chunks(bundle).filter((name) => !ENTRIES.includes(name) && !/^(?:shared|package)\./.test(name));
  const wrong = named.filter((name) => {
    const [, dotted = "", data = ""] = /^(.*?)(\.generated\.json)?(?:\.entry)?\.js$/.exec(name) ?? [];
    const path = dotted.replaceAll(".", "/");
    const isModule = (data === "" ? [`${path}.ts`, `${path}/index.ts`] : [path + data]).some((file) =>
      existsSync(join(source, "src", file)),
    );
    // A module that only re-exports from others has no code.
    const has = modulesIn(name);
    return !isModule || (has.length > 0 && !has.some((of) => of.startsWith(path)));
  });
  expect(wrong).toEqual(["rolldown-runtime.js"]);
  expect(named.length).toBeGreaterThan(80);
});

test("only the command line loads its parser", () => {
  const loading = chunks(bundle).filter((name) =>
    readFileSync(join(bundle, name), "utf8").includes('"./package.commander.js"'),
  );
  expect(loading.length).toBeGreaterThan(0);
  expect(loading.filter((name) => !name.startsWith("cli."))).toEqual([]);
});

/** A chunk, and all that it imports by `import … from`. */
function loadedWith(chunk: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(chunk)) return loaded;
  loaded.add(chunk);
  const code = readFileSync(join(bundle, chunk), "utf8");
  for (const [, name = ""] of code.matchAll(/^import (?:[^;"]* from )?"\.\/([^"]+)";$/gm)) loadedWith(name, loaded);
  return loaded;
}

// Each thread has its own heap. With 600 kB of code in it, which V8 marks often, 0.7 GB took 0.7 s more CPU.
test("a thread that reads layers loads their reader, and neither schemas nor the gate", () => {
  const loaded = [...loadedWith("images.layers.read-layer.entry.js")];
  expect(loaded).toContain("shared.layers.js");
  const first = new Set([...loadedWith("index.js")].flatMap(modulesIn));
  const others = loaded.flatMap(modulesIn).filter((path) => !/^(?:images|system)\//.test(path) && !first.has(path));
  expect(others).toEqual(["domain/json/is-object"]);
  expect(first.has("actions/gate/run")).toBe(false);
  expect(loaded.filter((name) => name.startsWith("package."))).toEqual([]);
});

test("a runner finds each action and each process by its name", () => {
  expect(chunks(bundle).filter((name) => !name.includes(".", name.indexOf(".") + 1))).toEqual(
    expect.arrayContaining(ENTRIES),
  );
});

/** Modules of Node that a chunk loads, without those that Node itself starts with. */
function builtinsOf(chunk: string): string[] {
  const program = `const before = new Set(process.moduleLoadList);
    await import(${JSON.stringify(join(bundle, chunk))});
    console.log(process.moduleLoadList.filter((name) => !before.has(name)).join("\\n"));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  return output.split("\n").map((line) => line.replace("NativeModule ", ""));
}

test("a request loads no undici, neither Node's nor one of a package", () => {
  const loaded = builtinsOf("package.http-client.js");
  expect(loaded).toContain("http");
  expect(loaded.filter((name) => name.includes("undici"))).toEqual([]);
  expect(readFileSync(join(bundle, "package.http-client.js"), "utf8")).not.toContain("package.undici.js");
  // Requests of @actions/github use undici, as its authors intend.
  expect(readFileSync(join(bundle, "package.undici.js"), "utf8")).toContain("node_modules/undici/");
});

test("what could send a request loads nothing for it before it does", () => {
  for (const chunk of ["shared.scanner.js"]) {
    const loaded = builtinsOf(chunk);
    expect(loaded).toContain("net");
    expect(loaded.filter((name) => ["http", "https", "tls"].includes(name))).toEqual([]);
  }
});

/** The chunk, and all chunks that it loads. */
function withImports(chunk: string): string[] {
  const found = new Set([chunk]);
  for (const name of found)
    for (const [, imported = ""] of readFileSync(join(bundle, name), "utf8").matchAll(/^import .*"\.\/(.*)";$/gm))
      found.add(imported);
  return [...found];
}

test("judging a given report loads no code for images, and none of the history", () => {
  const judged = [
    "scanners.readers.entry.js",
    "scan.scan-report.js",
    "actions.gate.judge-scans.entry.js",
    "baseline.js",
  ];
  const started = ["actions.gate.decide.entry.js", ...judged];
  const loaded = started.flatMap(withImports);
  expect(loaded).toEqual(expect.arrayContaining(["shared.scan.js", "shared.domain.js"]));
  expect(loaded.filter((name) => /^images\.|^shared\.(?:scanner|layers|history)\./.test(name))).toEqual([]);
});

test("until its scanner works, a gate loads nothing of what reads the report, judges and shows", () => {
  const started = ["actions.gate.run.entry.js", "actions.gate.decide.entry.js", "actions.gate.bring-images.entry.js"];
  const loaded = [...started, "scanners.trivy.install.install.entry.js", "scanners.trivy.scanner.entry.js"].flatMap(
    withImports,
  );
  expect(loaded).toEqual(expect.arrayContaining(["shared.scan.js", "shared.scanner.js"]));
  expect(
    loaded.filter((name) => /^shared\.(?:domain|judging|answer|render|reports)\.|^scanners\.trivy\.report/.test(name)),
  ).toEqual([]);
});

test("the start loads nothing of Node that it does not call", () => {
  const loaded = builtinsOf("actions.gate.run.entry.js");
  expect(loaded).toContain("os");
  expect(loaded.filter((name) => /^(?:fs\/promises|crypto|child_process|internal\/fs\/streams)$/.test(name))).toEqual(
    [],
  );
});

test("a new function that one other file uses changes two chunks, and the name of none", async () => {
  const changed = join(folder.path, "changed");
  appendFileSync(join(source, "src/domain/one-line.ts"), '\nexport const addedHere = () => "added";\n');
  appendFileSync(
    join(source, "src/actions/gate/run.ts"),
    '\nimport { addedHere } from "../../domain/one-line.ts";\nconsole.log(addedHere());\n',
  );
  await build(changed, source);
  expect(chunks(changed)).toEqual(chunks(bundle));
  const differ = chunks(bundle).filter(
    (name) => readFileSync(join(bundle, name), "utf8") !== readFileSync(join(changed, name), "utf8"),
  );
  expect(differ).toEqual(["shared.inputs.js", "shared.start.js"]);
});
