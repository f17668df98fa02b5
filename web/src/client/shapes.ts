/**
 * Shapes of the answers that the shell and its pages read, all from the server's own document;
 * times are µs UTC, durations ms.
 */
import type { components, paths } from "./schema";

type Named = components["schemas"];

/** What a GET of that path answers. */
type Got<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer T } } } };
}
  ? T
  : never;

/** The client reads pairs as lists. */
type Hours<T extends { hours?: unknown }> = Omit<T, "hours"> & { hours?: string[] | null };

export type Role = Named["Role"];
export type Wing = Named["Wing"];

export type Session = Named["SessionShape"];
export type Step = Named["StepShape"];
export type Invitation = Named["InvitationShape"];
export type Passkey = Named["PasskeyShape"];

export type WelfareLine = Hours<Named["LineShape"]>;
export type OnDuty = Named["OnDutyShape"];
export type LedgerDay = Named["LedgerDayShape"];
export type Unit = Named["UnitShape"];
export type WelfarePolicy = Hours<Got<"/api/welfare/policy">>;
export type OwnRules = Named["OfficerRulesShape"];
export type Shift = Named["ShiftShape"];
export type NewShift = Named["NewShift"];
export type Gap = Named["IntervalShape"];
export type Consent = Named["ConsentShape"];
export type Consenting = Named["ConsentingShape"];
export type Person = Named["PersonShape"];
export type Trend = Named["TrendShape"];

export type TalkAsked = Named["AskedShape"];
export type TalkRow = Named["TalkEntryShape"];
export type Talk = Named["TalkShape"];

export type Ledger = Named["LedgerShape"];
export type Avoided = Named["AvoidedShape"];
export type Reception = Omit<Named["ReceptionShape"], "welfare"> & { welfare: WelfareLine };

export type CaseRow = Named["CaseRow"];
export type NewCase = Named["NewCase"];
export type CasePage = Named["CaseShape"];
export type Member = Named["OfficerShape"];
export type Exhibit = Named["ExhibitShape"];
export type Acquisition = Named["AcquisitionShape"];
export type Funnel = Named["FunnelShape"];
export type FilePage = Named["FilePage"];
export type Agreement = Named["AgreementTold"];
export type GradingPolicy = Got<"/api/policy/grading">;

export type OfficerRow = Named["StandingShape"];
export type OfficerChanges = Named["Changes"];
export type AuditPage = Named["AuditPageShape"];
export type AuditRow = Named["AuditRowShape"];
