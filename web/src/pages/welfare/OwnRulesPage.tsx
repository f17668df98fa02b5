import { Button, Group, MultiSelect, NumberInput, Select, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import {
  Answer,
  api,
  Notice,
  type OwnRules,
  Panel,
  type Person,
  useAct,
  useAnswer,
} from "../../shell";
import { WelfareRoom } from "./WelfareRoom";

function Form(props: { of: Person; rules: OwnRules }) {
  const [rules, setRules] = useState(props.rules);
  const save = useAct<unknown, OwnRules>(
    ({ not_shown, daily_min }) =>
      api.PUT("/api/welfare/officers/{officer_id}", {
        params: { path: { officer_id: props.of.id } },
        body: { not_shown, daily_min },
      }),
    [["welfare", "rules", props.of.id]],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(rules);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <MultiSelect
          label="Categories that are not shown to this officer"
          description="Media known to be of these stay out of the queue, and neutral tiles elsewhere."
          data={[...new Set([...rules.categories, ...rules.not_shown])]}
          searchable
          value={rules.not_shown}
          onChange={(not_shown) => setRules({ ...rules, not_shown })}
        />
        <NumberInput
          label="Daily limit of this officer (min)"
          description="Empty: the unit’s own. The lower of the two counts."
          min={1}
          max={1440}
          allowDecimal={false}
          value={rules.daily_min ?? ""}
          onChange={(value) =>
            setRules({ ...rules, daily_min: value === "" ? null : Number(value) })
          }
        />
        {save.error !== null && <Notice problem={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            Set
          </Button>
          {save.isSuccess && <Text c="dimmed">It holds from now on.</Text>}
        </Group>
      </Stack>
    </form>
  );
}

function Rules(props: { of: Person }) {
  const { of } = props;
  const asked = useAnswer<OwnRules>(["welfare", "rules", of.id], () =>
    api.GET("/api/welfare/officers/{officer_id}", { params: { path: { officer_id: of.id } } }),
  );
  return (
    <Answer asked={asked} what="the officer’s rules">
      {(rules) => <Form key={of.id} of={of} rules={rules} />}
    </Answer>
  );
}

/** What holds for single officers beside the policy; the audit does not say why. */
export function OwnRulesPage() {
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = useAnswer<Person[]>(["welfare", "officers"], () =>
    api.GET("/api/welfare/officers"),
  );
  return (
    <WelfareRoom title="Rules of single officers">
      <Panel title="For one officer">
        <Answer asked={asked} what="the officers">
          {(people) => (
            <Stack maw={560}>
              <Select
                label="Officer"
                placeholder="Choose an officer"
                searchable
                data={people.map((row) => ({ value: String(row.id), label: row.name }))}
                value={chosen}
                onChange={setChosen}
              />
              {people
                .filter((row) => String(row.id) === chosen)
                .map((row) => (
                  <Rules key={row.id} of={row} />
                ))}
            </Stack>
          )}
        </Answer>
      </Panel>
    </WelfareRoom>
  );
}
