import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import type { OddFiles } from "./pages/cases/oddFiles";
import { Frame } from "./shell/frame/Frame";
import { Lost } from "./shell/Lost";
import { Notice, Waiting } from "./shell/states";

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (given: Record<string, unknown>): { to?: string } =>
    typeof given.to === "string" && /^\/(?!\/)/.test(given.to) ? { to: given.to } : {},
  component: lazyRouteComponent(() => import("./pages/signin/SignInPage"), "SignInPage"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  component: lazyRouteComponent(() => import("./pages/signin/JoinPage"), "JoinPage"),
});

const frame = createRoute({ getParentRoute: () => root, id: "frame", component: Frame });

const page = <const P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => frame, path, component });

const files = createRoute({
  getParentRoute: () => frame,
  path: "/cases/$caseId/files",
  validateSearch: ({ state }: Record<string, unknown>): { state: OddFiles } => ({
    state: state === "locked" || state === "lies" ? state : "failed",
  }),
  component: lazyRouteComponent(() => import("./pages/cases/FilesPage"), "FilesPage"),
});

const routeTree = root.addChildren([
  signIn,
  join,
  frame.addChildren([
    page(
      "/",
      lazyRouteComponent(() => import("./pages/reception/ReceptionPage"), "ReceptionPage"),
    ),
    page(
      "/cases",
      lazyRouteComponent(() => import("./pages/cases/CasesPage"), "CasesPage"),
    ),
    page(
      "/cases/$caseId",
      lazyRouteComponent(() => import("./pages/cases/CasePage"), "CasePage"),
    ),
    files,
    page(
      "/cases/$caseId/review",
      lazyRouteComponent(() => import("./review/ReviewPage"), "ReviewPage"),
    ),
    page(
      "/figures",
      lazyRouteComponent(() => import("./pages/figures/FiguresPage"), "FiguresPage"),
    ),
    page(
      "/welfare",
      lazyRouteComponent(() => import("./pages/welfare/LedgerPage"), "LedgerPage"),
    ),
    page(
      "/welfare/talks",
      lazyRouteComponent(() => import("./pages/welfare/TalksPage"), "TalksPage"),
    ),
    page(
      "/welfare/talks/$talkId",
      lazyRouteComponent(() => import("./pages/welfare/TalkPage"), "TalkPage"),
    ),
    page(
      "/welfare/consents",
      lazyRouteComponent(() => import("./pages/welfare/ConsentsPage"), "ConsentsPage"),
    ),
    page(
      "/welfare/roster",
      lazyRouteComponent(() => import("./pages/welfare/RosterPage"), "RosterPage"),
    ),
    page(
      "/welfare/policy",
      lazyRouteComponent(() => import("./pages/welfare/PolicyPage"), "PolicyPage"),
    ),
    page(
      "/welfare/officers",
      lazyRouteComponent(() => import("./pages/welfare/OwnRulesPage"), "OwnRulesPage"),
    ),
    page(
      "/welfare/trends",
      lazyRouteComponent(() => import("./pages/welfare/TrendsPage"), "TrendsPage"),
    ),
    page(
      "/administration",
      lazyRouteComponent(
        () => import("./pages/administration/AdministrationPage"),
        "AdministrationPage",
      ),
    ),
    page(
      "/audit",
      lazyRouteComponent(() => import("./pages/audit/AuditPage"), "AuditPage"),
    ),
    page(
      "/account",
      lazyRouteComponent(() => import("./pages/account/AccountPage"), "AccountPage"),
    ),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingComponent: () => <Waiting what="the page" />,
  defaultErrorComponent: ({ error }) => <Notice problem={error} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
