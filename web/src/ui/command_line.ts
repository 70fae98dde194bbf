// The command that gives the same result as the page, quoted for a POSIX shell.

export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

export interface Command {
  readonly path: string;
  readonly overrides: readonly string[];
  /** Null: the scenario's. */
  readonly seed: string | null;
}

export function commandLine(command: Command): string {
  const words = [
    "sluice",
    "simulate",
    command.path.startsWith("-") ? `./${command.path}` : command.path,
  ];
  for (const override of command.overrides) words.push("--set", override);
  if (command.seed !== null) words.push("--seed", command.seed);
  return words.map(shellQuoted).join(" ");
}
