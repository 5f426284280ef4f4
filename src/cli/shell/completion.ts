import type { Command, Option } from 'commander';

/** A command as a shell needs to know it: how it is reached, and what may come next. */
export interface CompletedCommand {
  /** `evl receipt get`. */
  readonly path: string;
  readonly summary: string;
  readonly commands: readonly string[];
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  readonly flags: readonly string[];
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly summary: string;
}

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The whole tree of commands, the program itself first. */
export function completedCommands(program: Command, path = 'evl'): CompletedCommand[] {
  const general = [...(program.parent === null ? [] : rootOf(program).options), ...program.options];
  const own: CompletedCommand = {
    path,
    summary: program.summary() || program.description(),
    commands: program.commands.map((command) => command.name()),
    options: [
      ...general.map(completedOption),
      { flags: ['--help', '-h'], takesValue: false, choices: [], summary: '' },
    ],
  };
  return [own, ...program.commands.flatMap((command) => completedCommands(command, `${path} ${command.name()}`))];
}

/** The script that makes a shell complete `evl`; file names where nothing else is known. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  return { bash: bashScript, zsh: zshScript, fish: fishScript }[shell](commands);
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function completedOption(option: Option): CompletedOption {
  return {
    flags: [option.long, option.short].filter((flag) => flag !== undefined && flag !== null),
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
    summary: option.description,
  };
}

/** Words of our own tree (names, flags, choices) need no quotes inside single ones. */
function bashScript(commands: readonly CompletedCommand[]): string {
  return `# evl: completion for bash.  source <(evl completion bash)
_evl() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path=evl i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${subcommandPaths(commands).map(quoted).join(' | ')}) path="$path \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $previous" in
${valueCases(commands, (choices) => `COMPREPLY=($(compgen -W '${choices}' -- "$current"))`)}
  esac
  local options= commands=
  case $path in
${commands.map((command) => `    ${quoted(command.path)}) options='${flagsOf(command)}' commands='${command.commands.join(' ')}' ;;`).join('\n')}
  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$current"))
  elif [[ -n $commands ]]; then COMPREPLY=($(compgen -W "$commands" -- "$current")); fi
}
complete -o default -F _evl evl
`;
}

function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef evl
# evl: completion for zsh.  source <(evl completion zsh)
_evl() {
  local current=\${words[CURRENT]} previous=\${words[CURRENT-1]} place=evl i
  for ((i = 2; i < CURRENT; i++)); do
    case "$place \${words[i]}" in
      ${subcommandPaths(commands).map(quoted).join(' | ')}) place="$place \${words[i]}" ;;
    esac
  done
  case "$place $previous" in
${valueCases(commands, (choices) => `compadd -- ${choices}`, '_files')}
  esac
  local options= commands=
  case $place in
${commands.map((command) => `    ${quoted(command.path)}) options='${flagsOf(command)}' commands='${command.commands.join(' ')}' ;;`).join('\n')}
  esac
  if [[ $current == -* ]]; then compadd -- \${=options}
  elif [[ -n $commands ]]; then compadd -- \${=commands}
  else _files; fi
}
compdef _evl evl
`;
}

function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => {
    const words = command.path.split(' ').slice(1);
    const isHere =
      words.length === 0
        ? '__fish_use_subcommand'
        : words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const children = commands.filter(
      ({ path }) => path.startsWith(`${command.path} `) && path.split(' ').length === words.length + 2,
    );
    return [
      ...children.map(
        ({ path, summary }) => `complete -c evl -n '${isHere}' -a ${path.split(' ').at(-1)} -d '${fishText(summary)}'`,
      ),
      ...command.options.map((option) => `complete -c evl -n '${isHere}' ${fishOption(option)}`),
    ];
  });
  return `# evl: completion for fish.  evl completion fish | source\n${lines.join('\n')}\n`;
}

function fishOption({ flags, takesValue, choices, summary }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r' : '';
  return `${names.join(' ')}${value}${summary === '' ? '' : ` -d '${fishText(summary)}'`}`;
}

function fishText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}

function subcommandPaths(commands: readonly CompletedCommand[]): string[] {
  return commands.slice(1).map(({ path }) => path);
}

/**
 * One case for each option that takes a value: its choices, else what the shell does on its own.
 */
function valueCases(
  commands: readonly CompletedCommand[],
  complete: (choices: string) => string,
  otherwise = '',
): string {
  const cases = commands.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, choices }) => {
        const patterns = flags.map((flag) => quoted(`${path} ${flag}`)).join(' | ');
        const action = choices.length > 0 ? complete(choices.join(' ')) : otherwise;
        return `    ${patterns}) ${action === '' ? '' : `${action}; `}return ;;`;
      }),
  );
  return cases.join('\n');
}

function flagsOf({ options }: CompletedCommand): string {
  return options.flatMap(({ flags }) => flags).join(' ');
}

function quoted(text: string): string {
  return `'${text}'`;
}
