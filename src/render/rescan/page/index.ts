import type { ImageRecord } from "../../../domain/history/record.ts";
import type { Numbers } from "../../../domain/metrics/numbers.ts";
import { agesOf, severityWeeksOf } from "../../../domain/metrics/trend.ts";
import { documentHead } from "../../html/document-head.ts";
import { isLinkable, link, name } from "../../print/html-text.ts";
import { joined } from "../../shared/phrases.ts";
import browser from "./browser.generated.json" with { type: "json" };
import { ageSection, deadlineSection, restSection, severitySection } from "./panels.ts";
import { firstNumbers, otherNumbers } from "./single.ts";

/** A year, with the week in which it began. */
const WEEKS = 53;
/** Longest name of the run and the repository, in UTF-16 units. */
const NAME = 200;

/** What the page is made from. */
export interface NumbersPage {
  /** The run's name. */
  readonly name: string;
  readonly repository: string;
  readonly runUrl?: string | undefined;
  readonly numbers: Numbers;
  /** The numbers after the run before. */
  readonly before?: Numbers | undefined;
  /** The history after this run, with the images that are gone. */
  readonly records: readonly ImageRecord[];
}

/**
 * The numbers as one page for a browser, with the panels of the Grafana dashboard. The page loads nothing and needs no
 * other file. Its content security policy allows only the script and the style in it. Without the script, all charts
 * are tables.
 */
export function renderNumbersPage(page: NumbersPage): string {
  const { numbers, before, records } = page;
  const weeks = severityWeeksOf(records, numbers.now, WEEKS);
  const ages = agesOf(records, numbers.now);
  const sections = [
    severitySection(numbers, weeks),
    ageSection(numbers, ages),
    deadlineSection(numbers),
    restSection(numbers),
  ];
  return `${head(page)}<main>
${firstNumbers(numbers, before)}${otherNumbers(numbers)}${sections.join("")}</main>
<footer>Made by Image Gate. This file is whole: it loads nothing. How each number is defined stands in docs/metrics.md.</footer>
</body>
</html>
`;
}

function head({ name: run, repository, runUrl, numbers: { now } }: NumbersPage): string {
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
`;
}
