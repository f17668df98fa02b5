import { Button, Checkbox, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { api, Notice, type OfficerRow, useAct, useKeys } from "../../shell";
import { type Granted, RolesAndWings } from "./RolesAndWings";

/** Roles, wings, and whether the officer may sign in at all. */
export function EditOfficer(props: { row: OfficerRow; close: () => void }) {
  const { row } = props;
  const [granted, setGranted] = useState<Granted>({ roles: row.roles, wings: row.wings });
  const [disabled, setDisabled] = useState(row.disabled);
  useKeys("Officer", {}, { alone: true });
  const change = useAct<unknown, Granted & { disabled: boolean }>(
    (body) =>
      api.PATCH("/api/officers/{officer_id}", { params: { path: { officer_id: row.id } }, body }),
    [["officers"], ["session"]],
  );
  const save = () => change.mutate({ ...granted, disabled }, { onSuccess: props.close });
  return (
    <Modal opened onClose={props.close} title={row.name} size="lg">
      <Stack>
        {change.error !== null && <Notice problem={change.error} />}
        <RolesAndWings granted={granted} change={setGranted} />
        <Checkbox
          label="Switched off"
          description="Cannot sign in; sessions end at once. What the officer did stays."
          checked={disabled}
          onChange={(event) => setDisabled(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={props.close}>
            Leave as it is
          </Button>
          <Button onClick={save} loading={change.isPending} disabled={granted.roles.length === 0}>
            Save
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
