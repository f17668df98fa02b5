import { Group, Stack, Text } from "@mantine/core";
import { Answer, api, count, Empty, several, span, type Unit, useAnswer } from "../../shell";
import { DayBars } from "../welfare/DayBars";

function Figure(props: { value: string; says: string }) {
  return (
    <Stack gap={0}>
      <Text fz={20} fw={600}>
        {props.value}
      </Text>
      <Text c="dimmed">{props.says}</Text>
    </Stack>
  );
}

function clear(unit: Unit): number {
  return unit.days.reduce((total, row) => total + (row.by_clarity?.clear ?? 0), 0);
}

function Totals(props: { unit: Unit }) {
  const { unit } = props;
  const withheld =
    unit.withheld > 0 &&
    `${several(unit.withheld, "day")} withheld: fewer than three officers looked.`;
  if (unit.days.length === 0) {
    return (
      <Empty title="Nothing can be shown of the last four weeks.">
        {withheld || "Nobody has looked at media on a day that is over."}
      </Empty>
    );
  }
  return (
    <Stack gap="sm">
      <Group gap="xl">
        <Figure value={span(unit.ms)} says="looked, all officers together" />
        <Figure value={count(unit.shown)} says="showings" />
        <Figure value={count(clear(unit))} says="of them clear" />
        <Figure value={count(unit.days.length)} says="of the last 28 days" />
      </Group>
      <DayBars days={unit.days} />
      <Text c="dimmed">Of days that are over. {withheld}</Text>
    </Stack>
  );
}

/** Sums over the whole unit; the server tells none of one officer. */
export function UnitTotals() {
  const asked = useAnswer<Unit>(["welfare", "unit"], () => api.GET("/api/welfare/unit"));
  return (
    <Answer asked={asked} what="the unit’s totals">
      {(unit) => <Totals unit={unit} />}
    </Answer>
  );
}
