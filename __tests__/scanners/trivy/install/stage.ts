import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { ScannerWish } from "../../../../src/scanners/scanner.ts";
import { installTrivy } from "../../../../src/scanners/trivy/install/install.ts";
import type { SigstoreTrust } from "../../../../src/supply/signature.ts";
import { type ReleaseServer, startReleaseServer } from "../../../support/programs/releases.ts";
import { type TemporaryFolder, temporaryFolder } from "../../../support/runs/folder.ts";
import { type TestWorld, testWorld } from "../world.ts";

export const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/**
 * Everything that a test of the installation needs. Each test has a fresh world that always claims to be Linux on x64.
 */
export interface InstallStage {
  readonly server: ReleaseServer;
  readonly world: TestWorld;
  /** This test's own folder. */
  readonly folder: string;
  /** A shell script that prints `text` when it is started. `<file>.runs` counts its runs. */
  program(name: string, text: string): string;
  install(request: Partial<ScannerWish>, trust?: SigstoreTrust): ReturnType<typeof installTrivy>;
  /** The tool cache's folder of a version. */
  entry(version?: string): string;
  warnings(): string[];
  /** Paths that were requested. */
  asked(): string[];
}

export function installStage(): InstallStage {
  const whole = temporaryFolder("install");
  let folder: TemporaryFolder;
  let world: TestWorld;
  let server: ReleaseServer;
  beforeAll(async () => {
    server = await startReleaseServer();
  });
  afterAll(async () => {
    await server.close();
    whole.remove();
  });
  beforeEach(() => {
    folder = temporaryFolder("install");
    world = freshWorld(folder.path);
    server.clearFaults();
    server.requests.length = 0;
    Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 });
  });
  afterEach(() => folder.remove());
  return {
    get server() {
      return server;
    },
    get world() {
      return world;
    },
    get folder() {
      return folder.path;
    },
    program(name, text) {
      const path = join(whole.path, name);
      writeFileSync(path, `#!/bin/sh\necho x >> '${path}.runs'\nprintf '%s' '${text}'\n`);
      chmodSync(path, 0o755);
      return path;
    },
    // An explicit version, since the default changes with each new Trivy.
    install: (request, trust) => installTrivy({ version: "0.76.0", timeoutMs: 20_000, ...request }, world, trust),
    entry: (version = "0.76.0") => join(world.toolCache ?? "", "trivy", version, "x64"),
    warnings: () => world.lines.filter((line) => line.startsWith("warning")),
    asked: () => server.requests.map(({ path }) => path),
  };
}

function freshWorld(folder: string): TestWorld {
  const toolCache = join(folder, "tools");
  if (!existsSync(toolCache)) mkdirSync(toolCache);
  // The same archive on every machine that runs the tests.
  return testWorld(folder, {
    toolCache,
    platform: "linux",
    arch: "x64",
  });
}
