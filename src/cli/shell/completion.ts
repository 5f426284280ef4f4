import type { Argument, Command, Option } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A word that may come next on a command line. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/**
 * What may stand in place of the last word, given the words before it: values of an option,
 * options, subcommands or values of an argument. None where the shell should offer file names.
 */
export function candidates(program: Command, words: readonly string[]): readonly Candidate[] {
  const command = words.slice(0, -1).reduce(descend, program);
  const options = [...command.options, ...(command === program ? [] : program.options)];
  const valued = options.find((option) => takesValue(option) && flagsOf(option).includes(words.at(-2) ?? ''));
  const current = words.at(-1) ?? '';
  return candidatesAt(command, options, valued, current).filter(({ word }) => word.startsWith(current));
}

function candidatesAt(
  command: Command,
  options: readonly Option[],
  valued: Option | undefined,
  current: string,
): readonly Candidate[] {
  if (valued !== undefined) return choicesOf(valued);
  if (current.startsWith('-')) {
    const help = ['--help', '-h'].map((word) => ({ word, description: '' }));
    return [
      ...options.flatMap((option) => flagsOf(option).map((word) => ({ word, description: option.description }))),
      ...help,
    ];
  }
  const commands = command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => command.commands.includes(each));
  return [
    ...commands.map((each) => ({ word: each.name(), description: each.summary() || each.description() })),
    ...command.registeredArguments.flatMap(choicesOf),
  ];
}

function descend(command: Command, word: string): Command {
  return command.commands.find((child) => child.name() === word) ?? command;
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function flagsOf({ long, short }: Option): readonly string[] {
  return [long, short].filter((flag) => flag !== undefined && flag !== null);
}

function choicesOf({ argChoices = [] }: Option | Argument): readonly Candidate[] {
  return argChoices.map((word) => ({ word, description: '' }));
}

/** The script that makes a shell ask `evl complete` for what may come next. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# evl: completion for bash.  source <(evl completion bash)
_evl() {
  local word rest
  COMPREPLY=()
  while IFS=$'\\t' read -r word rest; do
    COMPREPLY+=("$word")
  done < <(evl complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2> /dev/null)
}
complete -o default -F _evl evl
`,
  zsh: `#compdef evl
# evl: completion for zsh.  source <(evl completion zsh)
_evl() {
  local -a lines
  lines=("\${(@f)$(evl complete -- "\${(@)words[2,CURRENT]}" 2> /dev/null)}")
  lines=("\${(@)\${(@)lines//:/\\\\:}/$'\\t'/:}")
  if [[ -n \${lines[1]} ]]; then _describe evl lines; else _files; fi
}
compdef _evl evl
`,
  fish: `# evl: completion for fish.  evl completion fish | source
complete -c evl -a '(evl complete -- (commandline -opc)[2..-1] (commandline -ct) 2> /dev/null)'
`,
};
