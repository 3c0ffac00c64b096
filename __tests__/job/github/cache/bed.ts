import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { build } from "../../../../scripts/build.ts";
import { sharedCache } from "../../../../src/job/github/cache/shared-cache.ts";
import type { CacheEntry, SharedCache } from "../../../../src/system/shared-cache.ts";
import { type TestWorld, testWorld } from "../../../scanners/trivy/world.ts";
import { type FakeResults, SIGNATURE, startFakeResults } from "../../../support/github/fake-results.ts";
import { temporaryFolder } from "../../../support/runs/folder.ts";

export const DATABASE = { "trivy.db": "a database", "metadata.json": "{}" };

export const entry = (key: string, files = Object.keys(DATABASE)): CacheEntry => ({ key, files });

export const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));

type Files = Readonly<Record<string, Buffer | string>>;

export interface JobOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly limits?: Omit<NonNullable<Parameters<typeof sharedCache>[1]>, "program">;
  readonly program?: string;
  readonly platform?: NodeJS.Platform;
  /** Name of the folder that contains everything of the job. */
  readonly name?: string;
}

interface Job {
  readonly world: TestWorld;
  /** Asks for an entry in a new folder: the key that was found, and the files. */
  restored(...asked: Parameters<typeof entry>): Promise<{ found: string | undefined; files: Record<string, string> }>;
  /** Keeps these files under a key, and waits. */
  keep(key: string, files?: Files): Promise<void>;
  readonly cache: SharedCache;
  /** A new folder with these files. */
  folder(files?: Files): string;
  /** The log's lines of this level. */
  lines(level: "info" | "warning"): string[];
}

/** Command lines of the living processes that name a folder or run in it. */
export function processesIn(folder: string): string[] {
  const commandLine = (pid: string) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      return command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? command : "";
    } catch {
      return "";
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((command) => command !== "");
}

/** The invariants after every test: nothing left behind, no secret shown, at most one warning about the service. */
function expectInOrder(world: TestWorld, token: string): void {
  expect(readdirSync(world.runFolder)).toEqual([]);
  expect(processesIn(world.runFolder)).toEqual([]);
  const log = world.lines.join("\n");
  for (const secret of [SIGNATURE, token, "ghs_secret", "::"]) expect(log).not.toContain(secret);
  expect(world.lines.filter((line) => /^warning: \[cache-(?!entry)/.test(line)).length).toBeLessThanOrEqual(1);
}

/**
 * Jobs with the real @actions/cache in the real process, as the bundle has it, and a service over HTTP for each test.
 */
export function cacheBed() {
  const folder = temporaryFolder("shared-cache");
  const program = join(folder.path, "bundle/cache-service.js");
  let jobs: Job[] = [];
  let count = 0;

  /** One job, with its own folders, on the service. */
  function startJob({ env = {}, limits, platform = "linux", name = "job", ...options }: JobOptions = {}): Job {
    const place = join(folder.path, `${name}-${++count}`);
    const world = testWorld(place, {
      platform,
      env: {
        PATH: process.env.PATH,
        GITHUB_ACTIONS: "true",
        GITHUB_TOKEN: "ghs_secret",
        INPUT_TOKEN: "ghs_secret",
        NODE_OPTIONS: "--no-such-option",
        RUNNER_DEBUG: "1",
        ACTIONS_RESULTS_URL: bed.service.url,
        ACTIONS_CACHE_SERVICE_V2: "True",
        ACTIONS_RUNTIME_TOKEN: bed.service.token,
        ...env,
      },
    });
    const job: Job = {
      world,
      async restored(...asked) {
        const into = job.folder();
        const found = await job.cache.restore(entry(...asked), into);
        return { found, files: contents(into) };
      },
      async keep(key, files = DATABASE) {
        job.cache.save(entry(key, Object.keys(files)), job.folder(files));
        await job.cache.settle();
      },
      // On a busy machine, a process starts slowly.
      cache: sharedCache(world, { program: options.program ?? program, lookupMs: 20_000, ...limits }),
      folder(files = {}) {
        const path = join(place, `folder-${++count}`);
        mkdirSync(path);
        for (const [file, data] of Object.entries(files)) writeFileSync(join(path, file), data);
        return path;
      },
      lines: (level) => world.lines.filter((line) => line.startsWith(`${level}: `)),
    };
    jobs.push(job);
    return job;
  }

  const bed = {
    path: folder.path,
    program,
    service: undefined as unknown as FakeResults,
    startJob,
    /** Another job keeps these files under this key. */
    async keep(key: string, files: Files = DATABASE, options?: JobOptions) {
      const job = startJob(options);
      await job.keep(key, files);
      expect(job.lines("warning")).toEqual([]);
    },
  };

  beforeAll(() => build(join(folder.path, "bundle")));
  beforeEach(async () => {
    bed.service = await startFakeResults();
  });
  afterEach(async () => {
    for (const { world } of jobs) expectInOrder(world, bed.service.token);
    jobs = [];
    await bed.service.close();
  });
  afterAll(() => folder.remove());
  return bed;
}
