import type { Command } from "commander";

/** What can follow a command on the command line. */
export interface CommandWords {
  /** `store verify`; empty for the program itself. */
  readonly path: string;
  /** Subcommands, or the choices of a first argument. */
  readonly words: readonly Word[];
  readonly options: readonly OptionWords[];
}

export interface Word {
  readonly word: string;
  readonly help: string;
}

export interface OptionWords {
  /** `-o`, `--output`: each a way to write it. */
  readonly flags: readonly string[];
  readonly help: string;
  /** none: no value follows; otherwise one of `choices`, or a folder, or anything. */
  readonly value: "none" | "choice" | "folder" | "any";
  readonly choices: readonly string[];
}

/** Every command of a program, with what may follow it. */
export function describeCommands(command: Command, path = ""): CommandWords[] {
  const children = command.commands.map((child) => ({
    word: child.name(),
    help: child.description(),
  }));
  const choices = (command.registeredArguments[0]?.argChoices ?? []).map((word) => ({
    word,
    help: "",
  }));
  const options = command.options.map((option) => ({
    flags: [option.short, option.long].flatMap((flag) => flag ?? []),
    help: option.description,
    value: valueOf(option),
    choices: option.argChoices ?? [],
  }));
  const help = { flags: ["-h", "--help"], help: "show help", value: "none", choices: [] } as const;
  const nested = command.commands.flatMap((child) =>
    describeCommands(child, `${path} ${child.name()}`.trim()),
  );
  return [{ path, words: [...children, ...choices], options: [...options, help] }, ...nested];
}

function valueOf(option: Command["options"][number]): OptionWords["value"] {
  if (!option.required && !option.optional) return "none";
  if (option.argChoices) return "choice";
  return /<dir>/.test(option.flags) ? "folder" : "any";
}
