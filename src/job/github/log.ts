import { harmless, type Output } from "../../system/harmless-text.ts";
import type { Level, Log, SourceLine } from "../../system/world.ts";

/** A runner keeps this many annotations of each level from one step, and silently drops the rest. */
export const ANNOTATIONS_PER_LEVEL = 10;

/** Limit for annotations about problems of the run, so that a problem of many targets leaves room for the answer. */
export const TROUBLES_PER_LEVEL = 5;

/** Runners cut an annotation's message at 4,096 characters. We cut earlier, after a whole character, and say so. */
const MAX_MESSAGE = 4000;

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function oneLine(text: string): string {
  return harmless(text).replaceAll("\n", " ");
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  const cut = message.slice(0, MAX_MESSAGE).replace(/[\uD800-\uDBFF]$/, "");
  return `${cut} … (shortened)`;
}

function annotation(level: Level, message: string, place: SourceLine | undefined): string {
  const properties = place ? ` file=${escapeProperty(oneLine(place.file))},line=${place.line}` : "";
  return `::${level}${properties}::${escapeData(shortened(harmless(message)))}`;
}

/** The forms that a secret can have in a log: whole, by line, in base64, in a URL, in JSON. */
function secretForms(value: string): string[] {
  const whole = value.trim();
  // Masking a shorter text would hide half of the log and protect nothing.
  if (whole.length < 4) return [];
  const forms = [
    ...value.split(/\r?\n/),
    Buffer.from(whole).toString("base64"),
    encodeURIComponent(whole.toWellFormed()),
    JSON.stringify(whole).slice(1, -1),
  ];
  return [...new Set([whole, ...forms.map((form) => form.trim())])].filter((form) => form.length >= 4);
}

/**
 * The log of a job on a GitHub runner, written as workflow commands. Messages beyond the limit for annotations of one
 * step are written as plain text, so that none is lost.
 *
 * It does not use `@actions/core`, whose module loads an HTTP client and takes more than half of our start-up time.
 */
export function workflowLog(out: Output, { colours = false } = {}): Log {
  const shown = { notice: 0, warning: 0, error: 0 };
  const line = (text: string): void => {
    out.write(`${text}\n`);
  };
  const annotationsLeft = (level: Level) => ANNOTATIONS_PER_LEVEL - shown[level];
  const annotate = (level: Level, message: string, place?: SourceLine, isKept = annotationsLeft(level) > 0) => {
    const suffix = place ? ` (${place.file}:${place.line})` : "";
    if (isKept) shown[level] += 1;
    line(isKept ? annotation(level, message, place) : harmless(`${level}: ${message}${suffix}`));
  };
  const troubles = { notice: 0, warning: 0, error: 0 };
  const trouble = (level: Level) => (message: string, place?: SourceLine) =>
    annotate(level, message, place, ++troubles[level] <= TROUBLES_PER_LEVEL && annotationsLeft(level) > 0);
  return {
    info: (text) => line(harmless(text)),
    show: (print) => line(print({ colours })),
    debug: (text) => line(`::debug::${escapeData(harmless(text))}`),
    startGroup: (title) => line(`::group::${escapeData(oneLine(title))}`),
    endGroup: () => line("::endgroup::"),
    notice: trouble("notice"),
    warning: trouble("warning"),
    error: trouble("error"),
    annotate: (level, message, place) => annotate(level, message, place),
    annotationsLeft,
    // Every form of the secret is masked.
    mask: (value) => {
      for (const form of secretForms(value)) line(`::add-mask::${escapeData(form)}`);
    },
  };
}
