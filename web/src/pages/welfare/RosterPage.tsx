import { Anchor, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import {
  Answer,
  api,
  clock,
  day,
  Empty,
  type Gap,
  moment,
  Notice,
  Panel,
  type Person,
  several,
  type Shift,
  useAct,
  useAnswer,
  useSession,
  useWelfare,
} from "../../shell";
import { NewShift } from "./NewShift";
import { RosterChart } from "./RosterChart";
import { WelfareRoom } from "./WelfareRoom";

function until(stretch: Gap): string {
  const same = day(stretch.from_us) === day(stretch.until_us);
  return `${moment(stretch.from_us)} to ${same ? clock(stretch.until_us) : moment(stretch.until_us)}`;
}

function Gaps(props: { gaps: Gap[] }) {
  if (props.gaps.length === 0) {
    return <Text>Somebody is there at every hour of the coming four weeks.</Text>;
  }
  return (
    <Stack gap={4}>
      <Text className="amber">
        {several(props.gaps.length, "gap")} in the coming four weeks: nobody is there then.
      </Text>
      <ul className="gaps">
        {props.gaps.slice(0, 12).map((gap) => (
          <li key={gap.from_us}>{until(gap)}</li>
        ))}
      </ul>
      {props.gaps.length > 12 && (
        <Text c="dimmed">and {several(props.gaps.length - 12, "more", "more")}, in the chart</Text>
      )}
    </Stack>
  );
}

function Shifts(props: { shifts: Shift[]; sets: boolean }) {
  const remove = useAct<unknown, number>(
    (id) => api.DELETE("/api/welfare/shifts/{shift_id}", { params: { path: { shift_id: id } } }),
    [
      ["welfare", "roster"],
      ["welfare", "gaps"],
    ],
  );
  if (props.shifts.length === 0) {
    return <Empty title="No shift is set yet.">Begin with who is there tonight.</Empty>;
  }
  return (
    <>
      {remove.error !== null && <Notice problem={remove.error} />}
      <Table>
        <Table.Tbody>
          {props.shifts.map((shift) => (
            <Table.Tr key={shift.id}>
              <Table.Td>{shift.name}</Table.Td>
              <Table.Td>{shift.kind === "holiday" ? "away" : "on duty"}</Table.Td>
              <Table.Td>{until(shift)}</Table.Td>
              <Table.Td>{shift.how}</Table.Td>
              <Table.Td className="number">
                {props.sets && (
                  <Anchor
                    component="button"
                    aria-label={`Remove the shift of ${shift.name}, ${until(shift)}`}
                    onClick={() => remove.mutate(shift.id)}
                  >
                    Remove
                  </Anchor>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

/** Who is there when; gaps of the coming four weeks are named. */
export function RosterPage() {
  const { has } = useSession();
  const { line } = useWelfare();
  const sets = has("counsellor", "welfare-lead");
  const roster = useAnswer<Shift[]>(["welfare", "roster"], () => api.GET("/api/welfare/shifts"));
  const counsellors = useAnswer<Person[]>(["welfare", "counsellors"], () =>
    api.GET("/api/welfare/counsellors"),
  );
  const gaps = useAnswer<Gap[]>(["welfare", "gaps"], () => api.GET("/api/welfare/gaps"));
  const now = line?.now_us ?? Date.now() * 1000;
  return (
    <WelfareRoom title="Counsellors’ roster">
      <Answer asked={roster} what="the roster">
        {(held) => (
          <Answer asked={gaps} what="the gaps">
            {(open) => (
              <Stack>
                <SimpleGrid cols={{ base: 1, md: sets ? 2 : 1 }}>
                  <Panel title="Gaps">
                    <Gaps gaps={open} />
                  </Panel>
                  {sets && (
                    <Panel title="A shift">
                      <NewShift counsellors={counsellors.data ?? []} />
                    </Panel>
                  )}
                </SimpleGrid>
                <Panel title="Four weeks">
                  <RosterChart from_us={now} shifts={held} gaps={open} />
                </Panel>
                <Panel title="Shifts and holidays">
                  <Shifts shifts={held} sets={sets} />
                </Panel>
              </Stack>
            )}
          </Answer>
        )}
      </Answer>
    </WelfareRoom>
  );
}
