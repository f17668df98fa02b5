import { Button, Checkbox, Group, Modal, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, Notice, useAct, useKeys, useSession, type Wing } from "../../shell";
import { SCHEMES, WINGS } from "../names";

interface Given {
  name: string;
  wing: Wing;
  restricted: boolean;
  scheme?: string;
}

/** Opening a case: whether it is restricted is said now, before anything is in it. */
export function NewCase(props: { opened: boolean; close: () => void }) {
  const { officer } = useSession();
  const wings = officer.wings.length > 0 ? officer.wings : (Object.keys(WINGS) as Wing[]);
  const [given, setGiven] = useState<Given>({
    name: "",
    wing: wings[0] ?? "child-protection",
    restricted: false,
  });
  const go = useNavigate();
  const make = useAct<{ id: number }, Given>(
    (body) => api.POST("/api/cases", { body }),
    [["cases"], ["reception"]],
  );
  useKeys("New case", {}, { alone: true, active: props.opened });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(
      { ...given, name: given.name.trim() },
      {
        onSuccess: ({ id }) => void go({ to: "/cases/$caseId", params: { caseId: String(id) } }),
      },
    );
  };
  return (
    <Modal opened={props.opened} onClose={props.close} title="New case">
      <form onSubmit={submit}>
        <Stack>
          {make.error !== null && <Notice problem={make.error} />}
          <TextInput
            label="Name"
            description="A working name that says nothing of who is in it."
            value={given.name}
            onChange={(event) => setGiven({ ...given, name: event.currentTarget.value })}
            required
            data-autofocus
          />
          <Radio.Group
            label="Wing"
            value={given.wing}
            onChange={(wing) => setGiven({ ...given, wing: wing as Wing })}
          >
            <Group mt={4}>
              {wings.map((wing) => (
                <Radio key={wing} value={wing} label={WINGS[wing]} />
              ))}
            </Group>
          </Radio.Group>
          <Select
            label="Grading scheme"
            placeholder="as the unit's policy says"
            data={SCHEMES}
            value={given.scheme ?? null}
            clearable
            onChange={(scheme) => {
              const { scheme: _, ...rest } = given;
              setGiven(scheme === null ? rest : { ...rest, scheme });
            }}
          />
          <Checkbox
            label="Restricted"
            description="Exists for its members only: no list, count, search or message tells of it."
            checked={given.restricted}
            onChange={(event) => setGiven({ ...given, restricted: event.currentTarget.checked })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.close}>
              Not now
            </Button>
            <Button type="submit" loading={make.isPending} disabled={given.name.trim() === ""}>
              Open the case
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
