/** One line of `discover`. */
export type Source = { readonly line: string } & (
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "compose" | "kubernetes"; readonly glob: string }
  | HelmChart
  | { readonly kind: "docker" }
  | { readonly kind: "kubectl"; readonly context?: string | undefined }
  | RegistryTags
  | HarborProject
);

/** What is wrong with a line of `discover`, as the rest of a sentence that names the line. */
export interface SourceMistake {
  readonly mistake: string;
}

/** What Helm makes of a chart. */
export interface HelmChart {
  readonly kind: "helm";
  /** A folder or an archive, relative to the workspace. */
  readonly chart: string;
  /** Files of values, in their order, relative to the workspace. */
  readonly values: readonly string[];
}

/** Which tags of a repository count. */
interface Choice {
  /** A pattern of tags. Absent: all. */
  readonly tags?: string | undefined;
  /** How many of each repository count at most. */
  readonly newest: number;
}

/** The newest tags of one repository, by the order of versions. */
export interface RegistryTags extends Choice {
  readonly kind: "registry";
  /** With its host: `ghcr.io/acme/app`. */
  readonly repository: string;
}

/** The images of a project of Harbor that were pushed last. */
export interface HarborProject extends Choice {
  readonly kind: "harbor";
  /** `https://harbor.example.com`. */
  readonly origin: string;
  readonly project: string;
  /** A pattern of repositories, without the project. Absent: all. */
  readonly repositories?: string | undefined;
}

/** A line that names files by a pattern. */
export type GlobSource = Extract<Source, { readonly glob: string }>;
