import {
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, ask, Empty, Notice, type Person, useAct, useSession } from "../../shell";
import { type Stretch, typedAway, typedStretch, weeksLater } from "./coverage";

interface Typed {
  officer: string | null;
  day: string;
  lastDay: string;
  from: string;
  until: string;
  kind: "work" | "holiday";
  how: string;
  weeks: number;
}

/** What a kind begins with: a holiday is of whole days. */
const HOURS: Record<Typed["kind"], Pick<Typed, "kind" | "from" | "until">> = {
  work: { kind: "work", from: "09:00", until: "17:00" },
  holiday: { kind: "holiday", from: "00:00", until: "23:59" },
};

function useSetShifts() {
  return useAct<unknown, { typed: Typed; stretch: Stretch }>(
    async ({ typed, stretch }) => {
      const weeks = typed.kind === "work" ? typed.weeks : 1;
      for (let week = 0; week < weeks; week += 1) {
        const body = {
          officer_id: Number(typed.officer),
          kind: typed.kind,
          how: typed.kind === "work" ? typed.how.trim() : "",
          ...weeksLater(stretch, week),
        };
        await ask(api.POST("/api/welfare/shifts", { body }));
      }
      return {};
    },
    [
      ["welfare", "roster"],
      ["welfare", "gaps"],
    ],
  );
}

function When(props: { typed: Typed; change: (typed: Typed) => void }) {
  const { typed, change } = props;
  const field = (name: "day" | "lastDay" | "from" | "until", label: string, type: string) => (
    <TextInput
      type={type}
      label={label}
      value={typed[name]}
      onChange={(event) => change({ ...typed, [name]: event.currentTarget.value })}
      required
    />
  );
  const weeks = (
    <NumberInput
      label="Weeks running"
      min={1}
      max={12}
      allowDecimal={false}
      value={typed.weeks}
      onChange={(value) => change({ ...typed, weeks: Math.max(1, Number(value)) })}
    />
  );
  const away = typed.kind === "holiday";
  return (
    <SimpleGrid cols={2} spacing="sm">
      {field("day", away ? "First day" : "Day", "date")}
      {away ? field("lastDay", "Last day", "date") : weeks}
      {field("from", "From", "time")}
      {field("until", "Until", "time")}
    </SimpleGrid>
  );
}

/** Puts somebody on duty, for one day or the same hours of several weeks, or away. */
export function NewShift(props: { counsellors: Person[] }) {
  const { officer, has } = useSession();
  const own = has("counsellor") ? String(officer.id) : null;
  const [typed, setTyped] = useState<Typed>({
    officer: own,
    day: "",
    lastDay: "",
    ...HOURS.work,
    how: "",
    weeks: 1,
  });
  const save = useSetShifts();
  const stretch =
    typed.kind === "work"
      ? typedStretch(typed.day, typed.from, typed.until)
      : typedAway(typed.day, typed.from, typed.lastDay, typed.until);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (stretch !== undefined) save.mutate({ typed, stretch });
  };
  if (props.counsellors.length === 0) {
    return (
      <Empty title="Nobody is a counsellor yet.">
        An administrator gives an officer that role, and not to themselves.
      </Empty>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {save.error !== null && <Notice problem={save.error} />}
        <SegmentedControl
          aria-label="Kind"
          data={[
            { value: "work", label: "On duty" },
            { value: "holiday", label: "Away" },
          ]}
          value={typed.kind}
          onChange={(kind) => setTyped({ ...typed, ...HOURS[kind as Typed["kind"]] })}
        />
        <Select
          label="Counsellor"
          data={props.counsellors.map((row) => ({ value: String(row.id), label: row.name }))}
          value={typed.officer}
          onChange={(chosen) => setTyped({ ...typed, officer: chosen })}
          required
        />
        <When typed={typed} change={setTyped} />
        {typed.kind === "work" && (
          <TextInput
            label="How to reach them"
            description="A room, an extension, a mobile number."
            value={typed.how}
            onChange={(event) => setTyped({ ...typed, how: event.currentTarget.value })}
            required
          />
        )}
        <Group>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={stretch === undefined || typed.officer === null}
          >
            Set
          </Button>
          {save.isSuccess && <Text c="dimmed">It is on the roster.</Text>}
        </Group>
      </Stack>
    </form>
  );
}
