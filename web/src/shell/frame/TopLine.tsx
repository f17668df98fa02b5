import { Menu, Select, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useNavigate, useParams, useRouterState } from "@tanstack/react-router";
import { useAnswer } from "../../client/ask";
import { api } from "../../client/api";
import type { CaseRow } from "../../client/shapes";
import { useSession, useSignOut } from "../session";
import { Finder } from "./Finder";
import { WelfareLine } from "./WelfareLine";

function CaseSwitch() {
  const { caseId } = useParams({ strict: false });
  const path = useRouterState({ select: (state) => state.location.pathname });
  const go = useNavigate();
  const cases = useAnswer<CaseRow[]>(["cases"], () => api.GET("/api/cases"));
  const mine = (cases.data ?? []).filter((row) => row.member);
  const choose = (chosen: string | null) => {
    if (chosen === null) return;
    const rest = path.match(/^\/cases\/\d+(\/.*)?$/)?.[1] ?? "";
    void go({ to: `/cases/${chosen}${rest}` });
  };
  return (
    <Select
      aria-label="Case"
      placeholder="Choose a case"
      w={184}
      searchable
      data={mine.map((row) => ({ value: String(row.id), label: row.name }))}
      value={caseId ?? null}
      onChange={choose}
      nothingFoundMessage="No case of that name"
    />
  );
}

function OfficerMenu() {
  const { officer } = useSession();
  const out = useSignOut();
  const go = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const other = colorScheme === "dark" ? "light" : "dark";
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton className="officer">{officer.name}</UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{officer.roles.join(", ")}</Menu.Label>
        <Menu.Item onClick={() => void go({ to: "/account" })}>
          Password and second factor
        </Menu.Item>
        <Menu.Item onClick={() => setColorScheme(other)}>Look: {other}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void out()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function TopLine(props: { talk: () => void }) {
  return (
    <div className="topline" role="region" aria-label="Top line">
      <CaseSwitch />
      <Finder />
      <WelfareLine talk={props.talk} />
      <OfficerMenu />
    </div>
  );
}
