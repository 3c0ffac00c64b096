import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gitHubPage } from "./github-page.ts";

const STYLE = readFileSync(join(import.meta.dirname, "gitlab.css"), "utf8");

/** A square in a circle, as GitLab makes avatars for accounts without one. */
const AVATAR =
  '<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="16" fill="#e4f0ff"/><path d="M10 10h12v12H10z M13 13v6h6v-6z" fill="#064787" fill-rule="evenodd"/></svg>';

/**
 * A page that shows a note's Markdown much as GitLab's merge requests do. It was not compared with GitLab's own page.
 */
export function gitLabPage(markdown: string): string {
  const page = gitHubPage(markdown);
  const start = page.indexOf('<div class="comment">');
  const article = page.slice(page.indexOf("<article>"), page.indexOf("</article>") + "</article>".length);
  const header = "<header><b>Image Gate</b> @project_42_bot · just now <i>Reporter</i></header>";
  return `${page.slice(0, start).replace("</style>", `${STYLE}</style>`)}<div class="note">
${AVATAR}
<div>
${header}
${article}
</div>
</div>
`;
}
