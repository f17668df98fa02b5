import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { api, Notice, type OfficerRow, useAct, useKeys } from "../../shell";

/** A new link for one who has lost the password, or the second factor too. */
export function NewInvitation(props: {
  row: OfficerRow;
  close: () => void;
  invited: (link: { name: string; path: string }) => void;
}) {
  const { row } = props;
  const [reset, setReset] = useState(false);
  useKeys("Invitation", {}, { alone: true });
  const invite = useAct<{ invitation: string }>(
    () =>
      api.POST("/api/officers/{officer_id}/invitation", {
        params: { path: { officer_id: row.id } },
        body: { reset_second_factor: reset },
      }),
    [["officers"]],
  );
  const make = () =>
    invite.mutate(undefined, {
      onSuccess: ({ invitation }) => {
        props.invited({ name: row.name, path: invitation });
        props.close();
      },
    });
  return (
    <Modal opened onClose={props.close} title={`A new invitation for ${row.name}`}>
      <Stack>
        {invite.error !== null && <Notice problem={invite.error} />}
        <Text>By its link the officer sets a new password. A link made before opens nothing.</Text>
        {row.two_factor && (
          <Checkbox
            label="The second factor is lost too"
            description="It is removed with its recovery codes and passkeys, and sessions end at once. Be sure who asks."
            checked={reset}
            onChange={(event) => setReset(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.close}>
            Leave as it is
          </Button>
          <Button onClick={make} loading={invite.isPending}>
            Make the invitation
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
