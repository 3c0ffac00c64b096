import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { Duplex, type Readable, type Writable } from "node:stream";
import { timeLimit } from "./background.ts";
import { GateError } from "./errors.ts";

export interface ProcessOptions {
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds until the process group is ended. */
  readonly deadlineMs: number;
  /** Milliseconds between the two SIGTERM, and again before SIGKILL; 2,000 by default. */
  readonly graceMs?: number | undefined;
  /** Also ends the process group. If it is already aborted, nothing is started. */
  readonly signal: AbortSignal;
  /** Gets each line of stderr as it arrives, without the line feed; a very long line is cut. */
  readonly onStderrLine?: ((line: string) => void) | undefined;
  /** The process's standard input; empty by default. */
  readonly stdin?: string | Buffer | undefined;
  /** Bytes of stdout that are kept, 1 MiB by default; the rest is read and dropped. */
  readonly maxCapture?: number | undefined;
  /** Gets all of stdout in pieces; the result then has none of it. */
  readonly onStdout?: ((chunk: Buffer) => void) | undefined;
}

export interface ProcessResult {
  /** Exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  /** The last 64 KiB. */
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly aborted: boolean;
}

/** A scanner may end only at the second SIGTERM; a hanging one ends at neither. */
const GRACE_MS = 2000;
/** How long the pipes may stay open after the process ends, since a grandchild may keep them open forever. */
const DRAIN_MS = 500;
const MAX_TAIL = 64 * 1024;
const MAX_LINE = 8 * 1024;
const MAX_CAPTURE = 1024 * 1024;

/**
 * Runs a program from an argument list, in its own process group, and waits for its end. At the deadline or on the
 * signal the whole group gets SIGTERM, a second SIGTERM `graceMs` later, and SIGKILL after the same time again. When
 * the program has ended, the rest of its group is killed. Memory stays bounded, however much the program writes.
 * @throws GateError `program-not-started`
 */
export async function runProcess(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  if (options.signal.aborted)
    return { code: null, signal: null, stdout: "", stderr: "", timedOut: false, aborted: true };
  const child = await start(file, args, options);
  const stdout = keepHead(child.stdout, options.onStdout ? 0 : (options.maxCapture ?? MAX_CAPTURE));
  if (options.onStdout) child.stdout.on("data", options.onStdout);
  const stderr = keepTail(child.stderr, options.onStderrLine);
  const ending = endInTime(child, options);
  const { code, signal } = await ended(child);
  return { code, signal, stdout: stdout(), stderr: stderr(), ...ending.stop() };
}

/** A running program, and its two ends. */
export interface Conversation {
  /** Writes to its standard input, reads its standard output. If it is destroyed, the program is ended. */
  readonly stream: Duplex;
  /** The program's end. */
  readonly ended: Promise<Omit<ProcessResult, "stdout">>;
}

/**
 * Starts a program that is talked to through its standard input and output. It ends as {@link runProcess} says, and
 * with the stream.
 * @throws GateError `program-not-started`; the signal's reason
 */
export async function talkTo(
  file: string,
  args: readonly string[],
  options: Pick<ProcessOptions, "cwd" | "env" | "deadlineMs" | "signal">,
): Promise<Conversation> {
  options.signal.throwIfAborted();
  const child = await start(file, args, options, "pipe");
  const stderr = keepTail(child.stderr, undefined);
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin as Writable });
  const closing = new AbortController();
  const ending = endInTime(child, { ...options, signal: AbortSignal.any([options.signal, closing.signal]) });
  stream.on("error", () => {}).once("close", () => closing.abort());
  const result = ended(child).then(({ code, signal }) => ({ code, signal, stderr: stderr(), ...ending.stop() }));
  return { stream, ended: result };
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** Starts a process; a failure to start becomes a GateError. */
async function start(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
  input: "whole" | "pipe" = "whole",
): Promise<Child> {
  try {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env,
      // It leads its own group, so that its children can be ended with it. Windows has no such groups.
      detached: process.platform !== "win32",
      windowsHide: true,
      stdio: [input === "whole" && options.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    }) as Child;
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    // A program may end before it has read all of its input.
    child.stdin?.on("error", () => {});
    if (input === "whole") child.stdin?.end(options.stdin);
    return child;
  } catch (cause) {
    throw notStarted(file, cause);
  }
}

/** The error of a program that the system does not start. */
export function notStarted(file: string, cause: unknown): GateError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new GateError(
    "program-not-started",
    `The program ${JSON.stringify(file)} could not be started (${code ?? message.replace(/\.$/, "")})`,
    "Check that it exists, and that the user of this run may execute it (chmod +x, no file system mounted noexec). It must be made for this operating system and processor, and the machine needs free memory.",
    { cause },
  );
}

/** The processes that must end with this one: otherwise they would write into folders that it removes at its end. */
const running = new Set<ChildProcess>();
process.prependListener("exit", () => {
  for (const child of running) kill(child, "SIGKILL");
});

/** Resolves when the process has ended and its pipes are read, or {@link DRAIN_MS} after its end. */
function ended(child: Child): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  running.add(child);
  return new Promise((resolve) => {
    let drain: NodeJS.Timeout | undefined;
    child.once("exit", () => {
      running.delete(child);
      drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
      // Otherwise its children would outlive the job's step.
      kill(child, "SIGKILL");
    });
    child.once("close", (code, signal) => {
      clearTimeout(drain);
      resolve({ code, signal });
    });
  });
}

/** Ends the group at the deadline or on the signal; `stop` returns the one that ended it. */
function endInTime(child: ChildProcess, { deadlineMs, graceMs = GRACE_MS, signal }: ProcessOptions) {
  const deadline = timeLimit(deadlineMs);
  const either = AbortSignal.any([signal, deadline]);
  const timers: NodeJS.Timeout[] = [];
  const end = () => {
    kill(child, "SIGTERM");
    timers.push(setTimeout(() => kill(child, "SIGTERM"), graceMs));
    timers.push(setTimeout(() => kill(child, "SIGKILL"), 2 * graceMs));
  };
  either.addEventListener("abort", end, { once: true });
  if (either.aborted) end();
  return {
    stop() {
      for (const timer of timers) clearTimeout(timer);
      either.removeEventListener("abort", end);
      const timedOut = either.aborted && either.reason === deadline.reason;
      return { timedOut, aborted: either.aborted && !timedOut };
    },
  };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group has already ended.
  }
}

function keepHead(stream: Readable, max: number): () => string {
  const chunks: Buffer[] = [];
  let left = max;
  stream.on("data", (chunk: Buffer) => {
    if (left <= 0) return;
    chunks.push(chunk.subarray(0, left));
    left -= chunk.length;
  });
  stream.on("error", () => {});
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Keeps the end of a stream as text, and passes every line to `onLine`, but only the beginning of a very long line. */
function keepTail(stream: Readable, onLine: ((line: string) => void) | undefined): () => string {
  let tail = "";
  let rest = "";
  const pass = (line: string) =>
    onLine?.(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line.replace(/\r$/, ""));
  stream.setEncoding("utf8").on("data", (text: string) => {
    tail = tail.length + text.length > 2 * MAX_TAIL ? (tail + text).slice(-MAX_TAIL) : tail + text;
    const lines = (rest + text).split("\n");
    rest = (lines.pop() ?? "").slice(0, MAX_LINE + 1);
    lines.forEach(pass);
  });
  stream.on("error", () => {});
  stream.once("close", () => rest !== "" && pass(rest));
  return () => tail.slice(-MAX_TAIL);
}
