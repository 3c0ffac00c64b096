import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";
import { root } from "../setup/tools.ts";

/** So often at most, in milliseconds, a line tells how far the run is. */
const INTERVAL_MS = 20_000;

/** How long a run has taken, for people: `3 min 20 s`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A reporter of Vitest that says now and then how many files are done, what fails, and which file is running. */
export default class Progress implements Reporter {
  readonly #running = new Map<string, number>();
  #began = 0;
  #told = 0;
  #files = 0;
  #done = 0;
  #failed = 0;

  onTestRunStart(files: readonly unknown[]): void {
    this.#began = performance.now();
    this.#told = this.#began;
    this.#files = files.length;
    console.log(`${files.length} files of tests.`);
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#running.set(moduleId, performance.now());
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.moduleId);
    this.#done += 1;
    if (!module.ok()) this.#failed += 1;
    const now = performance.now();
    if (now - this.#told < INTERVAL_MS) return;
    this.#told = now;
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : "";
    const running = [...this.#running].map(([file, since]) => `${relative(root, file)} (${duration(now - since)})`);
    const rest = running.length > 0 ? `; running: ${running.join(", ")}` : "";
    console.log(`${this.#done} of ${this.#files} files${failed}, ${duration(now - this.#began)}${rest}`);
  }
}
