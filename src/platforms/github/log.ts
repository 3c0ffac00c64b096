import { harmless, type Output } from "../../system/harmless-text.ts";
import type { Level, Log, Place } from "../../system/world.ts";

/** A runner keeps so many annotations of each level from one step and drops the rest without a word. */
export const ANNOTATIONS_PER_LEVEL = 10;

/** Of these, so many are for what stands in a run's way: one trouble in many targets leaves room for the answer's own. */
export const TROUBLES_PER_LEVEL = 5;

/** Runners cut an annotation's message at 4,096 characters; ours ends on a whole character and says so. */
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

function annotation(level: Level, message: string, place: Place | undefined): string {
  const where = place ? ` file=${escapeProperty(oneLine(place.file))},line=${place.line}` : "";
  return `::${level}${where}::${escapeData(shortened(harmless(message)))}`;
}

/** The forms in which a secret can turn up in a log: whole, by line, base64, as part of a URL, within JSON. */
function secretForms(value: string): string[] {
  const whole = value.trim();
  // A shorter one would blank out half of the log and protect nothing.
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
 * The log of a job on a GitHub runner, by workflow commands. What exceeds the annotations that the platform shows for
 * one step is written as plain text, so that nothing is lost.
 *
 * Not made of `@actions/core`: its module loads an HTTP client, which costs more than half of our start-up.
 */
export function workflowLog(out: Output, { colours = false } = {}): Log {
  const shown = { notice: 0, warning: 0, error: 0 };
  const line = (text: string): void => {
    out.write(`${text}\n`);
  };
  const annotationsLeft = (level: Level) => ANNOTATIONS_PER_LEVEL - shown[level];
  const annotate = (level: Level, message: string, place?: Place, room = annotationsLeft(level)) => {
    const where = place ? ` (${place.file}:${place.line})` : "";
    if (room <= 0) return line(harmless(`${level}: ${message}${where}`));
    shown[level] += 1;
    line(annotation(level, message, place));
  };
  const troubles = { notice: 0, warning: 0, error: 0 };
  const trouble = (level: Level) => (message: string, place?: Place) => {
    troubles[level] += 1;
    annotate(level, message, place, Math.min(annotationsLeft(level), TROUBLES_PER_LEVEL + 1 - troubles[level]));
  };
  return {
    info: (text, paint) => line(colours && paint ? paint(harmless(text)) : harmless(text)),
    debug: (text) => line(`::debug::${escapeData(harmless(text))}`),
    startGroup: (title) => line(`::group::${escapeData(oneLine(title))}`),
    endGroup: () => line("::endgroup::"),
    notice: trouble("notice"),
    warning: trouble("warning"),
    error: trouble("error"),
    annotate: (level, message, place) => annotate(level, message, place),
    annotationsLeft,
    // Whole, each of its lines, and the encodings in which it travels.
    mask: (value) => {
      for (const form of secretForms(value)) line(`::add-mask::${escapeData(form)}`);
    },
  };
}
