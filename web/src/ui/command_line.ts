// The command that gives the same result as the page, quoted for a POSIX shell.

export function shellQuoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

export interface Command {
  readonly path: string;
  /** Null: the built-in one. */
  readonly catalogFolder: string | null;
  readonly overlays: readonly string[];
  readonly overrides: readonly string[];
  /** Null: the scenario's. */
  readonly seed: string | null;
}

/** A path that is no option, whatever it begins with. */
function pathWord(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

export function commandLine(command: Command): string {
  const words = ["sluice", "simulate", pathWord(command.path)];
  if (command.catalogFolder !== null) words.push("--catalog", pathWord(command.catalogFolder));
  for (const overlay of command.overlays) words.push("--overlay", pathWord(overlay));
  for (const override of command.overrides) words.push("--set", override);
  if (command.seed !== null) words.push("--seed", command.seed);
  return words.map(shellQuoted).join(" ");
}
