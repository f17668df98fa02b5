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

/** A time in which no media are shown, and why in words. */
export interface Break {
  from_us: number;
  until_us: number;
  reason: "break" | "daily-limit" | "hours";
  says: string;
}

/** The welfare line: what the server has measured of this officer, and who is on duty. */
export interface WelfareLine {
  now_us: number;
  looked_today_ms: number;
  stretch_ms: number;
  due_in_ms: number;
  break: Break | null;
  remind: boolean;
  hours: [string, string] | null;
  timezone: string;
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

export interface Scheme {
  name: string;
  title: string;
  categories: { code: string; label: string; meaning: string | null; key: string | null }[];
}

export interface Acquisition {
  id: number;
  begun_us: number;
  finished_us: number | null;
  files: number;
  total: number | null;
  /** Files a second. */
  rate: number | null;
  left_s: number | null;
  failed: number;
  locked: number;
  lies: number;
}

export interface Exhibit {
  reference: string;
  acquisitions: Acquisition[];
}

export interface Member {
  id: number;
  name: string;
  roles: Role[];
}

export interface CasePage {
  id: number;
  name: string;
  wing: Wing;
  restricted: boolean;
  scheme: Scheme;
  members: Member[];
  exhibits: Exhibit[];
  working: { officer: string; since_us: number; at: string | null }[];
}

/** From the files of a case to what is left; every figure a part of the one before. */
export interface Funnel {
  files: number;
  media: number;
  viewable_files: number;
  viewable: number;
  known_good: number;
  known_illegal: number;
  not_known: number;
  stacks: number;
  exposures_avoided: number;
  proposals: number;
  notable: number;
  unmatched: number;
  seen: boolean;
  left: number;
  graded: number;
  trusted: number;
  disputed: number;
}

export interface LogRow {
  number?: number;
  exhibit?: string;
  path: string;
  state: string;
  reason: string | null;
  size: number | null;
}

export interface LogPage {
  rows: LogRow[];
  next: number | null;
}

export interface OfficerRow {
  id: number;
  name: string;
  roles: Role[];
  wings: Wing[];
  disabled: boolean;
  locked: boolean;
  two_factor: boolean;
  invited: boolean;
}

export interface AuditRow {
  sequence: number;
  at_us: number;
  officer: string;
  act: string;
  case: string | null;
  subject: string;
  detail: unknown;
}

export interface AuditPage {
  rows: AuditRow[];
  next: number | null;
}

export interface Agreement {
  scheme: string;
  officers: number;
  media: number;
  percent: number | null;
  fleiss: number | null;
  cohen: { a: string; b: string; kappa: number | null; n: number }[];
  confusion: unknown;
}

export interface LedgerDay {
  day: string;
  ms: number;
  shown: number;
  by_clarity: Record<string, number>;
  by_category: Record<string, number>;
}

export interface Avoided {
  files: number;
  stacks: number;
  by_case?: { id: number; name: string; files: number; stacks: number }[];
}

export interface Ledger {
  days: LedgerDay[];
  avoided: Avoided;
}

export interface WelfarePolicy {
  longest_min: number;
  break_min: number;
  remind_min: number;
  daily_min: number | null;
  hours: [string, string] | null;
  answer_min: number;
  fallback_contact: string;
  closer_seconds: number;
  timezone: string;
}

export interface Shift {
  id: number;
  officer_id: number;
  name: string;
  how: string;
  from_us: number;
  until_us: number;
  kind: "work" | "holiday";
}

export interface Gap {
  from_us: number;
  until_us: number;
}

export interface Consent {
  id: number;
  counsellor_id: number | null;
  counsellor?: string | null;
  given_us: number;
  withdrawn_us: number | null;
}

export interface TalkRow {
  id: number;
  officer: string;
  asked_us: number;
  offered_to: string | null;
  answered_by: string | null;
  answered_us: number | null;
  fell_back_us: number | null;
  closed_us: number | null;
}

export interface Talk extends TalkRow {
  messages: { author: string; at_us: number; text: string }[];
}

export interface Reception {
  officer: { id: number; name: string };
  welfare: WelfareLine;
  cases: { id: number; name: string; left: number; disputes: number; samples: number }[];
  avoided: Avoided;
  talk: TalkRow[];
}
