import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/runs/folder.ts";

/** The day of the tests. */
export const TODAY = "2026-11-29";

/** A folder with these files, and the environment of a command that runs in it. */
export function cliWorld(files: Readonly<Record<string, string | Buffer>> = {}) {
  const folder = temporaryFolder("cli");
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), content);
  }
  return Object.assign(folder, {
    workspace: folder.path,
    temp: folder.path,
    env: { HOME: folder.path },
    toolCache: join(folder.path, "caches", "image-gate"),
    runFolder: join(folder.path, "run"),
    platform: process.platform,
    now: () => new Date(`${TODAY}T12:00:00Z`),
    at: (name: string) => join(folder.path, name),
  });
}

/** Streams that record all that a command writes. */
export function recorded() {
  const written = { out: "", err: "" };
  const to = (name: keyof typeof written) => ({ write: (text: string) => (written[name] += text) });
  return { written, streams: { out: to("out"), err: to("err") } };
}
