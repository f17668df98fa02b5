import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { Cover } from "../Cover";
import { useKeys } from "../keys";
import { ButtonTo } from "../links";
import { clock, day, moment, span, spanLeft } from "../words";
import { ownTalk, whoIsThere } from "../talk/stands";
import { useWelfare } from "../welfare/welfare";

const TITLES: Record<string, string> = {
  break: "Time for a break",
  "daily-limit": "Enough for today",
  hours: "No media at this hour",
};

const DAY_US = 86_400_000_000;

const HELPS = [
  "Leave the desk. Daylight, a walk, something to drink.",
  "Speak with somebody about anything at all.",
  "Something for eyes and hands: a puzzle, a game, a window.",
];

function Helps() {
  return (
    <ul className="helps">
      {HELPS.map((help) => (
        <li key={help}>{help}</li>
      ))}
    </ul>
  );
}

/** Covers the page while no media are shown; the page stays as it was underneath. */
export function BreakCover(props: { talk: () => void }) {
  const { line } = useWelfare();
  useKeys("Break", {}, { alone: true });
  if (line === null || line.break === null) return null;
  const { from_us, until_us, reason, says } = line.break;
  const far = until_us - line.now_us > DAY_US || day(from_us) !== day(until_us);
  const title = TITLES[reason] ?? "No media are shown";
  return (
    <Cover name={title}>
      <Stack maw={560} gap="md" p="lg">
        <Title order={1}>{title}</Title>
        <Text size="lg">
          It goes on at {far ? moment(until_us) : clock(until_us)}, in{" "}
          {spanLeft((until_us - line.now_us) / 1000)}. Your work is kept as it is.
        </Text>
        <Text c="dimmed">
          {says} You looked {span(line.looked_today_ms)} today.
        </Text>
        {reason === "break" && <Helps />}
        <Text>{whoIsThere(line)}</Text>
        {line.own_talk !== null && <Text>{ownTalk(line.own_talk)}</Text>}
        <Group>
          <Button onClick={props.talk}>
            {line.own_talk === null ? "Talk to someone" : "Open your talk"} (F8)
          </Button>
          {reason !== "break" && (
            <ButtonTo to="/" variant="default">
              To the reception
            </ButtonTo>
          )}
        </Group>
      </Stack>
    </Cover>
  );
}
