import child_process, { ChildProcess } from "node:child_process";
import { syncBuiltinESMExports } from "node:module";
import { Server, Socket } from "node:net";
import worker_threads from "node:worker_threads";
import { afterEach } from "vitest";

// For the project `unit`: a test fails if it starts a process or sends a request, even if the code under test catches
// the refusal.
const refused: string[] = [];

function refuse(what: string) {
  // No arrow function: `Worker` is called with `new`.
  return function refusal(): never {
    refused.push(what);
    throw new Error(`A test of the project "unit" ${what}.`);
  };
}

Object.assign(ChildProcess.prototype, { spawn: refuse("starts a process") });
for (const name of ["spawnSync", "execSync", "execFileSync"] as const) {
  child_process[name] = refuse("starts a process") as never;
}
worker_threads.Worker = refuse("starts a thread") as never;
Server.prototype.listen = refuse("starts a server") as never;
Socket.prototype.connect = refuse("opens a connection") as never;
syncBuiltinESMExports();

afterEach(() => {
  const all = refused.splice(0);
  if (all.length > 0) {
    throw new Error(
      `This test ${all.join(", ")}, but its file is in the project "unit". A file is in "real" if it imports ` +
        "node:child_process, a server, or a helper that does (scripts/test/projects.ts, docs/testing.md).",
    );
  }
});
