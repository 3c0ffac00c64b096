import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { importsOf, readSource, type Source, type SyntaxNode, walk } from "../scripts/test/source.ts";
import { matches, mayImport, place, roomOf, rooms } from "./support/runs/rooms.ts";

// Checks `src/` against the table of docs/rooms.md, and against limits for its structure.

const root = join(import.meta.dirname, "..");
const src = join(root, "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort();
const sources = new Map(files.map((file) => [file, readSource(join(src, file))]));
const imports = files.flatMap((from) =>
  importsOf(join(src, from), sources.get(from)).map(({ to = "a computed name" }) => {
    const ours = to.startsWith(`${src}/`);
    return { from, to: ours ? relative(src, to) : to.startsWith("/") ? relative(root, to) : to, ours };
  }),
);

/** Expects that a list of offenders is empty. */
function none(measure: string, found: readonly string[]): void {
  expect.soft([...new Set(found)].sort(), measure).toEqual([]);
}

/** Expects that a number is within its limit. */
function atMost(measure: string, most: number, now: number): void {
  expect.soft(now, measure).toBeLessThanOrEqual(most);
}

/** Files that import themselves through others: each import inside such a circle. */
function arrowsInCircles(): string[] {
  const ways = new Map<string, string[]>();
  for (const { from, to, ours } of imports) if (ours) ways.set(from, [...(ways.get(from) ?? []), to]);
  const reachable = new Map<string, Set<string>>();
  for (const file of files) {
    const seen = new Set<string>();
    const open = [file];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const to of ways.get(next) ?? []) {
        if (!seen.has(to)) open.push(to);
        seen.add(to);
      }
    }
    reachable.set(file, seen);
  }
  return imports.filter(({ from, to }) => reachable.get(to)?.has(from)).map(({ from, to }) => `${from} → ${to}`);
}

/** True if one of two folders is in the other. */
const isInside = (one: string, other: string) => one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

/** Folders of one room that import each other, as `a ↔ b`. */
function twoWayPairs(counts: (one: string, other: string) => boolean): string[] {
  const arrows = new Set<string>();
  for (const { from, to, ours } of imports) {
    const [own, room] = [roomOf(from), roomOf(to)];
    if (!ours || !own || !room || place(from, own) !== place(to, room)) continue;
    arrows.add(`${dirname(from)} → ${dirname(to)}`);
  }
  return [...arrows].flatMap((arrow) => {
    const [one = "", other = ""] = arrow.split(" → ");
    return one < other && arrows.has(`${other} → ${one}`) && counts(one, other) ? [`${one} ↔ ${other}`] : [];
  });
}

