import { Button, Group, Table, Text } from "@mantine/core";
import { useState } from "react";
import {
  Answer,
  api,
  Notice,
  type OfficerRow,
  Page,
  useAct,
  useAnswer,
  useKeys,
} from "../../shell";
import { ROLES, WINGS } from "../names";
import { EditOfficer } from "./EditOfficer";
import { InvitationLink } from "./InvitationLink";
import { NewInvitation } from "./NewInvitation";
import { NewOfficer } from "./NewOfficer";

function states(row: OfficerRow): string[] {
  const told: string[] = [];
  if (row.disabled) told.push("switched off");
  if (row.locked) told.push("locked out");
  if (row.invited) told.push("invited");
  if (!row.two_factor && !row.invited) told.push("no second factor");
  return told;
}

interface Acts {
  edit: (row: OfficerRow) => void;
  invite: (row: OfficerRow) => void;
  unlock: (row: OfficerRow) => void;
}

function Row(props: { row: OfficerRow; acts: Acts }) {
  const { row, acts } = props;
  return (
    <Table.Tr>
      <Table.Td>{row.name}</Table.Td>
      <Table.Td>{row.roles.map((role) => ROLES[role].name).join(", ")}</Table.Td>
      <Table.Td>{row.wings.map((wing) => WINGS[wing]).join(", ") || "all wings"}</Table.Td>
      <Table.Td>
        <span className={row.locked ? "amber" : "quiet"}>{states(row).join(" · ")}</span>
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {row.locked && (
            <Button size="compact-sm" onClick={() => acts.unlock(row)}>
              Unlock
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`New invitation for ${row.name}`}
            onClick={() => acts.invite(row)}
          >
            New invitation
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Change ${row.name}`}
            onClick={() => acts.edit(row)}
          >
            Change
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Officers(props: { rows: OfficerRow[]; acts: Acts }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Officer</Table.Th>
          <Table.Th>Roles</Table.Th>
          <Table.Th>Wings</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Td />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.rows.map((row) => (
          <Row key={row.id} row={row} acts={props.acts} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Officers, their roles and wings, invitations, and letting back in who is locked out. */
export function AdministrationPage() {
  const [link, setLink] = useState<{ name: string; path: string } | null>(null);
  const [edited, setEdited] = useState<OfficerRow | null>(null);
  const [invited, setInvited] = useState<OfficerRow | null>(null);
  const [making, setMaking] = useState(false);
  const asked = useAnswer<OfficerRow[]>(["officers"], () => api.GET("/api/officers"));
  const unlock = useAct<unknown, OfficerRow>(
    (row) =>
      api.POST("/api/officers/{officer_id}/unlock", { params: { path: { officer_id: row.id } } }),
    [["officers"]],
  );
  useKeys("Administration", { n: { says: "invite an officer", press: () => setMaking(true) } });
  const acts = { edit: setEdited, invite: setInvited, unlock: (row: OfficerRow) => unlock.mutate(row) };
  return (
    <Page
      title="Administration"
      actions={<Button onClick={() => setMaking(true)}>Invite an officer (n)</Button>}
    >
      {unlock.error !== null && <Notice problem={unlock.error} />}
      {link !== null && <InvitationLink link={link} close={() => setLink(null)} />}
      <Answer asked={asked} what="the officers">
        {(rows) => <Officers rows={rows} acts={acts} />}
      </Answer>
      <Text c="dimmed" mt="md">
        Supervisors, administrators, counsellors, welfare leads and auditors need a second factor.
        Being an administrator opens no case and nobody’s welfare.
      </Text>
      {making && <NewOfficer close={() => setMaking(false)} invited={(made) => setLink(made)} />}
      {invited !== null && (
        <NewInvitation row={invited} close={() => setInvited(null)} invited={setLink} />
      )}
      {edited !== null && <EditOfficer row={edited} close={() => setEdited(null)} />}
    </Page>
  );
}
