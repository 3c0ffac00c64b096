import { MOVING_MEANS, MOVING_REMEDY, MOVING_WHY, movingWords } from "../sections/base-image.ts";
import { counted } from "../shared/phrases.ts";
import type { View } from "../view.ts";
import { code, sentence } from "./text.ts";

const MOST_FROMS = 50;

/** A note on each FROM whose image may be another one tomorrow; empty: there is none. */
export function movingSection({ dockerfile }: View): string {
  if (dockerfile === undefined || dockerfile.moving.length === 0) return "";
  const { file, moving } = dockerfile;
  const items = moving.slice(0, MOST_FROMS).map(({ line, image, why }) => {
    return `<li>${code(`${file}:${line}`)} ${code(`FROM ${image}`)}: ${sentence(MOVING_WHY[why])}</li>`;
  });
  const left = moving.length - items.length;
  if (left > 0) items.push(`<li>and ${counted(left, "more FROM")}</li>`);
  return `<section class="note" aria-labelledby="moving-title">
<h2 id="moving-title">${movingWords(moving)}: ${MOVING_MEANS}</h2>
<p>${MOVING_REMEDY}</p>
<ul>${items.join("")}</ul>
</section>
`;
}
