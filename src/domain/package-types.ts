/**
 * Types of packages that the scanner finds each in a file of its own, and lists under the type alone (Trivy's `langpkg`
 * aggregation). Those of all other types come many from one lock file or program.
 */
export const AGGREGATING: ReadonlySet<string> = new Set(["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"]);
