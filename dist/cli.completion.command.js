import { closest } from "./shared.answer.js";
import { GateError } from "./shared.start.js";

// src/cli/completion/vocabulary.ts
const DEFAULT_COMMAND = "image";
function vocabularyOf(typed) {
	const commands = typed.map(({ name, about, options, wordChoices = [] }) => {
		const offered = options.map(({ name: option, short, kind, initially, about: text, choices = [] }) => ({
			long: `--${kind === "switch" && initially === "true" ? "no-" : ""}${option}`,
			short: short === void 0 ? void 0 : `-${short}`,
			about: text,
			takesValue: kind !== "switch",
			choices
		}));
		const help = {
			long: "--help",
			short: "-h",
			about: "This help.",
			takesValue: false,
			choices: []
		};
		return {
			name,
			about,
			options: [...offered, help],
			words: wordChoices
		};
	});
	const parts = commands.map(({ name, about }) => ({
		words: name.split(" "),
		about
	}));
	const firsts = new Map(parts.map(({ words: [word = "", next], about }) => [word, next === void 0 ? about : ""]));
	const second = Map.groupBy(parts.filter(({ words }) => words.length > 1), ({ words: [word = ""] }) => word);
	const vocabulary = {
		commands,
		first: [...firsts, ["help", "Explains a command"]].map(([word, about]) => ({
			word,
			about
		})),
		second: new Map([...second].map(([word, group]) => [word, group.map(({ words, about }) => ({
			word: words[1] ?? "",
			about
		}))])),
		valued: ["--config"]
	};
	checkWords(vocabulary);
	return vocabulary;
}
function checkWords({ commands }) {
	const bad = commands.flatMap(({ name, options, words: own }) => [
		...name.split(" "),
		...own,
		...options.flatMap(({ long, short = "-x", choices }) => [
			long,
			short,
			...choices
		])
	]).find((word) => !/^[A-Za-z0-9_-]+$/.test(word));
	if (bad !== void 0) throw new Error(`${JSON.stringify(bad)} cannot stand in a shell's script`);
}

// src/cli/completion/bash.ts
function bashScript({ commands, first, second, valued }) {
	return `# bash completion for image-gate, made by: image-gate completion bash
_image_gate() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} end=$COMP_CWORD
  COMPREPLY=()
  # Bash splits --format=json at the sign.
  if [[ $cur == "=" ]]; then cur="" end=$((COMP_CWORD - 1))
  elif [[ $prev == "=" ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]} end=$((COMP_CWORD - 2)); fi

  local at=1 first="" command=${DEFAULT_COMMAND}
  while (( at < end )); do
    case \${COMP_WORDS[at]} in
      ${valued.join("|")}) (( at += 2 )) ;;
      -*) (( at += 1 )) ;;
      *) first=\${COMP_WORDS[at]}; break ;;
    esac
  done
  if [[ $first == help ]]; then
    (( at += 1 )); first=""
    (( at < end )) && first=\${COMP_WORDS[at]}
  fi
  if [[ -z $first && $cur != -* && $prev != -* ]]; then
    COMPREPLY=($(compgen -W "${first.map(({ word }) => word).join(" ")}" -- "$cur"))
    return
  fi
  case $first in
${[...second].map(([word, next]) => secondCase$1(word, next)).join("\n")}
${commands.filter(({ name }) => !name.includes(" ")).map(({ name }) => `    ${name}) command=${name} ;;`).join("\n")}
  esac

  local options="" words=""
  case $command in
${commands.map(commandCase$1).join("\n")}
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); fi
}
complete -o default -F _image_gate image-gate
`;
}
function secondCase$1(word, next) {
	return `    ${word})
      if (( at + 1 >= end )); then COMPREPLY=($(compgen -W "${next.map((each) => each.word).join(" ")}" -- "$cur")); return; fi
      command="${word} \${COMP_WORDS[at+1]}" ;;`;
}
function commandCase$1({ name, options, words }) {
	const all = options.flatMap(({ long, short }) => [long, ...short === void 0 ? [] : [short]]);
	const values = options.filter(({ takesValue }) => takesValue);
	const chosen = values.filter(({ choices }) => choices.length > 0);
	const free = values.filter(({ choices }) => choices.length === 0);
	const dashes = ({ long, short }) => short === void 0 ? long : `${long}|${short}`;
	return `    ${JSON.stringify(name)})
      case $prev in
${chosen.map((each) => `        ${dashes(each)}) COMPREPLY=($(compgen -W "${each.choices.join(" ")}" -- "$cur")); return ;;`).join("\n")}
        ${free.map(dashes).join("|")}) return ;;
      esac
      options="${all.join(" ")}" words="${words.join(" ")}" ;;`;
}

