import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { ensureTmux } from "../../../scripts/setup/system.ts";
import { debian12, saveImage } from "../../support/images/images.ts";
import { installPacked, type Packed } from "../../support/programs/packed.ts";
import { type Bed, startTestBed } from "../../support/runs/bed.ts";
import { temporaryFolder } from "../../support/runs/folder.ts";

// The view of a user: the packed command in a terminal that keeps a screen, as tmux shows it.

const tmux = await ensureTmux();
const folder = temporaryFolder("tmux");
const workspace = join(folder.path, "work");
const temp = join(folder.path, "tmp");
let bed: Bed;
let packed: Packed;

beforeAll(async () => {
  if (tmux === undefined) return;
  for (const path of [workspace, temp]) mkdirSync(path);
  [bed, packed] = await Promise.all([startTestBed(), installPacked(folder.path)]);
  saveImage(join(workspace, "app.tar"), debian12());
});
afterAll(async () => {
  await bed?.close();
  folder.remove();
});

/** A window of tmux in which the command runs. */
class Window implements AsyncDisposable {
  readonly #socket: string;

  constructor(name: string) {
    this.#socket = join(folder.path, name);
  }

  async ask(...args: string[]): Promise<string> {
    const env = {
      PATH: packed.path,
      HOME: folder.path,
      XDG_CACHE_HOME: join(folder.path, "cache"),
      TMPDIR: temp,
      LC_ALL: "C.UTF-8",
    };
    const all = ["-f", "/dev/null", "-S", this.#socket, ...args];
    const { code, stdout, stderr } = await finish(tmux ?? "", all, { cwd: workspace, env });
    if (code !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr}`);
    return stdout;
  }

  async start(columns: number, words: readonly string[]): Promise<void> {
    const means = Object.entries(bed.inputs).map(([name, value]) => `--${name}=${value}`);
    const line = [packed.program, ...words, ...means].map((word) => `'${word}'`).join(" ");
    await this.ask("new-session", "-d", "-x", `${columns}`, "-y", "60", `${line}; echo "exit $?"; sleep 60`);
  }

  /** The screen's lines without the empty ones at its end. Lines that the terminal has wrapped are joined again. */
  async screen(...options: string[]): Promise<string> {
    return (await this.ask("capture-pane", "-p", "-J", ...options)).trimEnd();
  }

  /** All screens up to the first one with this text. */
  async screensUntil(text: string | RegExp): Promise<string[]> {
    const seen: string[] = [];
    for (const end = Date.now() + 60_000; Date.now() < end; await wait(30)) {
      const screen = await this.screen();
      if (screen !== seen.at(-1)) seen.push(screen);
      if (screen.search(text) >= 0) return seen;
    }
    throw new Error(`never seen: ${seen.at(-1)}`);
  }

  async [Symbol.asyncDispose]() {
    await this.ask("kill-server");
  }
}

describe.skipIf(!tmux)("the screen (needs tmux)", () => {
  const withoutColours = readFileSync(join(import.meta.dirname, "golden/80-columns-without-colours.txt"), "utf8");
  const lines = (text: string) => text.trimEnd().split("\n");
  const trimmed = (text: string) => lines(text).map((line) => line.trimEnd());

  it("has a line of progress while the image is scanned, and then the answer alone, as wide as the window", async () => {
    await using window = new Window("wide");
    await window.start(80, ["app.tar"]);
    const screens = await window.screensUntil("exit 1");
    expect(screens.slice(0, -1).filter((screen) => /^Trivy: app\.tar$/.test(screen))).not.toEqual([]);
    for (const screen of screens.slice(0, -1)) if (!screen.startsWith("fail")) expect(lines(screen)).toHaveLength(1);
    expect(trimmed(screens.at(-1) ?? "")).toEqual([...trimmed(withoutColours), "exit 1"]);
    for (const line of trimmed(withoutColours).filter((each) => !each.includes("$ ")))
      expect(line.length).toBeLessThanOrEqual(80);
    // Bold red, and reset behind it.
    expect(await window.screen("-e")).toMatch(/^\u001b\[1m\u001b\[31mfail\u001b\[0m/);
  });

  it("of 20 columns keeps no piece of the progress line", async () => {
    await using window = new Window("narrow");
    await window.start(20, ["app.tar"]);
    const screens = await window.screensUntil("exit 1");
    const progress = screens.filter((screen) => /^(?:Preparing|Trivy)/.test(screen));
    expect(progress).not.toEqual([]);
    for (const screen of progress) expect(lines(screen)).toHaveLength(1);
    expect(trimmed(await window.screen("-S", "-"))).toEqual([...trimmed(withoutColours), "exit 1"]);
  });

  it("shows no progress after Ctrl-C, and nothing of the run is left", async () => {
    const asked = Promise.withResolvers<void>();
    const server = createServer(() => asked.resolve());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await using window = new Window("interrupted");
    await window.start(80, [`127.0.0.1:${(server.address() as AddressInfo).port}/app:1`, "--image-source=remote"]);
    await asked.promise;
    await window.ask("send-keys", "C-c");
    const last = (await window.screensUntil("exit ")).at(-1) ?? "";
    server.closeAllConnections();
    server.close();
    expect(lines(last).map((line) => line.replace(/^\^C/, ""))).toEqual([
      expect.stringMatching(/^error: \[run-cancelled\]/),
      "exit 130",
    ]);
    expect(readdirSync(temp)).toEqual([]);
  });

  it("ends the run in order when the window is closed", async () => {
    const asked = Promise.withResolvers<void>();
    const server = createServer(() => asked.resolve());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    await using window = new Window("closed");
    await window.start(80, [`127.0.0.1:${(server.address() as AddressInfo).port}/app:1`, "--image-source=remote"]);
    await window.ask("new-session", "-d", "sleep 60");
    await asked.promise;
    expect(readdirSync(temp)).not.toEqual([]);
    await window.ask("kill-session", "-t", "0");
    for (const end = Date.now() + 30_000; readdirSync(temp).length > 0 && Date.now() < end; ) await wait(50);
    expect(readdirSync(temp)).toEqual([]);
    server.closeAllConnections();
    server.close();
  });
});
