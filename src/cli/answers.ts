/**
 * The same JSON document, in which no character controls a terminal: C1 controls and bidirectional signs are escaped,
 * too. Such characters can only be in its strings.
 */
export function harmlessDocument(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/**
 * What a message says to the author of a workflow, and what it says to somebody who has typed a command. A longer text
 * stands before one that it contains. A test looks for each left-hand text in the sources.
 */
export const WORDS: readonly (readonly [workflow: string, command: string])[] = [
  ["Correct the step's `with:`", "Correct the options"],
  ["; a step before this one must have written or checked it out (actions/checkout)", ""],
  [", and that a step before this one writes it", ""],
  ["for example `image: ghcr.io/acme/app:${{ github.sha }}`", "for example `image-gate ghcr.io/acme/app:1.2`"],
  [", or the expression in it was empty", ""],
  [", or the expression in it was", ""],
  ["Give the gate's step an `id`, and its report here: `report: ${{ steps.gate.outputs.report }}`", "Name it"],
  ["RUNNER_TEMP and RUNNER_TOOL_CACHE lie", "TMPDIR and XDG_CACHE_HOME lie"],
  ["RUNNER_TEMP", "the folder for temporary files (TMPDIR)"],
  ["the runner's user", "your user"],
  ["this runner", "this machine"],
  ["the runner's disk", "the disk"],
  ["If it was built in this job, it must", "If it was built here, it must"],
  ["Start it before this step", "Start it"],
  [
    "check a private one out by actions/checkout and give its folder as `path`",
    "clone a private one and name its folder",
  ],
];

/** A message in the words of a command line. */
export function commandWords(message: string): string {
  return WORDS.reduce((text, [workflow, command]) => text.replaceAll(workflow, command), message);
}