interface Func {
  /** File and name. */
  readonly name: string;
  readonly parameters: number;
  readonly lines: number;
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

function nameOf(node: SyntaxNode, parent: SyntaxNode | undefined): string {
  const named = (node.id ?? parent?.id ?? parent?.key) as { name?: string; value?: string } | undefined;
  return named?.name ?? named?.value ?? "(without a name)";
}

function functionsOf(file: string, { text, program }: Source): Func[] {
  const found: Func[] = [];
  walk(program, (node, parent) => {
    if (!FUNCTIONS.has(node.type)) return;
    found.push({
      name: `${file} ${nameOf(node, parent)}`,
      parameters: (node.params as unknown[]).length,
      lines: text.slice(node.start, node.end).split("\n").length,
    });
  });
  return found;
}
const functions = [...sources].flatMap(([file, source]) => functionsOf(file, source));

/** True if it reads the environment, or a variable that only a platform sets. */
function readsEnvironment({ program }: Source): boolean {
  let reads = false;
  walk(program, (node, parent) => {
    if (node.type !== "MemberExpression" && parent?.type !== "ObjectPattern") return;
    const key = (node.property ?? node.key) as { name?: string; value?: unknown } | undefined;
    const name = String(key?.name ?? key?.value);
    const object = node.object as { name?: string } | undefined;
    if (/^(GITHUB|ACTIONS|RUNNER)_/.test(name) || (name === "env" && object?.name === "process")) reads = true;
  });
  return reads;
}

/**
 * Addresses and folders there, and the names of inputs and of workflows' expressions. For code, they name no platform.
 */
const ADDRESSES =
  /(?:[\w.-]*\.)?github(?:usercontent)?\\?\.(?:com|io)\b|\.github[/"]|pkg:github\/|github[-_](?:token|pat)[": ]|\$\{\{ *github\.\w+/gi;
/**
 * Names of inputs and outputs, in action.yml or as properties, the kind of a given report, addresses, and properties
 * that other readers of SBOMs know.
 */
const SCANNER_WORDS =
  /trivyignore\b|trivy-?(?:report|version|sha256|mirror(?:-token|Token)?|binary)\b|aquasecurity[/:]trivy(?:-db)?\b|aquasecurity\.github\.io/gi;
const namesGitHub = (file: string) => /github/i.test((sources.get(file)?.text ?? "").replaceAll(ADDRESSES, ""));

const linesOf = (file: string) => (sources.get(file)?.text.split("\n").length ?? 1) - 1;
const folders = [...new Set(files.map((file) => dirname(file)))];

test("the table is read: every file has a room, and every room a file", () => {
  expect(rooms.length).toBeGreaterThan(15);
  expect(new Set(rooms.map(({ row }) => row)).size).toBeLessThanOrEqual(12);
  for (const room of rooms) {
    const inRow = rooms.filter(({ row }) => row === room.row);
    expect(Math.max(inRow.length, room.mayImport.length, room.packages.length), room.name).toBeLessThanOrEqual(6);
    for (const name of room.mayImport.filter((each) => each !== "below"))
      expect(
        rooms.map((one) => one.name),
        room.name,
      ).toContain(name);
  }
  expect(files.filter((file) => !roomOf(file))).toEqual([]);
  none(
    "rooms without a file",
    rooms.map(({ name }) => name).filter((name) => !files.some((file) => roomOf(file)?.name === name)),
  );
});

test("the table allows every import between our files", () => {
  none(
    "imports alongside the table",
    imports.filter(({ from, to, ours }) => ours && !mayImport(from, to)).map(({ from, to }) => `${from} → ${to}`),
  );
});

test("every import of a package or of Node is one that the table allows", () => {
  none(
    "packages alongside the table",
    imports
      .filter(({ ours }) => !ours)
      .filter(({ from, to }) => !roomOf(from)?.packages.some((name) => matches(name, to) || to.startsWith(`${name}/`)))
      .map(({ from, to }) => `${from} → ${to}`),
  );
});

test("there is no circle, types included", () => none("arrows in circles", arrowsInCircles()));

test("no two folders of a room import each other", () => {
  // The remaining exceptions. Remove an entry here when its cause is gone, and add none.
  const left: string[] = [];
  none(
    "folders that import each other",
    twoWayPairs((one, other) => !isInside(one, other)).filter((pair) => !left.includes(pair)),
  );
  // Files of a folder and of its subfolder may import each other: a shared type at the top does no harm. Their number
  // must not grow.
  atMost("folders that import what they are in, and are imported by it", 19, twoWayPairs(isInside).length);
});

test("only index.ts is in the root, and no folder is full", () => {
  none(
    "files in the root",
    files.filter((file) => !file.includes("/") && file !== "index.ts"),
  );
  expect(existsSync(join(src, "chunks"))).toBe(false);
  none(
    "folders of more than 17 files",
    folders.filter((folder) => files.filter((file) => dirname(file) === folder).length > 17),
  );
});

test("no file is too long to be read", () => {
  none(
    "files of more than 460 lines",
    files.filter((file) => linesOf(file) > 460),
  );
});

test("Trivy is one scanner of several, and GitHub one platform", () => {
  // Only the lists know all scanners. Harbor's own reports are read by the action that finds the images.
  const importers = (room: string) => {
    const across = imports.filter(
      ({ from, to, ours }) => ours && roomOf(to)?.name === room && roomOf(from)?.name !== room,
    );
    return [...new Set(across.map(({ from }) => from))].sort();
  };
  expect(importers("scanners/*/")).toEqual(["actions/rescan/running.ts", "scanners/list.ts", "scanners/readers.ts"]);
  expect(importers("job/*/").filter((from) => !from.startsWith("forge/"))).toEqual(["job/detect.ts"]);
  // A job connects to its server, and a server knows its job's event. No other code knows which server it is.
  expect(importers("forge/*/").filter((from) => !from.startsWith("job/"))).toEqual([]);
  // The differences between the servers are rows in the tables of a forge.
  const isServers = (file: string) => file.startsWith("job/github/") || file.startsWith("forge/");
  const gitHub = files.filter((file) => !isServers(file) && namesGitHub(file));
  atMost(`files that name GitHub (${gitHub.join(", ")})`, 12, gitHub.length);
  // The files that are imported belong to one tool each.
  const others = files.filter((file) => !/^(?:scanners\/trivy|policy\/ignore-files|workflows)\//.test(file));
  const trivy = others.filter((file) => /trivy/i.test((sources.get(file)?.text ?? "").replaceAll(SCANNER_WORDS, "")));
  atMost(`files that name Trivy (${trivy.join(", ")})`, 10, trivy.length);
});

test("only index.ts, jobs and servers read the environment", () => {
  none(
    "readers of the environment",
    [...sources]
      .filter(([file, source]) => file !== "index.ts" && !/^(?:job|forge)\//.test(file) && readsEnvironment(source))
      .map(([file]) => file),
  );
});

test("no function has more than four parameters or sixty lines", () => {
  none(
    "functions of many parameters",
    functions.filter(({ parameters }) => parameters > 4).map(({ name }) => name),
  );
  none(
    "long functions",
    functions.filter(({ lines }) => lines > 60).map(({ name }) => name),
  );
  for (const action of ["gate", "rescan"])
    atMost(`lines of actions/${action}/run.ts`, 99, linesOf(`actions/${action}/run.ts`));
});
