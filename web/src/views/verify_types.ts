// The JSON of `sluice verify` (docs/agreement.schema.json) as far as the view reads it. All numbers
// of a row are in its unit.
import type { Json, Num } from "../core/types";

export interface AgreementRow {
  readonly metric: string;
  readonly unit: string;
  readonly predicted: Num;
  readonly measured: Num;
  readonly difference: number;
  readonly allowed: number;
  readonly tolerance: string;
  readonly judged: boolean;
  readonly agrees: boolean;
}

export interface VerifyJson {
  readonly format: "sluice-agreement";
  readonly scenario: string;
  readonly scenario_digest: string;
  readonly version: string;
  readonly seed: string;
  readonly speed: number;
  readonly verdict: string;
  readonly void_reason: string;
  readonly basis: string;
  readonly exact: boolean;
  readonly judged: number;
  readonly differing: number;
  readonly rows: readonly AgreementRow[];
  readonly effective_scenario?: Json;
}
