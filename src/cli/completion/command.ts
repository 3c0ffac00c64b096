import { closest } from "../../domain/did-you-mean.ts";
import { GateError } from "../../system/errors.ts";
import type { Command, TypedCommand } from "../command.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import { type Vocabulary, vocabularyOf } from "./vocabulary.ts";
import { zshScript } from "./zsh.ts";

const SCRIPTS: Readonly<Record<string, (vocabulary: Vocabulary) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};
const SHELLS = Object.keys(SCRIPTS);

/**
 * The script that completes these commands in a shell.
 * @throws GateError `shell-unknown`
 */
export function completionScript(shell: string, commands: readonly TypedCommand[]): string {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (script !== undefined) return script(vocabularyOf(commands));
  const meant = closest(shell, SHELLS);
  throw new GateError(
    "shell-unknown",
    `There is no completion for ${JSON.stringify(shell)}`,
    `${meant === undefined ? "" : `Did you mean ${meant}? `}Name one of ${SHELLS.join(", ")}.`,
  );
}

export const completionCommand: Command = {
  words: "SHELL",
  count: [1, 1],
  wordChoices: SHELLS,
  options: [],
  exitCodes: { 0: "the script is on standard output", 2: "a shell that is not known, or a wrong command line" },
  examples: [
    { line: "image-gate completion bash > ~/.local/share/bash-completion/completions/image-gate", about: "For bash." },
    { line: "image-gate completion zsh > ~/.zsh/functions/_image-gate", about: "For zsh, in a folder of fpath." },
    { line: "image-gate completion fish > ~/.config/fish/completions/image-gate.fish", about: "For fish." },
  ],
  async run({ words: [shell = ""] }, { answer, surface }) {
    answer(completionScript(shell, await surface()));
    return 0;
  },
};
