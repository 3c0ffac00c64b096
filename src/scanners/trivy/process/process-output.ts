import { andMore } from "../../../domain/list-some.ts";
import { clipped } from "../../../domain/one-line.ts";
import { withoutUrlLogins } from "../../../domain/secrets/mask-secrets.ts";
import type { Log } from "../../../system/world.ts";
import { messageLine } from "../../program.ts";

/** With `--debug`, each link of Go's error chain is followed by the function and line of its origin. */
const STACK = /\n[ \t]+[\w.*()[\]/~@-]+\n[ \t]+\S+\.go:\d+(?=\n|$)/g;

/**
 * The text of Trivy's last fatal message, which may have several lines. If there is none, the last lines of the output.
 */
export function fatalMessage(output: string): string {
  const stderr = output.replace(STACK, "").replace(/\n[ \t]+- (?=\S)/g, " ");
  const at = stderr.lastIndexOf("\tFATAL\t");
  const text = at === -1 ? stderr.trimEnd().split("\n").slice(-3).join("\n") : stderr.slice(at + 7);
  return withoutUrlLogins(text.replace(/^(?:Fatal error|Error)\s/, "").trim());
}

/** The start of Go's error chain: the Trivy functions that it passed through. */
const CHAIN =
  /^(?:(?:(?:\w+ )?scan|run|init|report|analyze|pipeline) error: |scan failed: |failed analysis: |unable to initialize (?:a scan service|artifact|\w+ image|repository artifact): )+/;

/** A message on one line, without the steps that led to it. */
export function shortened(message: string): string {
  return messageLine(message, CHAIN);
}

const MAX_LINES = 60;
const MAX_LENGTH = 400;

/**
 * Shows a process's lines in a collapsed group of the log, with limited number and length. Further lines are only
 * counted, but the error repeats the last ones, which give the reason. Debug lines and Go's stack traces are not shown.
 */
export function logGroup(title: string, log: Log): { line(text: string): void; end(): void } {
  let count = 0;
  log.startGroup(title);
  return {
    line(untrusted) {
      if (untrusted.trim() === "" || isForDevelopers(untrusted)) return;
      if (++count > MAX_LINES) return;
      const text = withoutUrlLogins(untrusted);
      log.info(clipped(text, MAX_LENGTH));
    },
    end() {
      if (count > MAX_LINES) log.info(`… ${andMore(count - MAX_LINES, "line")}`);
      log.endGroup();
    },
  };
}

function isForDevelopers(line: string): boolean {
  return line.includes("\tDEBUG\t") || /^\s+(?:[\w.-]+\/\S+|\S+\.go:\d+)$/.test(line);
}
