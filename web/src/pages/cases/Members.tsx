import { Anchor, Button, Group, Select, Table, Text } from "@mantine/core";
import { useState } from "react";
import {
  api,
  type CasePage,
  Notice,
  type Member,
  useAct,
  useAnswer,
  useSession,
} from "../../shell";
import { ROLES } from "../names";

function AddMember(props: { held: CasePage; caseId: string }) {
  const { held, caseId } = props;
  const [chosen, setChosen] = useState<string | null>(null);
  const officers = useAnswer<Member[]>(["case", caseId, "candidates"], () =>
    api.GET("/api/cases/{case_id}/candidates", { params: { path: { case_id: Number(caseId) } } }),
  );
  const add = useAct<unknown, number>(
    (officer_id) =>
      api.POST("/api/cases/{case_id}/members", {
        params: { path: { case_id: Number(caseId) } },
        body: { officer_id },
      }),
    [["case", caseId]],
  );
  const there = new Set(held.members.map((member) => member.id));
  const others = (officers.data ?? []).filter((row) => !there.has(row.id));
  if (officers.error !== null) return null;
  return (
    <>
      <Group mt="sm" align="flex-end">
        <Select
          aria-label="Officer to add"
          placeholder="Officer"
          searchable
          data={others.map((row) => ({ value: String(row.id), label: row.name }))}
          value={chosen}
          onChange={setChosen}
        />
        <Button
          variant="default"
          disabled={chosen === null}
          loading={add.isPending}
          onClick={() => add.mutate(Number(chosen), { onSuccess: () => setChosen(null) })}
        >
          Add to the case
        </Button>
      </Group>
      {add.error !== null && <Notice problem={add.error} />}
    </>
  );
}

/** Who is in the case; those who may manage it add and remove. */
export function Members(props: { held: CasePage; caseId: string }) {
  const { held, caseId } = props;
  const { has, officer } = useSession();
  const manages = has("supervisor", "administrator");
  const remove = useAct<unknown, number>(
    (member) =>
      api.DELETE("/api/cases/{case_id}/members/{officer_id}", {
        params: { path: { case_id: Number(caseId), officer_id: member } },
      }),
    [["case", caseId]],
  );
  return (
    <>
      <Table>
        <Table.Tbody>
          {held.members.map((member) => (
            <Table.Tr key={member.id}>
              <Table.Td>{member.name}</Table.Td>
              <Table.Td>
                <Text c="dimmed">{member.roles.map((role) => ROLES[role].name).join(", ")}</Text>
              </Table.Td>
              <Table.Td className="number">
                {manages && member.id !== officer.id && (
                  <Anchor
                    component="button"
                    aria-label={`Remove ${member.name}`}
                    onClick={() => remove.mutate(member.id)}
                  >
                    Remove
                  </Anchor>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {remove.error !== null && <Notice problem={remove.error} />}
      {manages && <AddMember held={held} caseId={caseId} />}
    </>
  );
}