// src/cli/completion/fish.ts
function fishScript({ commands, first, second, valued }) {
	const singles = commands.map(({ name }) => name).filter((name) => !name.includes(" "));
	return `# fish completion for image-gate, made by: image-gate completion fish
# Prints the command that is being typed: one word, two, or nothing while its name is not complete.
function __image_gate_command
  set -l words (commandline -opc)
  set -e words[1]
  while set -q words[1]
    switch $words[1]
      case ${valued.join(" ")}
        set -e words[1]
        set -q words[1]; and set -e words[1]
      case '-*' help
        set -e words[1]
      case ${[...second.keys()].join(" ")}
        set -q words[2]; and echo "$words[1] $words[2]"; or echo $words[1]
        return
      case ${singles.join(" ")}
        echo $words[1]
        return
      case '*'
        echo ${DEFAULT_COMMAND}
        return
    end
  end
end
function __image_gate_is
  test (__image_gate_command) = "$argv" 2>/dev/null
end
function __image_gate_none
  test -z (__image_gate_command | string collect)
end
${first.map(({ word, about }) => `complete -c image-gate -n __image_gate_none -f -a ${word}${description(about)}`).join("\n")}
${[...second].flatMap(([word, next]) => next.map((each) => `complete -c image-gate -n '__image_gate_is ${word}' -f -a ${each.word}${description(each.about)}`)).join("\n")}
${commands.flatMap(commandLines).join("\n")}
`;
}
function commandLines({ name, options, words }) {
	const condition = name === "image" ? "'__image_gate_is image; or __image_gate_none'" : `'__image_gate_is ${name}'`;
	return [...words.map((word) => `complete -c image-gate -n ${condition} -f -a ${word}`), ...options.map(({ long, short, about, takesValue, choices }) => {
		const letter = short === void 0 ? "" : ` -s ${short.slice(1)}`;
		const value = choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : takesValue ? " -r -F" : "";
		return `complete -c image-gate -n ${condition} -l ${long.slice(2)}${letter}${value}${description(about)}`;
	})];
}
function description(about) {
	return about === "" ? "" : ` -d '${about.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

// src/cli/completion/zsh.ts
function zshScript({ commands, first, second, valued }) {
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
${commands.filter(({ name }) => !name.includes(" ")).map(({ name }) => `    (${name}) command=${name} ;;`).join("\n")}
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
function secondCase(word, next) {
	return `    (${word})
      if (( at + 1 >= CURRENT )); then
        offered=(${next.map((each) => described(each.word, each.about)).join(" ")})
        _describe -t commands command offered
        return
      fi
      command="${word} \${words[at+1]}" ;;`;
}
function commandCase({ name, options, words }) {
	const values = options.filter(({ takesValue }) => takesValue);
	const dashes = ({ long, short }) => short === void 0 ? long : `${long}|${short}`;
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
function described(word, about) {
	return `'${word}:${about.replaceAll("'", "'\\''")}'`;
}

// src/cli/completion/command.ts
const SCRIPTS = {
	bash: bashScript,
	zsh: zshScript,
	fish: fishScript
};
const SHELLS = Object.keys(SCRIPTS);
function completionScript(shell, commands) {
	const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : void 0;
	if (script !== void 0) return script(vocabularyOf(commands));
	const meant = closest(shell, SHELLS);
	throw new GateError("shell-unknown", `There is no completion for ${JSON.stringify(shell)}`, `${meant === void 0 ? "" : `Did you mean ${meant}? `}Name one of ${SHELLS.join(", ")}.`);
}
const completionCommand = {
	words: "SHELL",
	count: [1, 1],
	wordChoices: SHELLS,
	options: [],
	exitCodes: {
		0: "the script is on standard output",
		2: "a shell that is not known, or a wrong command line"
	},
	examples: [
		{
			line: "image-gate completion bash > ~/.local/share/bash-completion/completions/image-gate",
			about: "For bash."
		},
		{
			line: "image-gate completion zsh > ~/.zsh/functions/_image-gate",
			about: "For zsh, in a folder of fpath."
		},
		{
			line: "image-gate completion fish > ~/.config/fish/completions/image-gate.fish",
			about: "For fish."
		}
	],
	async run({ words: [shell = ""] }, { answer, surface }) {
		answer(completionScript(shell, await surface()));
		return 0;
	}
};

export { completionCommand };