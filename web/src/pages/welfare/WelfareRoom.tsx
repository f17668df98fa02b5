import { Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Page, type Role, useSession } from "../../shell";
import "./welfare.css";

interface Matter {
  to: `/welfare${"" | "/talks" | "/consents" | "/roster" | "/trends" | "/policy" | "/officers"}`;
  name: string;
  roles?: Role[];
}

const MATTERS: Matter[] = [
  { to: "/welfare", name: "What I have seen" },
  { to: "/welfare/talks", name: "Talks" },
  { to: "/welfare/consents", name: "Consents" },
  { to: "/welfare/roster", name: "Roster" },
  { to: "/welfare/trends", name: "Trends", roles: ["counsellor"] },
  { to: "/welfare/policy", name: "Policy", roles: ["welfare-lead"] },
  { to: "/welfare/officers", name: "Single officers", roles: ["welfare-lead"] },
];

/** The welfare pages: one row of matters, only those that are this officer's. */
export function WelfareRoom(props: { title: string; actions?: ReactNode; children: ReactNode }) {
  const { has } = useSession();
  const mine = MATTERS.filter(({ roles }) => roles === undefined || has(...roles));
  return (
    <Page title={props.title} actions={props.actions}>
      <Group component="nav" gap="lg" mb="lg" aria-label="Welfare" className="matters">
        {mine.map((matter) => (
          <Link key={matter.to} to={matter.to} activeOptions={{ exact: true }}>
            {matter.name}
          </Link>
        ))}
      </Group>
      {props.children}
    </Page>
  );
}
