import { ReleaseFault } from "./fault.ts";

/** CHANGELOG.md's section about one version. */
export interface Section {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly text: string;
}

/**
 * The section `## VERSION (YYYY-MM-DD)` of a changelog.
 * @throws ReleaseFault `changelog-version-missing`, `changelog-date-invalid` or `changelog-empty`
 */
export function sectionOf(changelog: string, version: string): Section {
  const lines = changelog.split(/\r?\n/);
  const headings = lines.flatMap((line, at) => (line.startsWith("## ") ? [{ at, title: line.slice(3).trim() }] : []));
  const found = headings.filter(({ title }) => title === version || title.startsWith(`${version} `));
  const [heading] = found;
  if (!heading || found.length > 1)
    throw new ReleaseFault(
      "changelog-version-missing",
      `CHANGELOG.md has ${found.length === 0 ? "no" : "more than one"} section of ${version}.`,
      `Its heading is ## ${version} (YYYY-MM-DD), once.`,
    );
  const [, date = ""] = /^\S+ \((\d{4}-\d{2}-\d{2})\)$/.exec(heading.title) ?? [];
  if (!isDate(date))
    throw new ReleaseFault(
      "changelog-date-invalid",
      `The heading of ${version} in CHANGELOG.md has no date.`,
      `Write ## ${version} (YYYY-MM-DD), with the day of the release.`,
    );
  const next = headings.find(({ at }) => at > heading.at)?.at;
  const text = lines
    .slice(heading.at + 1, next)
    .join("\n")
    .trim();
  if (text === "")
    throw new ReleaseFault(
      "changelog-empty",
      `CHANGELOG.md says nothing about ${version}.`,
      "Write what a user notices below its heading.",
    );
  return { date, text };
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The notes of a release: what has changed, and how to check what was released. */
export function releaseNotes(section: Section, { repository, tag, commit }: ReleaseSource): string {
  return `${section.text}

## Check it

Pin the commit: \`uses: ${repository}@${commit} # ${tag}\`

\`\`\`sh
sh scripts/verify-dist.sh ${tag} https://github.com/${repository}
gh release verify ${tag} --repo ${repository}
gh attestation verify dist/index.js --repo ${repository} --signer-workflow ${repository}/.github/workflows/release.yml --source-ref refs/tags/${tag}
\`\`\`

\`SHA256SUMS\` names the bundle's files, the npm package and the SBOM. [How to check a release](https://github.com/${repository}/blob/${tag}/docs/release.md#check-a-release)
`;
}

interface ReleaseSource {
  readonly repository: string;
  readonly tag: string;
  readonly commit: string;
}
