import { Button, Group, NumberInput, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Answer, api, type GradingPolicy, Notice, useAct, useAnswer } from "../../shell";
import { SCHEMES } from "../names";

const IMPORTED = [
  { value: "proposal", label: "a proposal, until somebody grades" },
  { value: "vote", label: "one vote more" },
  { value: "trusted", label: "trusted as it is" },
];

type Change = (part: Partial<GradingPolicy>) => void;

function Fields(props: { policy: GradingPolicy; change: Change }) {
  const { policy, change } = props;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <NumberInput
        label="Equal votes that make a grade trusted"
        min={1}
        max={20}
        allowDecimal={false}
        value={policy.votes}
        onChange={(value) => change({ votes: Number(value) })}
        required
      />
      <Select
        label="An imported category counts as"
        data={IMPORTED}
        value={policy.imported}
        allowDeselect={false}
        onChange={(value) =>
          change({ imported: (value ?? "proposal") as GradingPolicy["imported"] })
        }
      />
      <Select
        label="Scheme of cases that name none"
        data={SCHEMES}
        value={policy.scheme}
        allowDeselect={false}
        onChange={(value) => change({ scheme: value ?? "uk" })}
      />
      <NumberInput
        label="Share of single votes in a sample (%)"
        min={0}
        max={100}
        value={Math.round(policy.sample_share * 1000) / 10}
        onChange={(value) => change({ sample_share: Number(value) / 100 })}
        required
      />
    </SimpleGrid>
  );
}

function Form(props: { policy: GradingPolicy }) {
  const [policy, setPolicy] = useState(props.policy);
  const save = useAct<unknown, GradingPolicy>(
    (body) => api.PUT("/api/policy/grading", { body }),
    [["policy"], ["case"]],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(policy);
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={720}>
        <Fields policy={policy} change={(part) => setPolicy({ ...policy, ...part })} />
        {save.error !== null && <Notice problem={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            Set the policy
          </Button>
          {save.isSuccess && <Text c="dimmed">It holds from now on, for every case.</Text>}
        </Group>
      </Stack>
    </form>
  );
}

/** How many votes make a grade trusted, and what is imported counts for. */
export function GradingPolicyForm() {
  const asked = useAnswer<GradingPolicy>(["policy", "grading"], () =>
    api.GET("/api/policy/grading"),
  );
  return (
    <Answer asked={asked} what="the policy">
      {(policy) => <Form policy={policy} />}
    </Answer>
  );
}
