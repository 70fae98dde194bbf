// Numbers in words, with the digits and units of the text report (src/report/number_text.cpp), so
// that a person who has both finds the same figure in both.

/** What a number counts; decides how it is said. Ratios are of one, durations seconds, money dollars. */
export type Unit =
  | "count"
  | "tokens"
  | "ratio"
  | "factor"
  | "per_minute"
  | "per_second"
  | "seconds"
  | "dollars";

const kDash = "–";

function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

function countText(value: number): string {
  const isWhole = Number.isInteger(value) || Math.abs(value) >= 1000;
  return grouped(value.toFixed(isWhole ? 0 : 1));
}

/** 0.985 is "98.5 %". */
export function percentText(ratio: number): string {
  const percent = ratio * 100;
  if (percent === 0) return "0 %";
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  if (percent < 100 && percent >= 99.95) return "> 99.9 %";
  return `${percent.toFixed(Math.abs(percent) >= 100 ? 0 : 1)} %`;
}

const kDurations: readonly (readonly [string, number])[] = [
  ["d", 86400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
  ["ms", 1e-3],
  ["us", 1e-6],
  ["ns", 1e-9],
];

/** Four significant digits in the largest unit that fits: "2.835 s", "1.513 min". */
export function durationText(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 0.5e-9) return "0 s";
  const [name, unit] = kDurations.find(([, unit]) => size >= unit - unit / 20000) ?? ["ns", 1e-9];
  const scaled = size / unit;
  let digits = name === "ns" ? 0 : 3;
  while (digits > 0 && Math.round(scaled * 10 ** digits) >= 10000) digits -= 1;
  return `${seconds < 0 ? "-" : ""}${scaled.toFixed(digits)} ${name}`;
}

/** Seconds as a scenario spells them: "1h30m", "10m", "0s". */
export function exactDurationText(seconds: number): string {
  let rest = Math.round(seconds * 1e9);
  if (rest === 0) return "0s";
  let text = "";
  for (const [name, unit] of kDurations) {
    const size = Math.round(unit * 1e9);
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${name === "min" ? "m" : name}`;
  }
  return text;
}

/** Cents from a dollar up, three significant digits below. */
export function moneyText(dollars: number): string {
  const size = Math.abs(dollars);
  let digits = 2;
  if (size > 0 && size < 1) {
    let bound = 0.1;
    for (digits = 3; digits < 12 && size < bound; digits += 1) bound /= 10;
  }
  return `${dollars < 0 ? "-" : ""}$${grouped(size.toFixed(digits))}`;
}

/** As the text report has it; a dash for what there is not. */
export function numberText(value: number | null | undefined, unit: Unit): string {
  if (value === null || value === undefined || Number.isNaN(value)) return kDash;
  switch (unit) {
    case "count":
    case "tokens":
      return countText(value);
    case "ratio":
      return percentText(value);
    case "factor":
      return value.toFixed(3);
    case "per_minute":
      return `${countText(value)}/min`;
    case "per_second":
      return `${countText(value)}/s`;
    case "seconds":
      return durationText(value);
    case "dollars":
      return moneyText(value);
  }
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Short, for the ticks of an axis: "40k", "2.5M", "10 min", "$0.5". */
export function tickText(value: number, unit: Unit): string {
  const size = Math.abs(value);
  switch (unit) {
    case "ratio":
      return `${trimmed(value * 100)} %`;
    case "seconds": {
      if (size === 0) return "0";
      // Ticks are round in seconds, so minutes are said late.
      const fits = ([, unit]: readonly [string, number]): boolean =>
        size >= (unit === 60 ? 1000 : unit === 3600 ? 36000 : unit) * 0.9999;
      const [name, length] = kDurations.find(fits) ?? ["ns", 1e-9];
      return `${trimmed(value / length)} ${name}`;
    }
    default: {
      const sign = value < 0 ? "-" : "";
      const money = unit === "dollars" ? "$" : "";
      if (size >= 1e9) return `${sign}${money}${trimmed(size / 1e9)}G`;
      if (size >= 1e6) return `${sign}${money}${trimmed(size / 1e6)}M`;
      if (size >= 1e4) return `${sign}${money}${trimmed(size / 1e3)}k`;
      return `${sign}${money}${trimmed(size)}`;
    }
  }
}

/** A point of model time as people note it, from seconds since the start: "05:30", "2:05:30", "3d 12:00". */
export function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, "0");
  const days = Math.floor(whole / 86400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = two(Math.floor(whole / 60) % 60);
  const rest = whole % 60;
  if (days > 0) return `${days}d ${two(hours)}:${minutes}${rest > 0 ? `:${two(rest)}` : ""}`;
  return hours > 0 ? `${hours}:${minutes}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** "1 limit", "3 limits". */
export function plural(count: number, word: string): string {
  return `${countText(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** For file names: "429s by cause" is "429s-by-cause". */
export function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
