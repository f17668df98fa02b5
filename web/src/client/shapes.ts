/** Shapes of the answers that the shell and its pages read; times are µs UTC, durations ms. */

export type Role =
  | "administrator"
  | "examiner"
  | "auditor"
  | "grader"
  | "victim-identification"
  | "intelligence"
  | "supervisor"
  | "counsellor"
  | "welfare-lead";

export type Wing = "child-protection" | "county-lines";

export interface Officer {
  id: number;
  name: string;
  roles: Role[];
  wings: Wing[];
}

export interface Session {
  officer: Officer;
  csrf: string;
  passed: string;
  two_factor: boolean;
  must: null | "totp" | "password";
}

export interface OnDuty {
  id: number;
  name: string;
  how: string;
}

export interface Break {
  from_us: number;
  until_us: number;
  reason: string;
}

/** The welfare line: what the server has measured of this officer, and who is on duty. */
export interface WelfareLine {
  now_us: number;
  looked_today_ms: number;
  stretch_ms: number;
  due_in_ms: number;
  break: Break | null;
  remind: boolean;
  hours: unknown;
  daily_left_ms: number | null;
  on_duty: OnDuty | null;
  closer_seconds: number;
  not_shown: string[];
}

export interface CaseRow {
  id: number;
  name: string;
  wing: Wing;
  restricted: boolean;
  added_us: number;
  member: boolean;
  left: number | null;
  disputes: number | null;
}
