import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from "@tanstack/react-router";
import { Frame } from "./shell/frame/Frame";
import { Lost } from "./shell/Lost";
import { Notice } from "./shell/states";

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

const reception = createRoute({
  getParentRoute: () => frame,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/reception/ReceptionPage"), "ReceptionPage"),
});

const review = createRoute({
  getParentRoute: () => frame,
  path: "/cases/$caseId/review",
  component: lazyRouteComponent(() => import("./review/ReviewPage"), "ReviewPage"),
});

const routeTree = root.addChildren([
  signIn,
  join,
  frame.addChildren([reception, review]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: ({ error }) => <Notice problem={error} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
