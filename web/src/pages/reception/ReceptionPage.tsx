import { Group, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import {
  Answer,
  api,
  ButtonTo,
  Empty,
  LinkTo,
  Page,
  Panel,
  type Reception,
  several,
  span,
  spanLeft,
  useAnswer,
  useSession,
  useWelfare,
  whoIsThere,
} from "../../shell";
import { reviews } from "../../shell/frame/places";
import { TalkList } from "../welfare/TalkList";

function greeting(hour: number): string {
  if (hour < 5) return "Good night";
  if (hour < 12) return "Good morning";
  return hour < 18 ? "Good afternoon" : "Good evening";
}

const RESTING: Record<string, string> = {
  break: "you are on a break",
  "daily-limit": "no more media today",
  hours: "no media at this hour",
};

function Today(props: { reception: Reception }) {
  const held = useWelfare();
  const line = held.line ?? props.reception.welfare;
  const at = new Date(line.now_us / 1000).getHours();
  const { avoided } = props.reception;
  return (
    <Panel title={`${greeting(at)}, ${props.reception.officer.name}`}>
      <Stack gap={4}>
        <Text size="lg">
          {span(line.looked_today_ms)} looked today ·{" "}
          {line.break === null
            ? `${spanLeft(line.due_in_ms)} until a break is due`
            : RESTING[line.break.reason]}
        </Text>
        {line.daily_left_ms !== null && (
          <Text>{spanLeft(line.daily_left_ms)} left of today’s limit.</Text>
        )}
        <Text>{whoIsThere(line)}</Text>
        {avoided.by_case.length > 0 && (
          <Text c="dimmed">
            Not looked at thanks to matching and stacks: {several(avoided.files, "file")}.
          </Text>
        )}
        <LinkTo to="/welfare" w="fit-content">
          What you have seen, and what you have not
        </LinkTo>
      </Stack>
    </Panel>
  );
}

type Waiting = Reception["cases"][number];

function waits(row: Waiting): string {
  const parts: string[] = [];
  if (row.left !== null) parts.push(several(row.left, "stack"));
  if (row.disputes !== null && row.disputes > 0) parts.push(several(row.disputes, "dispute"));
  if (row.samples !== null && row.samples > 0) parts.push(several(row.samples, "sample"));
  return parts.join(" · ");
}

function WaitingRow(props: { row: Waiting; first: boolean }) {
  const { row } = props;
  const { officer } = useSession();
  const params = { caseId: String(row.id) };
  return (
    <Table.Tr>
      <Table.Td>
        <LinkTo to="/cases/$caseId" params={params}>
          {row.name}
        </LinkTo>
      </Table.Td>
      <Table.Td>{waits(row)}</Table.Td>
      <Table.Td className="number">
        {reviews(officer.roles) && (
          <ButtonTo
            to="/cases/$caseId/review"
            params={params}
            size="compact-sm"
            variant={props.first ? "filled" : "default"}
            aria-label={`Review ${row.name}`}
          >
            Review
          </ButtonTo>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function WaitingForYou(props: { rows: Waiting[] }) {
  const { has } = useSession();
  if (props.rows.length === 0) {
    return (
      <Empty title="Nothing waits for you.">
        {has("administrator") ? (
          <Group gap="md">
            <LinkTo to="/cases">Open a case</LinkTo>
            <LinkTo to="/administration">Invite officers</LinkTo>
          </Group>
        ) : (
          "A case appears here when its owner makes you a member."
        )}
      </Empty>
    );
  }
  return (
    <Table>
      <Table.Tbody>
        {props.rows.map((row, number) => (
          <WaitingRow key={row.id} row={row} first={number === 0} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What an officer sees first. */
export function ReceptionPage() {
  const asked = useAnswer<Reception>(["reception"], () => api.GET("/api/reception"), {
    every: 60_000,
  });
  return (
    <Page title="Reception">
      <Answer asked={asked} what="what waits for you">
        {(reception) => (
          <Stack gap="md">
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
              <Today reception={reception} />
              <Panel title="Waiting for you">
                <WaitingForYou rows={reception.cases} />
              </Panel>
            </SimpleGrid>
            {reception.talk.length > 0 && (
              <Panel title="Talks">
                <TalkList talks={reception.talk} />
              </Panel>
            )}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}
