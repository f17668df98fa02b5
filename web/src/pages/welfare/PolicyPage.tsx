import { Button, Group, NumberInput, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Answer, api, Notice, Panel, useAct, useAnswer, type WelfarePolicy } from "../../shell";
import { WelfareRoom } from "./WelfareRoom";

type Numbers = "longest_min" | "break_min" | "remind_min" | "answer_min" | "closer_seconds";

const FIELDS: { name: Numbers; label: string; says: string; least: number; most: number }[] = [
  {
    name: "longest_min",
    label: "Longest continuous viewing (min)",
    says: "Then a break is due; never more than 180.",
    least: 1,
    most: 180,
  },
  {
    name: "break_min",
    label: "Shortest break (min)",
    says: "Never less than 15.",
    least: 15,
    most: 240,
  },
  {
    name: "remind_min",
    label: "Reminder to look away (min)",
    says: "While looking.",
    least: 1,
    most: 180,
  },
  {
    name: "answer_min",
    label: "A talk must be answered within (min)",
    says: "Then the named contact is given.",
    least: 1,
    most: 1440,
  },
  {
    name: "closer_seconds",
    label: "A closer look ends after (s)",
    says: "Unless its key is held again.",
    least: 1,
    most: 120,
  },
];

function Hours(props: { policy: WelfarePolicy; change: (policy: WelfarePolicy) => void }) {
  const { policy, change } = props;
  const [from = "", until = ""] = policy.hours ?? [];
  const set = (next: string[]) =>
    change({ ...policy, hours: next.every((time) => time === "") ? null : next });
  return (
    <Group align="flex-end" grow>
      <TextInput
        type="time"
        label="Media may be shown from"
        description="Empty: at all hours."
        value={from}
        onChange={(event) => set([event.currentTarget.value, until])}
      />
      <TextInput
        type="time"
        label="until"
        description="In the unit’s own time zone."
        value={until}
        onChange={(event) => set([from, event.currentTarget.value])}
      />
    </Group>
  );
}

function PolicyForm(props: { policy: WelfarePolicy }) {
  const [policy, setPolicy] = useState(props.policy);
  const save = useAct<unknown, WelfarePolicy>(
    (body) => api.PUT("/api/welfare/policy", { body }),
    [["welfare", "policy"]],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(policy);
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={720}>
        <SimpleGrid cols={2}>
          {FIELDS.map((field) => (
            <NumberInput
              key={field.name}
              label={field.label}
              description={field.says}
              min={field.least}
              max={field.most}
              allowDecimal={false}
              value={policy[field.name]}
              onChange={(value) => setPolicy({ ...policy, [field.name]: Number(value) })}
              required
            />
          ))}
          <NumberInput
            label="Daily limit (min)"
            description="Empty: none."
            min={1}
            max={1440}
            allowDecimal={false}
            value={policy.daily_min ?? ""}
            onChange={(value) =>
              setPolicy({ ...policy, daily_min: value === "" ? null : Number(value) })
            }
          />
        </SimpleGrid>
        <Hours policy={policy} change={setPolicy} />
        <TextInput
          label="Time zone"
          description="Where days and hours begin, as in Europe/London."
          value={policy.timezone}
          onChange={(event) => setPolicy({ ...policy, timezone: event.currentTarget.value })}
        />
        <TextInput
          label="Named contact when nobody answers"
          description="A name and a telephone number that is manned."
          value={policy.fallback_contact}
          onChange={(event) =>
            setPolicy({ ...policy, fallback_contact: event.currentTarget.value })
          }
        />
        {save.error !== null && <Notice problem={save.error} />}
        <Group>
          <Button type="submit" loading={save.isPending}>
            Set the policy
          </Button>
          {save.isSuccess && <Text c="dimmed">It holds from now on, for everyone.</Text>}
        </Group>
      </Stack>
    </form>
  );
}

/** What the welfare lead sets for the whole unit; nobody lifts it for one day. */
export function PolicyPage() {
  const asked = useAnswer<WelfarePolicy>(["welfare", "policy"], () =>
    api.GET("/api/welfare/policy"),
  );
  return (
    <WelfareRoom title="Welfare policy">
      <Panel title="For the whole unit">
        <Answer asked={asked} what="the policy">
          {(policy) => <PolicyForm policy={policy} />}
        </Answer>
      </Panel>
    </WelfareRoom>
  );
}
