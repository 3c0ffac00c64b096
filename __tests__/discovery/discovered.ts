import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { gathered, type Read } from "../../src/discovery/gather.ts";
import { discover, type SourceAccess } from "../../src/discovery/index.ts";
import { readDocker } from "../../src/discovery/live/docker.ts";
import { readKubectl } from "../../src/discovery/live/kubectl.ts";
import { parseSource, type Source } from "../../src/discovery/parse-source.ts";
import type { Discovery } from "../../src/domain/history/running.ts";
import type { GateError } from "../../src/system/errors.ts";
import type { World } from "../../src/system/world.ts";
import { type TestWorld, testWorld } from "../scanners/trivy/world.ts";

/** Finds images by lines of `discover`. */
export function discovered(
  lines: readonly string[],
  world: World,
  asking: SourceAccess = { credentials: async () => undefined },
): Promise<Discovery> {
  return discover(lines.map(sourceOf), world, asking);
}

/** The findings of one source in a world: images by place, notes, and the error's code and text. */
export async function found(line: string, world: World) {
  const { images, sources } = await discovered([line], world);
  const [{ notes = [], error } = {}] = sources;
  return {
    images: images.map(({ at, reference }) => [at.name, reference]),
    notes,
    code: error?.code,
    what: error?.what,
  };
}

function sourceOf(line: string): Source {
  const source = parseSource(line);
  if ("mistake" in source) throw new Error(`${line} ${source.mistake}`);
  return source;
}

/** Asks a live source alone. */
export function readLive(source: Source, world: World, timeoutMs = 600_000): Promise<Read> {
  const credentials = async () => undefined;
  const allowance = { world, credentials, end: performance.now() + timeoutMs, signal: world.signal };
  return gathered(source.line, (found) =>
    source.kind === "kubectl" ? readKubectl(source, found, allowance) : readDocker(source, found, allowance),
  );
}

/** The reason why a source cannot be read. */
export const failureOf = (reading: Promise<Read>): Promise<GateError> =>
  reading.then(
    ({ problem }) => problem ?? expect.fail("it was read"),
    (error) => error,
  );

/** Writes files below a folder, by path. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A world whose workspace has these files and no others, and that has no programs. */
export function workspaceOf(folder: string, files: Readonly<Record<string, string | Buffer>>): TestWorld {
  const world = testWorld(mkdtempSync(join(folder, "case-")), { env: { PATH: "/no-programs" } });
  writeFiles(world.workspace, files);
  return world;
}
