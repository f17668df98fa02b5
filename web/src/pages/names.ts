import type { Role, Wing } from "../shell";

export const WINGS: Record<Wing, string> = {
  "child-protection": "Child protection",
  "county-lines": "County lines",
};

export const ROLES: Record<Role, { name: string; does: string }> = {
  grader: { name: "Grader", does: "grades what is left of a case" },
  "victim-identification": { name: "Victim identification", does: "marks clues, finds people" },
  intelligence: { name: "Intelligence", does: "compiles reports and feeds" },
  examiner: { name: "Examiner", does: "takes exhibits in, unlocks, matches" },
  supervisor: { name: "Supervisor", does: "members, disputes, samples, figures of the unit" },
  counsellor: { name: "Counsellor", does: "roster, talks, trends with consent" },
  "welfare-lead": { name: "Welfare lead", does: "sets the welfare policy" },
  auditor: { name: "Auditor", does: "reads the audit" },
  administrator: { name: "Administrator", does: "officers, roles, invitations" },
};

/** Schemes that come with Trawl; a unit may add its own as files. */
export const SCHEMES = [
  { value: "uk", label: "United Kingdom: A, B, C" },
  { value: "project-vic-us", label: "Project VIC (US)" },
  { value: "dhs-old", label: "DHS, before Project VIC" },
  { value: "ncmec", label: "NCMEC" },
];
