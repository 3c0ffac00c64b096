import type { Command } from "../command.ts";

// Each script asks the hidden `__complete` for the words that may be in place of the last one. If there are none,
// the shell completes files' names.

export const SCRIPTS: Readonly<Record<string, string>> = {
  // Bash would split `--format=json` at the sign.
  bash: `COMP_WORDBREAKS=\${COMP_WORDBREAKS//=}
_image_gate() {
  local IFS=$'\\n'
  COMPREPLY=($(image-gate __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f 1))
}
complete -o default -F _image_gate image-gate
`,
  zsh: `#compdef image-gate
_image-gate() {
  local -a lines=("\${(@f)$(image-gate __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "$lines" ]]; then _files; return; fi
  local -a offered=("\${(@)lines%%$'\\t'*}") shown=("\${(@)lines/$'\\t'/  -- }")
  compadd -l -d shown -- "\${(@)offered}"
}
if [[ $funcstack[1] == _image-gate ]]; then _image-gate "$@"; else compdef _image-gate image-gate; fi
`,
  fish: `function __image_gate
  set -l offered (image-gate __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if test (count $offered) -gt 0
    printf '%s\\n' $offered
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c image-gate -f -a '(__image_gate)'
`,
};
export const command: Command = {
  words: "<SHELL>",
  wordChoices: Object.keys(SCRIPTS),
  options: [],
  examples: [
    { line: "image-gate completion bash > ~/.local/share/bash-completion/completions/image-gate", about: "For bash." },
    { line: "image-gate completion zsh > ~/.zsh/functions/_image-gate", about: "For zsh, in a folder of fpath." },
    { line: "image-gate completion fish > ~/.config/fish/completions/image-gate.fish", about: "For fish." },
  ],
  async run({ words: [shell = ""] }, { answer }) {
    answer(SCRIPTS[shell] ?? "");
    return 0;
  },
};
