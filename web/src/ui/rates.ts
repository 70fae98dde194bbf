// Rates and token counts as scenarios write them, and numbers with as many digits as a slider can
// mean.

export interface Rate {
  readonly count: number;
  /** "min", "s", "30s" */
  readonly per: string;
}

export function parseRate(text: string): Rate | null {
  const match = /^([0-9.]+)\/([0-9a-z.]+)$/.exec(text);
  return match?.[1] !== undefined && match[2] !== undefined
    ? { count: Number(match[1]), per: match[2] }
    : null;
}

/** Without an exponent and with at most nine digits behind the point, as the scenario reads it. */
export function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, "");
}

export function rateText(rate: Rate): string {
  return `${plain(rate.count)}/${rate.per}`;
}

/** 1234.5 with 3 digits is 1230. */
export function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

const kTokenUnits: { readonly [unit: string]: number } = { k: 1e3, M: 1e6, B: 1e9 };

/** 8000, "8k", "2M". */
export function tokensOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const match = /^([0-9.]+)([kMB]?)$/.exec(value);
  if (match?.[1] === undefined) return null;
  return Number(match[1]) * (kTokenUnits[match[2] ?? ""] ?? 1);
}
