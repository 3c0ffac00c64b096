import { type UnjudgedPlatforms, unjudgedPlatforms } from "../../domain/image/platform.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { type Alert, code } from "../markdown/markdown.ts";
import { plain, shorten } from "../shared/safe-text.ts";
import type { Annotation, View } from "../view.ts";

const MOST = 12;
const REMEDY = "`platform: all` judges each; a list of platforms these.";

/** That a target's index has other platforms, which nobody looked at; empty: there are none. */
export function unjudgedNotice({ target }: JudgedTarget, { verdict }: View, alert: Alert): string {
  const found = unjudgedPlatforms(verdict.targets).find((each) => each.target === target);
  if (found === undefined) return "";
  return alert("NOTE", `**${sentence(found, (name) => code(name, 60))}** ${REMEDY}`);
}

/** The same as plain text; untrusted. */
export function unjudgedWords({ target }: JudgedTarget, { verdict }: View): string {
  const found = unjudgedPlatforms(verdict.targets).find((each) => each.target === target);
  return found === undefined ? "" : sentence(found, (name) => plain(shorten(name, 60)));
}

/** The same for the run as a whole. */
export function unjudgedAnnotations({ verdict }: View): Annotation[] {
  return unjudgedPlatforms(verdict.targets).map((found) => ({
    level: "notice",
    message: `${plain(shorten(found.target.label, 500))}: ${sentence(found, (name) => plain(shorten(name, 60)))} ${REMEDY}`,
  }));
}

function sentence({ judged, others }: UnjudgedPlatforms, show: (name: string) => string): string {
  const left = others.length - MOST;
  const names = others.slice(0, MOST).map(show).join(", ");
  const one = judged === undefined ? "One image" : `The image for ${show(judged)}`;
  return `${one} was judged. Its index has others, which were not looked at: ${names}${left > 0 ? ` and ${left} more` : ""}.`;
}
