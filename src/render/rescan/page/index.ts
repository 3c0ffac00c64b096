import type { Numbers } from "../../../domain/metrics/numbers.ts";
import type { Trend } from "../../../domain/metrics/trend.ts";
import { documentHead } from "../../html/document-head.ts";
import { htmlLine } from "../../print/html.ts";
import { isLinkable, link, name } from "../../print/html-text.ts";
import { joined } from "../../shared/phrases.ts";
import { afterWords, lengthWords, notNow, threeNumbers } from "../numbers.ts";
import browser from "./browser.generated.json" with { type: "json" };
import { type Html, panelsOf } from "./panels.ts";

/** Longest name of the run and the repository, in UTF-16 units. */
const NAME = 200;

/** The contents of the page. */
export interface NumbersPage {
  /** The run's name. */
  readonly name: string;
  readonly repository: string;
  readonly runUrl?: string | undefined;
  readonly numbers: Numbers;
  readonly trend: Trend;
}

/**
 * The numbers as one page for a browser. It loads nothing and needs no other file: its content security policy allows
 * only the script and the style in it. Without the script, all charts are tables.
 */
export function renderNumbersPage({ name: run, repository, runUrl, numbers, trend }: NumbersPage): string {
  const { now } = numbers;
  const title = `${name(run, NAME)}: the numbers`;
  const facts = [
    repository === run ? "" : `<bdi>${name(repository, NAME)}</bdi>`,
    `<time datetime="${now}">${now.slice(0, 10)} ${now.slice(11, 16)} UTC</time>`,
    runUrl !== undefined && isLinkable(runUrl) ? link("the run", runUrl) : "",
  ];
  return `${documentHead({ title, ...browser })}<header>
<h1>${title}</h1>
<p class="soft">${joined(" · ", facts)}</p>
</header>
<main>
${firstNumbers(numbers, trend.before)}<p>${joined(" ", [notNow(numbers), databaseWords(numbers)])}</p>
<div class="panels">
${panelsOf(numbers, trend.weeks)}</div>
</main>
<footer>Made by Image Gate. This file is whole: it loads nothing. How each number is defined is in docs/metrics.md.</footer>
</body>
</html>
`;
}

/** The three numbers, with their values after the run before. */
function firstNumbers(numbers: Numbers, last: Numbers | undefined): Html {
  const items = threeNumbers(numbers, last).map(({ title, now, more, before }) => {
    const below = joined("<br>", [htmlLine(more), last === undefined ? "" : `${before} ${afterWords(last)}`]);
    return `<div><dt>${title}</dt><dd class="value">${now}</dd>${below === "" ? "" : `<dd class="soft">${below}</dd>`}</div>\n`;
  });
  return `<dl class="numbers">\n${items.join("")}</dl>\n`;
}

function databaseWords({ databaseAge }: Numbers): string {
  const age = databaseAge === undefined ? "of unknown age" : `${lengthWords(databaseAge)} old`;
  return `The oldest vulnerability database of this run was ${age}.`;
}
