// Scales of sliders: positions 0..steps to values and back.
import { rounded } from "./rates";

export interface Scale {
  readonly steps: number;
  readonly valueAt: (position: number) => number;
  readonly positionOf: (value: number) => number;
}

const kSteps = 240;

/** From low to high by equal factors; whole numbers where `whole`. The base itself can be reached. */
export function logScale(low: number, high: number, base: number, whole: boolean): Scale {
  const ratio = Math.log(high / low);
  const positionOf = (value: number): number =>
    Math.round((Math.log(Math.min(high, Math.max(low, value)) / low) / ratio) * kSteps);
  const home = positionOf(base);
  return {
    steps: kSteps,
    positionOf,
    valueAt: (position) => {
      if (position === home) return base;
      const value = rounded(low * Math.exp((position / kSteps) * ratio), 3);
      return whole ? Math.max(1, Math.round(value)) : value;
    },
  };
}

/** Every hundredth from 0 to `high`. */
export function shareScale(high: number, base: number): Scale {
  const steps = Math.round(high * 100);
  const home = Math.round(base * 100);
  return {
    steps,
    positionOf: (value) => Math.min(steps, Math.max(0, Math.round(value * 100))),
    valueAt: (position) => (position === home ? base : position / 100),
  };
}
