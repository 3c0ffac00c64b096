import { DEFAULT_COMMAND, type OfferedCommand, type Vocabulary } from "./vocabulary.ts";

/** For zsh with compinit: as a file \`_image-gate\` in a folder of fpath, or by source. */
export function zshScript({ commands, first, second, valued }: Vocabulary): string {
  return `#compdef image-gate
# zsh completion for image-gate, made by: image-gate completion zsh
_image-gate() {
  local cur=\${words[CURRENT]} prev=\${words[CURRENT-1]} first="" command=${DEFAULT_COMMAND}
  local -i at=2
  local -a offered
  while (( at < CURRENT )); do
    case \${words[at]} in
      (${valued.join("|")}) (( at += 2 )) ;;
      (-*) (( at += 1 )) ;;
      (*) first=\${words[at]}; break ;;
    esac
  done
  if [[ $first == help ]]; then
    (( at += 1 )); first=""
    (( at < CURRENT )) && first=\${words[at]}
  fi
  if [[ -z $first && $cur != -* && $prev != -* ]]; then
    offered=(${first.map(({ word, about }) => described(word, about)).join(" ")})
    _describe -t commands command offered || _files
    return
  fi
  case $first in
${[...second].map(([word, next]) => secondCase(word, next)).join("\n")}
${commands
  .filter(({ name }) => !name.includes(" "))
  .map(({ name }) => `    (${name}) command=${name} ;;`)
  .join("\n")}
  esac
  # --format=json is one word here.
  if [[ $cur == --*=* ]]; then prev=\${cur%%=*}; compset -P '*='; cur=\${cur#*=}; fi
  local -a values
  case $command in
${commands.map(commandCase).join("\n")}
  esac
}
if [[ $funcstack[1] == _image-gate ]]; then _image-gate "$@"; else compdef _image-gate image-gate; fi
`;
}

function secondCase(word: string, next: readonly { readonly word: string; readonly about: string }[]): string {
  return `    (${word})
      if (( at + 1 >= CURRENT )); then
        offered=(${next.map((each) => described(each.word, each.about)).join(" ")})
        _describe -t commands command offered
        return
      fi
      command="${word} \${words[at+1]}" ;;`;
}

function commandCase({ name, options, words }: OfferedCommand): string {
  const values = options.filter(({ takesValue }) => takesValue);
  const dashes = ({ long, short }: { long: string; short?: string | undefined }) =>
    short === undefined ? long : `${long}|${short}`;
  const chosen = values.filter(({ choices }) => choices.length > 0);
  const free = values.filter(({ choices }) => choices.length === 0);
  const rest = words.length === 0 ? "_files" : `compadd -- ${words.join(" ")}`;
  return `    (${JSON.stringify(name)})
      case $prev in
${chosen.map((each) => `        (${dashes(each)}) compadd -- ${each.choices.join(" ")}; return ;;`).join("\n")}
        (${free.map(dashes).join("|")}) _files; return ;;
      esac
      if [[ $cur == -* ]]; then
        offered=(${options.map(({ long, about }) => described(long, about)).join(" ")})
        _describe -o -t options option offered
      else
        ${rest}
      fi ;;`;
}

/** A word and what it means, in quotes. A colon would end the word. */
function described(word: string, about: string): string {
  return `'${word}:${about.replaceAll("'", "'\\''")}'`;
}
