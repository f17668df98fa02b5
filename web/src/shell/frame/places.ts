import type { Role } from "../../client/shapes";

export interface Place {
  to: string;
  name: string;
  /** Absent: everyone. Places an officer cannot enter are not in the rail at all. */
  roles?: readonly Role[];
}

/** Who may look at media of a case they are a member of. */
const LOOKING: readonly Role[] = [
  "grader",
  "victim-identification",
  "examiner",
  "supervisor",
  "administrator",
];

/** The left rail, in order; Review stands below Cases once a case is chosen. */
export const PLACES: readonly Place[] = [
  { to: "/", name: "Reception" },
  { to: "/cases", name: "Cases" },
  {
    to: "/figures",
    name: "Figures",
    roles: ["supervisor", "victim-identification", "welfare-lead"],
  },
  { to: "/welfare", name: "Welfare" },
  { to: "/administration", name: "Administration", roles: ["administrator"] },
  { to: "/audit", name: "Audit", roles: ["auditor"] },
];

export function placesFor(roles: readonly Role[]): readonly Place[] {
  return PLACES.filter((place) => place.roles?.some((role) => roles.includes(role)) ?? true);
}

export function reviews(roles: readonly Role[]): boolean {
  return LOOKING.some((role) => roles.includes(role));
}
