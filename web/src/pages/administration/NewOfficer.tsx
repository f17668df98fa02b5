import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, Notice, useAct, useKeys } from "../../shell";
import { type Granted, RolesAndWings } from "./RolesAndWings";

interface Invited {
  invitation: string;
}

/** Makes an officer and the link that lets them in. */
export function NewOfficer(props: {
  close: () => void;
  invited: (link: { name: string; path: string }) => void;
}) {
  const [name, setName] = useState("");
  const [granted, setGranted] = useState<Granted>({
    roles: ["grader"],
    wings: ["child-protection"],
  });
  useKeys("New officer", {}, { alone: true });
  const make = useAct<Invited, Granted & { name: string }>(
    (body) => api.POST("/api/officers", { body }),
    [["officers"]],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(
      { name: name.trim(), ...granted },
      {
        onSuccess: ({ invitation }) => {
          props.invited({ name: name.trim(), path: invitation });
          props.close();
        },
      },
    );
  };
  return (
    <Modal opened onClose={props.close} title="Invite an officer" size="lg">
      <form onSubmit={submit}>
        <Stack>
          {make.error !== null && <Notice problem={make.error} />}
          <TextInput
            label="Name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            data-autofocus
          />
          <RolesAndWings granted={granted} change={setGranted} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.close}>
              Not now
            </Button>
            <Button
              type="submit"
              loading={make.isPending}
              disabled={name.trim() === "" || granted.roles.length === 0}
            >
              Make the invitation
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
